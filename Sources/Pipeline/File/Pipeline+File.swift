import Parameters

extension Pipeline {
    /// The pipeline of a file with all values in, its stages made by a registry.
    /// Throws `PipelineFileError` or `ParameterError` with the line of what is wrong.
    public init(_ bound: BoundPipeline, stages registry: StageRegistry) throws {
        self.init(bound.name)
        for entry in bound.stages {
            add(
                entry.name, try registry.make(entry), from: entry.from,
                parameters: try registry.parameters(of: entry))
        }
    }
}
