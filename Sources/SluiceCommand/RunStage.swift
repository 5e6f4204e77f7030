import ArgumentParser
import Foundation
import Parameters
import Pipeline

/// `sluice stage NAME`: one stage between a reader and a writer.
struct RunStage: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: Completions.stageCommand, abstract: "Run one stage between a reader and a writer.",
        discussion: "sluice stage NAME --help shows the stage's parameters.")

    @Argument(help: "The stage.", completion: Completions.stageOrParameters) var name: String
    @Argument(
        parsing: .captureForPassthrough,
        help: "--input FILE, --output FILE or PREFIX, --PARAMETER VALUE, and the options of every run.",
        completion: Completions.parameters)
    var arguments: [String] = []

    func limitThreads() throws {
        guard !asksForHelp else { return }
        try split().flags.limitThreads()
    }

    private var asksForHelp: Bool { arguments.contains("--help") || arguments.contains("-h") }

    func execute() async throws -> RunExit {
        let stage = try Session.registry.description(of: name)
        if asksForHelp {
            print(Self.help(stage))
            return .success
        }
        let (values, flags) = try split()
        let pipeline = try SingleStage(stage, values).pipeline(Session.registry)
        return try await pipeline.runReporting(flags)
    }

    /// Separates the stage's own arguments from those of every run.
    private func split() throws -> (values: [RawParameter], flags: RunFlags) {
        var (values, rest): ([RawParameter], [String]) = ([], [])
        var position = 0
        func next(_ argument: String) throws -> String {
            position += 1
            guard position < arguments.count else {
                throw PipelineError(
                    "\(argument) needs a value", at: "command line", mend: "write \(argument) VALUE")
            }
            return arguments[position]
        }
        while position < arguments.count {
            let argument = arguments[position]
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            let key = String(parts[0].drop { $0 == "-" })
            if RunFlags.switches.contains(key) || ["-v", "-q"].contains(argument) {
                rest.append(argument)
            } else if RunFlags.options.contains(key) || parts[0] == "-j" {
                rest += [parts[0], parts.count == 2 ? parts[1] : try next(argument)]
            } else if argument.hasPrefix("--") {
                let text = parts.count == 2 ? parts[1] : try next(argument)
                values.append(RawParameter(key, text, origin: .commandLine(argument)))
            } else {
                throw PipelineError(
                    "'\(argument)' is not an option", at: "command line", mend: mend(argument))
            }
            position += 1
        }
        return (values, try RunFlags.parse(rest))
    }

    /// How to write what is no option: values as `sluice run` takes them, or a file by itself.
    private func mend(_ argument: String) -> String {
        let help = "see sluice stage \(name) --help"
        guard !argument.hasPrefix("-") else { return help }
        let parts = argument.split(separator: "=", maxSplits: 1)
        return parts.count == 2
            ? "write --\(parts[0]) \(parts[1]); \(help)"
            : "write --input \(argument), or another parameter's name; \(help)"
    }

    private static func help(_ stage: StageDescription) -> String {
        let ends =
            switch stage.kind {
            case .source: "--output FILE"
            case .sink: "--input FILE --output FILE or PREFIX"
            default: "--input FILE --output FILE"
            }
        return "Usage: sluice stage \(stage.name) \(ends) [--PARAMETER VALUE]...\n\n" + stage.text
    }
}
