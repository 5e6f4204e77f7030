import Foundation

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
    private let values: [String: String]

    /// Reads `--only PART`, `--rounds N`, `--patience SECONDS`, `--json FILE` and what an executable has besides.
    ///
    /// - Throws: `OptionError` for an option that is unknown or has no value of its kind.
    public init(_ arguments: [String], rounds: Int, besides: [String] = []) throws {
        let known = ["--only", "--rounds", "--patience", "--json"] + besides
        var values: [String: String] = [:]
        for index in stride(from: 0, to: arguments.count, by: 2) {
            let option = arguments[index]
            guard known.contains(option), index + 1 < arguments.count else {
                let what = known.contains(option) ? "no value" : "not an option"
                throw OptionError(
                    what, option, "options, each with a value: \(known.joined(separator: ", "))")
            }
            values[option] = arguments[index + 1]
        }
        self.values = values
        only = values["--only"]
        json = values["--json"]
        self.rounds = Rounds(
            count: try Self.number(values, "--rounds", Int.init) ?? rounds,
            patience: try Self.number(values, "--patience", Double.init) ?? 0)
    }

    /// What follows an option.
    public func value(after option: String) -> String? { values[option] }

    /// What follows an option that has to be given.
    public func text(_ option: String) throws -> String {
        guard let text = value(after: option) else { throw OptionError("not given", option, "give one") }
        return text
    }

    /// The number that follows an option; nil if it is not given.
    public func number<T>(_ option: String, _ read: (String) -> T?) throws -> T? {
        try Self.number(values, option, read)
    }

    /// Runs the parts that the command line asks for, then prints, and writes, the report; ends the process with a
    /// line and status 1 when something fails.
    public static func run(_ parts: [Part], rounds: Int, besides: [String] = []) async {
        do {
            let options = try Options(
                Array(CommandLine.arguments.dropFirst()), rounds: rounds, besides: besides)
            let chosen = parts.filter { options.only == nil || options.only == $0.name }
            guard !chosen.isEmpty else {
                let names = parts.map(\.name).joined(separator: ", ")
                throw OptionError("no part '\(options.only ?? "")'", "--only", "choose among \(names)")
            }
            var report = Report()
            for part in chosen { try await part.run(&report, options) }
            try report.close(json: options.json)
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func number<T>(
        _ values: [String: String], _ option: String, _ read: (String) -> T?
    ) throws -> T? {
        guard let text = values[option] else { return nil }
        guard let number = read(text) else { throw OptionError("'\(text)' is no number", option, "give one") }
        return number
    }
}

/// A command line that cannot be understood.
public struct OptionError: Error, CustomStringConvertible {
    /// One line: what, where, how to mend.
    public let description: String

    /// An error that says so.
    public init(_ what: String, _ place: String, _ remedy: String) {
        description = "\(what): \(place): \(remedy)"
    }
}
