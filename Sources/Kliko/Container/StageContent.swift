import Parameters
import Pipeline

/// One stage between a reader and a writer.
struct StageContent: Sendable {
    /// The suffix of the observations that containers hand to one another.
    static let observationSuffix = ".uvh5"

    let stage: StageDescription

    /// - Throws: `PipelineError` for a stage that no reader or writer of observations fits to.
    init(_ stage: StageDescription) throws {
        let stream = StageDescription.visibilities
        guard [stage.reads, stage.makes].allSatisfy({ $0 == nil || $0 == stream }) else {
            throw PipelineError(
                "only a stage that reads and makes \(stream) can stand between files",
                at: "stage \(stage.name)",
                mend: "export a pipeline that has it")
        }
        self.stage = stage
    }

    /// Whether it needs an observation: all but a source that makes one up.
    var readsObservation: Bool { stage.kind != .source || stage.readsFile != nil }

    var sections: [ContainerSection] {
        let fields = stage.parameters.filter { $0 != stage.readsFile && !$0.isResult }
            .map { ContainerField($0, name: $0.name, target: $0.name) }
        return [ContainerSection(name: stage.name, description: stage.summary, fields: fields)]
    }

    /// The pipeline of the stage with values and the observations that it reads.
    ///
    /// - Parameters:
    ///   - values: Parameters of the stage.
    ///   - observations: What is read; none for a source that makes one up.
    ///   - marked: Whether the result's name tells the stage, since it goes where the observation is.
    ///   - registry: What makes the stages.
    func pipeline(
        _ values: [RawParameter], observations: [String], marked: Bool, _ registry: StageRegistry
    ) throws -> Pipeline {
        var values = values
        var base = stage.name
        if let first = observations.first {
            values.append(RawParameter("input", list: observations))
            let name = PathParts(first).name
            base = String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex))
            if marked { base += "-" + stage.name }
        }
        let isPrefix = stage.kind == .sink && !stage.parameters.contains { $0.name == "output" }
        values.append(RawParameter("output", base + (isPrefix ? "" : Self.observationSuffix)))
        return try SingleStage(stage, values).pipeline(registry)
    }
}

extension StageDescription {
    /// The parameter of a source that names the observation, if it reads one.
    var readsFile: ParameterDescription? {
        kind == .source ? parameters.first { $0.name == "input" && $0.role == .input } : nil
    }
}

extension ParameterDescription {
    /// Whether it says where the result goes, which in a container is always `/output`; a path that may be left out
    /// is of something written on demand.
    var isResult: Bool { role == .output && (isRequired || self.default != nil) }
}
