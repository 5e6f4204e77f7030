/// What the executables of this package are told on the command line.
public struct Options: Sendable {
    /// One part of a benchmark, which `--only` can name.
    public typealias Part = (
        name: String, run: @Sendable (_ report: inout Report, _ options: Options) async throws -> Void
    )

    /// The part to run; all if nil.
    public let only: String?
    /// How often to measure.
    public let rounds: Rounds
    /// Where to write all figures as JSON.
    public let json: String?
    private let arguments: [String]

    /// Reads `--only PART`, `--rounds N`, `--patience SECONDS` and `--json FILE`.
    public init(_ arguments: [String] = CommandLine.arguments, rounds: Int) {
        self.arguments = arguments
        func value(_ option: String) -> String? { Self.value(after: option, in: arguments) }
        only = value("--only")
        self.rounds = Rounds(
            count: value("--rounds").flatMap { Int($0) } ?? rounds,
            patience: value("--patience").flatMap { Double($0) } ?? 0)
        json = value("--json")
    }

    /// What follows an option.
    public func value(after option: String) -> String? { Self.value(after: option, in: arguments) }

    /// Runs the parts that are asked for and prints, and writes, the report.
    ///
    /// - Throws: `UnknownPart` when none has the name that was given.
    public func run(_ parts: [Part]) async throws {
        let chosen = parts.filter { only == nil || only == $0.name }
        guard !chosen.isEmpty else { throw UnknownPart(name: only ?? "", known: parts.map(\.name)) }
        var report = Report()
        for part in chosen { try await part.run(&report, self) }
        try report.close(json: json)
    }

    private static func value(after option: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }
}

/// `--only` names a part that does not exist.
public struct UnknownPart: Error, CustomStringConvertible {
    /// What was given.
    public let name: String
    /// What there is.
    public let known: [String]

    /// One line: what, where, how to mend.
    public var description: String {
        "no part '\(name)': --only: choose among \(known.joined(separator: ", "))"
    }
}
