import Parameters

extension PipelineFile {
    /// What KEY=VALUE may set: the inputs, then STAGE.PARAMETER of each stage that the program knows.
    public func keys(_ stages: StageRegistry) -> [String] {
        let parameters = steps.flatMap { step in
            let stage = try? stages.description(of: step.entry.stage)
            return stage?.parameters.map { "\(step.address).\($0.name)" } ?? []
        }
        return inputs.map(\.name) + parameters
    }
}
