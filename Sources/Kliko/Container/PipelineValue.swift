import Parameters
import Pipeline

/// A parameter of a stage of a pipeline file: its declaration, and what the file says of it.
struct PipelineValue: Sendable {
    /// The stage, as written.
    let stage: StageEntry
    /// What the stage is to the pipeline.
    let kind: StageKind
    /// The declaration.
    let parameter: ParameterDescription
    /// What is written, nil for nothing.
    let written: RawParameter?
    /// The inputs that it refers to.
    let references: [String]

    /// The values of a whole file. Throws `PipelineFileError` on an unknown stage.
    static func all(of file: PipelineFile, _ registry: StageRegistry) throws -> [PipelineValue] {
        try file.stages.flatMap { stage in
            let description: StageDescription
            do {
                description = try registry.description(of: stage.stage)
            } catch var error as PipelineFileError {
                error.origin = stage.origin
                throw error
            }
            return try description.parameters.map { parameter in
                let written = stage.parameters.first {
                    let name = canonicalName($0.name)
                    return name == parameter.name || parameter.also.contains(name)
                }
                return PipelineValue(
                    stage: stage, kind: description.kind, parameter: parameter, written: written,
                    references: try written?.texts.flatMap { try PipelineFile.references(in: $0) } ?? [])
            }
        }
    }

    /// What KEY=VALUE calls it.
    var address: String { stage.name + "." + parameter.name }

    /// Whether it is where a source finds its observation.
    var isObservation: Bool { kind == .source && parameter.name == "input" && parameter.role == .input }

    /// The input whose value it is, nil if it is made up in another way.
    var input: String? {
        guard let name = references.first, references.count == 1, let texts = written?.texts,
            texts.count == 1,
            canonicalName(texts[0].text) == "$(\(name))"
        else { return nil }
        return name
    }
}
