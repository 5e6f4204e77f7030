import ArgumentParser
import CPlatform
import Dispatch
import Foundation
import Parameters
import Pipeline
import Stages

/// The command line as a library: a program of your own passes a registry with its stages.
public enum SluiceCommand {
    /// The stages that commands know.
    @TaskLocal static var registry = StageRegistry()

    /// Runs the command line of this process and ends it.
    ///
    /// Every way out is an exit code of the table in `sluice --help`: 0, 1, 2, 3, 130 or 143.
    public static func main(_ registry: StageRegistry = .builtIn) -> Never {
        let command: any ParsableCommand
        do {
            command = try Root.parseAsRoot()
            // Before the first task: the pool of threads takes its size from what the process may use.
            try (command as? any Subcommand)?.limitThreads()
        } catch {
            exit(leave(error).rawValue)
        }
        Task {
            let code = await $registry.withValue(registry) { await run(command) }
            exit(code.rawValue)
        }
        dispatchMain()
    }

    private static func run(_ command: any ParsableCommand) async -> RunExit {
        do {
            if let command = command as? any Subcommand { return try await command.execute() }
            var command = command
            try command.run()
            return .success
        } catch {
            return leave(error)
        }
    }

    /// Says why the process ends: help and versions on standard output, errors in one line on standard error.
    private static func leave(_ error: any Error) -> RunExit {
        if error is any SluiceError || error is any ClassifiedError {
            report(errorLine(error))
            return RunExit(error)
        }
        if Root.exitCode(for: error) == .success {
            print(Root.fullMessage(for: error))
            return .success
        }
        report(errorLine(Text(Root.message(for: error))) + ": see sluice --help")
        return .usage
    }

    /// One line on standard error.
    static func report(_ text: String) {
        FileHandle.standardError.write(Data("sluice: error: \(text)\n".utf8))
    }

    private struct Text: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

/// A command that runs in a task and says what the process ends with.
protocol Subcommand: ParsableCommand, Sendable {
    /// Restricts the process to the threads asked for.
    func limitThreads() throws
    /// Does it.
    func execute() async throws -> RunExit
}

extension Subcommand {
    func limitThreads() throws {}
}

/// `sluice` without a command.
struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract:
            "Reduces radio-interferometer data in one pass: raw files in, flagged visibilities and images out.",
        discussion: """
            Exit codes: 0 done; 1 the machine failed, a retry can help; 2 wrong usage or pipeline; 3 the data are bad; \
            130 interrupted; 143 terminated.
            """,
        version: "sluice \(Sluice.version)",
        subcommands: [Run.self, Check.self, RunStage.self, ListStages.self, Info.self])
}
