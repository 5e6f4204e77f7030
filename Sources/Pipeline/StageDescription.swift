import Parameters
import Rings
import Visibilities

/// A stage as `sluice stages`, containers and the reference show it; also its JSON form.
public struct StageDescription: Sendable, Hashable, Codable {
    /// What a stream of an observation is called.
    public static let visibilities = "visibilities"

    /// The name in pipeline files.
    public var name: String
    /// What it does, in a line.
    public var summary: String
    /// What it is to a pipeline.
    public var kind: StageKind
    /// What it reads from the stage above, nil for a source.
    public var reads: String?
    /// What it makes for the stages below, nil for a sink.
    public var makes: String?
    /// Its parameters.
    public var parameters: [ParameterDescription]
    /// Parameters that show what it is for, as `NAME=VALUE`.
    public var typical: [String]
    /// A line of a pipeline file that uses it.
    public var example: String
    /// Its parameters as a help text.
    public var help: String

    /// The description as a text of several lines.
    public var text: String {
        var lines = ["\(name): \(summary)", ""]
        lines.append("Reads \(reads ?? "no stage"), makes \(makes ?? "results only").")
        lines.append("")
        lines.append("Example:\n  \(example)")
        if !parameters.isEmpty { lines.append("\nParameters:\n\(help)") }
        return lines.joined(separator: "\n")
    }
}

extension StageDescription {
    init<S: Stage>(_ stage: S.Type, name: String) {
        let parameters = S.Settings.parameters
        self.name = name
        summary = S.summary
        self.parameters = parameters
        help = S.Settings.helpText
        typical = stage.typical
        example = Self.example(name, parameters, typical)
        kind = .pointwise
        reads = Self.streamName(VisibilityBlock.self)
        makes = Self.streamName(VisibilityBlock.self)
        if let source = stage as? any Source.Type {
            (kind, reads, makes) = (.source, nil, Self.made(by: source))
        } else if let transform = stage as? any Transform.Type {
            (kind, reads, makes) = (.transform, Self.read(by: transform), Self.made(by: transform))
        } else if let sink = stage as? any Sink.Type {
            (kind, reads, makes) = (.sink, Self.read(by: sink), nil)
        }
    }

    private static func made<S: Source>(by: S.Type) -> String { streamName(S.Output.self) }
    private static func made<S: Transform>(by: S.Type) -> String { streamName(S.Output.self) }
    private static func read<S: Transform>(by: S.Type) -> String { streamName(S.Input.self) }
    private static func read<S: Sink>(by: S.Type) -> String { streamName(S.Input.self) }

    private static func streamName(_ element: any Streamable.Type) -> String {
        element == VisibilityBlock.self ? visibilities : String(describing: element)
    }

    /// The required parameters with examples and the typical ones, or else the first parameter with its default.
    private static func example(
        _ name: String, _ parameters: [ParameterDescription], _ typical: [String]
    ) -> String {
        let typical = typical.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        func value(_ name: String) -> String? { typical.first { $0.first == name }?.last }
        var shown = parameters.filter { $0.isRequired || value($0.name) != nil }
        if shown.isEmpty { shown = Array(parameters.filter { $0.default != nil }.prefix(1)) }
        guard !shown.isEmpty else { return "- \(name):" }
        return "- \(name): {"
            + shown.map { "\($0.name): \(value($0.name) ?? $0.example)" }.joined(separator: ", ") + "}"
    }
}
