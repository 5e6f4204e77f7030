import Parameters

/// A stage with the reader and the writer that it needs around it.
///
///     let values = [RawParameter("input", "a.h5"), RawParameter("output", "b.h5"), RawParameter("threshold", "2")]
///     let pipeline = try SingleStage(try registry.description(of: "autoflag"), values).pipeline(registry)
public struct SingleStage {
    private let stage: StageDescription
    private var values: [RawParameter]

    /// A stage with its parameters, among them `input` and `output` of the reader and the writer.
    public init(_ stage: StageDescription, _ values: [RawParameter]) {
        self.stage = stage
        self.values = values
    }

    /// The pipeline of the stage. The `output` of a sink without such a parameter is its `prefix`.
    ///
    /// - Throws: when `input` or `output` is missing, or a parameter is wrong.
    public func pipeline(_ registry: StageRegistry) throws -> Pipeline {
        var own = values
        var entries: [StageEntry] = []
        func take(_ name: String) throws -> RawParameter {
            guard let index = own.firstIndex(where: { $0.name == name }) else {
                throw PipelineError(
                    "--\(name) is missing", at: "sluice stage \(stage.name)", mend: "add --\(name) FILE")
            }
            return own.remove(at: index)
        }
        let hasInput = stage.parameters.contains { $0.name == "input" }
        if stage.kind != .source {
            entries.append(StageEntry(stage: "read", parameters: [try take("input")]))
        } else if !hasInput, own.contains(where: { $0.name == "input" }) {
            throw PipelineError("--input is not read", at: "sluice stage \(stage.name)", mend: "leave it out")
        }
        var writer: StageEntry?
        if stage.kind == .sink {
            if !stage.parameters.contains(where: { $0.name == "output" }),
                let index = own.firstIndex(where: { $0.name == "output" })
            {
                own[index].name = "prefix"
            }
        } else {
            writer = StageEntry(stage: "write", parameters: [try take("output")])
        }
        entries.append(StageEntry(stage: stage.name, parameters: own))
        if let writer { entries.append(writer) }
        var pipeline = Pipeline(stage.name)
        for entry in entries {
            pipeline.add(entry.name, try registry.make(entry), parameters: try registry.parameters(of: entry))
        }
        return pipeline
    }
}
