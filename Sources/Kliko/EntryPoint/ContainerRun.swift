import Foundation
import Parameters
import Pipeline

/// A container that was started: which one it is, what it was given, and the pipeline that follows.
public struct ContainerRun: Sendable {
    /// The pipeline, its results relative to `folder`.
    public let pipeline: Pipeline
    /// The folder of results, which the process has to be in when the pipeline runs.
    public let folder: String
    /// Whether results may be replaced.
    public let overwrite: Bool
    /// Threads, as `--threads` has it.
    public let threads: Int?
    /// A limit of memory, as `--memory` has it.
    public let memory: String?

    /// Reads the manifest, the fields and the values, and finds the observation.
    ///
    /// - Parameter inspection: makes what looks at the files of the input folder before they are opened, from the limit of
    ///   memory that the container was given.
    /// - Throws: classified errors, one line each, naming the file and the field.
    public init(
        _ places: ContainerPlaces = ContainerPlaces(), stages registry: StageRegistry,
        inspection: (_ memory: String?) throws -> InputInspection? = { _ in nil }
    ) throws {
        let container = try ContainerManifest(path: places.manifest).container(at: places.manifest, registry)
        let document = try KlikoDocument(path: places.document)
        let given = try GivenValues(path: places.parameters, document)
        folder = places.results(document)
        overwrite = try Self.truth(given.parameter(RunField.overwrite.rawValue, as: "overwrite"))
        threads = try Self.count(given.parameter(RunField.threads.rawValue, as: "threads"))
        memory = try given.text(RunField.memory.rawValue)
        let input = InputFolder(path: places.observations(document), inspection: try inspection(memory))
        let values = try Self.values(container, document, given, input, places)
        let observations =
            try container.takesSeveral(registry).map {
                try input.observations(pattern: try given.text(RunField.pattern.rawValue), several: $0)
            } ?? []
        switch container.content {
        case .stage(let stage):
            pipeline = try stage.pipeline(
                values, observations: observations, marked: document.exchange == .join, registry)
        case .pipeline(let content):
            pipeline = try content.pipeline(values, observations: observations, registry)
        }
    }

    /// The given values under the names that they set, files found.
    private static func values(
        _ container: Container, _ document: KlikoDocument, _ given: GivenValues, _ input: InputFolder,
        _ places: ContainerPlaces
    ) throws -> [RawParameter] {
        let known = Dictionary(uniqueKeysWithValues: container.fields.map { ($0.field.name, $0) })
        return try document.fields.compactMap { field in
            guard let declared = known[field.name] else {
                throw PipelineError(
                    "\(container.name) has nothing that field \(quoted(field.name)) could set",
                    at: places.document, mend: "export the image again")
            }
            guard case .value(let name) = declared.target, var value = given.parameter(field.name, as: name)
            else { return nil }
            if let role = declared.role {
                let files = ParameterFiles(input: input, folder: places.parameterFiles, field: field.name)
                value.texts = try value.texts.map {
                    RawText(try files.resolved($0.text, role, at: $0.origin), $0.origin)
                }
            }
            return value
        }
    }

    private static func truth(_ value: RawParameter?) throws -> Bool {
        guard let value, let text = value.texts.first else { return false }
        do { return try Bool(text, nil) } catch {
            throw ParameterError("\(value.name): \(error.what)", at: value.origin, mend: error.mend)
        }
    }

    private static func count(_ value: RawParameter?) throws -> Int? {
        guard let value, let text = value.texts.first else { return nil }
        do { return try Int(text, nil) } catch {
            throw ParameterError("\(value.name): \(error.what)", at: value.origin, mend: error.mend)
        }
    }
}

extension Container {
    /// Whether it reads several observations as one; nil if it reads none.
    fileprivate func takesSeveral(_ registry: StageRegistry) throws -> Bool? {
        switch content {
        case .pipeline(let pipeline): return pipeline.observation?.takesSeveral
        case .stage(let stage):
            guard stage.readsObservation else { return nil }
            let reader = stage.stage.kind == .source ? stage.stage : try registry.description(of: "read")
            return reader.readsFile?.isRepeated ?? false
        }
    }
}
