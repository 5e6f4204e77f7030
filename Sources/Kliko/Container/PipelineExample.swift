import Foundation
import Parameters
import Pipeline

/// A pipeline file with examples in the place of what it must be given, so that everything else can be checked before
/// anybody has given it.
struct PipelineExample: Sendable {
    let file: PipelineFile
    let observation: String?
    let values: [PipelineValue]
    private let bound: BoundPipeline
    private let parameters: [String: [StageParameter]]

    /// - Throws: `PipelineFileError` or `ParameterError` with the line of what is wrong.
    init(
        _ file: PipelineFile, _ values: [PipelineValue], observation: String?, _ registry: StageRegistry
    ) throws {
        self.file = file
        self.values = values
        self.observation = observation
        var settings: [RawParameter] = []
        for input in file.inputs where input.default == nil {
            guard input.type != .path else {
                throw PipelineFileError(
                    "\(input.name): a container names its results itself, and this has no name",
                    at: input.origin, mend: "add default: NAME to the input")
            }
            let use = values.first { $0.input == input.name }
            let text = use?.parameter.example ?? (input.type == .boolean ? "yes" : "1")
            settings.append(RawParameter(input.name, text))
        }
        for value in values where value.written == nil && file.isAddressable(value.stage) {
            guard value.parameter.isRequired, value.parameter.role != .output else { continue }
            settings.append(RawParameter(value.address, value.parameter.example))
        }
        bound = try file.bound(setting: settings)
        parameters = Dictionary(
            uniqueKeysWithValues: try bound.stages.map { ($0.name, try registry.parameters(of: $0)) })
    }

    /// The text of a parameter as its declaration writes it.
    func text(_ value: PipelineValue) -> String? {
        parameters[value.stage.name]?.first { $0.name == value.parameter.name }?.text
    }

    /// Files beside the pipeline file that it needs, as it names them.
    ///
    /// - Throws: `PipelineFileError` for one that is not there, or that no image could hold at its place.
    func attachments() throws -> [String] {
        var found: [String] = []
        for value in values where value.address != observation && value.parameter.role != .output {
            guard value.parameter.role != nil, observation == nil || value.input != observation else {
                continue
            }
            for text in texts(value) {
                guard case .file = text.origin, !ParameterFilePath(text.text).isName else { continue }
                guard isInside(text.text) else {
                    throw PipelineFileError(
                        "\(quoted(text.text)) lies outside the pipeline's folder", at: text.origin,
                        mend: "move it beside the pipeline file, or make it an input")
                }
                let path = PathParts(file.path).folderPrefix + text.text
                guard FileManager.default.isReadableFile(atPath: path) else {
                    throw PipelineFileError(
                        "there is no file \(quoted(text.text)) to put into the image", at: text.origin,
                        mend: "check the name, or make it an input")
                }
                if !found.contains(text.text) { found.append(text.text) }
            }
        }
        return found
    }

    /// Refuses results that would not lie in the output folder.
    func checkResults() throws {
        for value in values where value.parameter.role == .output {
            for text in texts(value) where !isInside(text.text) {
                throw PipelineFileError(
                    "\(quoted(text.text)) lies outside the output folder", at: text.origin,
                    mend: "write a name without / and .. before it")
            }
        }
    }

    private func texts(_ value: PipelineValue) -> [RawText] {
        bound.stages.first { $0.name == value.stage.name }?.parameters
            .filter {
                let name = canonicalName($0.name)
                return name == value.parameter.name || value.parameter.also.contains(name)
            }
            .flatMap(\.texts) ?? []
    }
}

/// Whether a path stays below the folder that it starts from.
func isInside(_ path: String) -> Bool {
    !path.hasPrefix("/") && !path.contains("://")
        && !path.split(separator: "/").contains("..")
}
