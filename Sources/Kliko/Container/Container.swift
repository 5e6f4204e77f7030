import Parameters
import Pipeline

/// What an image runs, one stage or a pipeline file, with the fields that it can be given.
public struct Container: Sendable {
    /// What it does with the values that it was given.
    enum Content: Sendable {
        case stage(StageContent)
        case pipeline(PipelineContent)
    }

    /// The suffix of the observations that containers hand to one another.
    public static let observationSuffix = StageContent.observationSuffix
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
    let sections: [ContainerSection]

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
        _ content: Content, _ name: String, _ description: String, _ sections: [ContainerSection]
    ) throws {
        self.content = content
        self.name = name
        self.description = description
        let reads =
            switch content {
            case .stage(let stage): stage.readsObservation
            case .pipeline(let pipeline): pipeline.observation != nil
            }
        let run = ContainerSection(
            name: "run", description: "How the container runs",
            fields: RunField.all(readsObservation: reads).map {
                ContainerField(field: $0.field, target: .option($0))
            })
        self.sections =
            try Self.told(sections.filter { !$0.fields.isEmpty }, apartFrom: run, in: name) + [run]
    }

    /// The sections with names that tell each field from every other; one that is taken gets its section's in front.
    ///
    /// - Throws: `PipelineError` when that does not help.
    private static func told(
        _ sections: [ContainerSection], apartFrom run: ContainerSection, in container: String
    ) throws -> [ContainerSection] {
        var taken = taken.union(run.fields.map(\.field.name))
        return try sections.map { section in
            var section = section
            for index in section.fields.indices {
                let name = section.fields[index].field.name
                let own = taken.contains(name) ? fieldName(section.name) + "_" + name : name
                guard taken.insert(own).inserted else {
                    throw PipelineError(
                        "two fields would be called '\(own)'", at: container,
                        mend: "rename an input or a stage (with as: NAME)")
                }
                section.fields[index].field.name = own
            }
            return section
        }
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
