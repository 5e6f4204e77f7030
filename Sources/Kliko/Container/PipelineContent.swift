import Parameters
import Pipeline

/// A pipeline file as a container runs it: its observation comes from `/input`, its results go to `/output`.
struct PipelineContent: Sendable {
    /// The name by which the observation is set, an input's or STAGE.PARAMETER, and whether it may be several files.
    struct Observation: Sendable, Hashable {
        var name: String
        var takesSeveral: Bool
    }

    let file: PipelineFile
    let observation: Observation?
    /// Files that the pipeline file refers to, relative to its folder.
    let attachments: [String]
    let sections: [ContainerSection]

    /// - Throws: what is wrong with the file, or why it cannot run in a container.
    init(_ file: PipelineFile, _ registry: StageRegistry) throws {
        self.file = file
        let values = try PipelineValue.all(of: file, registry)
        let observed = values.filter(\.isObservation)
        guard observed.count <= 1 else {
            throw PipelineFileError(
                "\(observed.count) stages read an observation", at: observed[1].stage.origin,
                mend: "a container reads one; export one pipeline for each")
        }
        observation = observed.first.map {
            Observation(name: $0.input ?? $0.address, takesSeveral: $0.parameter.isRepeated)
        }
        let example = try PipelineExample(file, values, observation: observation?.name, registry)
        attachments = try example.attachments()
        try example.checkResults()
        let form = PipelineForm(file: file, values: values, observation: observation?.name, example: example)
        sections = [form.inputs()] + form.stages()
    }

    /// The pipeline with values and the observations that it reads. Throws what is wrong with them.
    func pipeline(_ values: [RawParameter], observations: [String], _ registry: StageRegistry) throws
        -> Pipeline
    {
        var values = values
        if let observation {
            // From a field, so that it takes the place of what the file says.
            values += observations.map { path in
                RawParameter(observation.name, path, origin: .field("observation", of: "the input folder"))
            }
        }
        return try Pipeline(file.bound(setting: values), stages: registry)
    }
}
