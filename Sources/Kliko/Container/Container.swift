import Parameters
import Pipeline

/// What an image runs, one stage or a pipeline file, with the fields that it can be given.
public struct Container: Sendable {
    /// A group of fields.
    struct Section: Sendable {
        var name: String
        var description: String
        var fields: [ContainerField]
    }

    /// What it does with the values that it was given.
    enum Content: Sendable {
        case stage(StageContent)
        case pipeline(PipelineContent)
    }

    /// The suffix of the observations that containers hand to one another.
    static let observationSuffix = ".h5"
    /// Names that kliko's runners, or Luigi behind them, use themselves.
    private static let taken: Set = [
        "input", "output", "work", "help", "image_name", "run", "requires", "complete", "priority",
        "resources",
    ]

    /// The name of the stage or of the pipeline.
    public let name: String
    /// What it does, in a line.
    public let description: String
    let content: Content
    let sections: [Section]

    /// The container of a stage. Throws `PipelineFileError` if there is no such stage, `PipelineError` if it does not
    /// read and make visibilities.
    public init(stage name: String, _ registry: StageRegistry) throws {
        let stage = try StageContent(registry.description(of: name))
        try self.init(.stage(stage), stage.stage.name, stage.stage.summary, stage.sections)
    }

    /// The container of a pipeline file. Throws what is wrong with the file, or why it cannot run in a container.
    public init(pipeline path: String, _ registry: StageRegistry) throws {
        let file = try PipelineFile(path: path)
        let pipeline = try PipelineContent(file, registry)
        try self.init(.pipeline(pipeline), file.name, file.description, pipeline.sections)
    }

    private init(
        _ content: Content, _ name: String, _ description: String, _ sections: [Section]
    ) throws {
        self.content = content
        self.name = name
        self.description = description
        let reads =
            switch content {
            case .stage(let stage): stage.readsObservation
            case .pipeline(let pipeline): pipeline.observation != nil
            }
        var taken = Self.taken.union(RunField.allCases.map(\.rawValue))
        var sections = sections.filter { !$0.fields.isEmpty }
        for section in sections.indices {
            for index in sections[section].fields.indices {
                let field = sections[section].fields[index].field.name
                if taken.contains(field) {
                    sections[section].fields[index].field.name =
                        fieldName(sections[section].name) + "_" + field
                }
                guard taken.insert(sections[section].fields[index].field.name).inserted else {
                    throw PipelineError(
                        "two fields would be called '\(field)'", at: name,
                        mend: "rename an input or a stage (with as: NAME)")
                }
            }
        }
        sections.append(
            Section(
                name: "run", description: "How the container runs",
                fields: RunField.fields(readsObservation: reads)))
        self.sections = sections
    }

    /// Its fields, in order.
    var fields: [ContainerField] { sections.flatMap(\.fields) }

    /// Its `kliko.yml`.
    public var document: KlikoDocument {
        KlikoDocument(
            name: name, description: description.isEmpty ? name : description,
            container: "sluice/\(name):\(Sluice.version)".lowercased(),
            sections: sections.map {
                KlikoDocument.Section(
                    name: $0.name, description: $0.description, fields: $0.fields.map(\.field))
            })
    }
}
