import Foundation
import Parameters
import Pipeline

/// What tells the program in an image which container it is: `container.json` beside it.
public struct ContainerManifest: Sendable, Hashable, Codable {
    /// The name of the file, beside the program.
    public static let fileName = "container.json"
    /// The version of its format.
    private static let schema = 1

    /// The version of its format.
    public var schema: Int
    /// The stage that the image runs, if it is one.
    public var stage: String?
    /// The pipeline file that the image runs, relative to this file, if it is one.
    public var pipeline: String?

    /// The manifest of a stage.
    public init(stage: String) {
        schema = Self.schema
        self.stage = stage
    }

    /// The manifest of a pipeline file, relative to the manifest.
    public init(pipeline: String) {
        schema = Self.schema
        self.pipeline = pipeline
    }

    /// Reads a manifest. Throws `PipelineError` naming the file when it is missing or not one.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError(
                "this program is no container: there is no manifest", at: path,
                mend: "run it in a folder made by sluice export kliko, or set SLUICE_CONTAINER")
        }
        guard let manifest = try? JSONDecoder().decode(Self.self, from: data), manifest.schema == Self.schema,
            (manifest.stage == nil) != (manifest.pipeline == nil)
        else {
            throw PipelineError(
                "this is no manifest of a container", at: path, mend: "export the image again")
        }
        self = manifest
    }

    /// The text of the file.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// The container that a manifest at a path means.
    public func container(at path: String, _ registry: StageRegistry) throws -> Container {
        if let pipeline {
            return try Container(pipeline: PathParts(path).folderPrefix + pipeline, registry)
        }
        return try Container(stage: stage ?? "", registry)
    }
}
