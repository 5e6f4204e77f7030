import ArgumentParser
import Dispatch
import Foundation
import Parameters
import Pipeline
import Stages

/// The command line as a library: a program of your own passes a registry with its stages.
public enum SluiceCommand {
    /// Runs the command line of this process and ends it.
    ///
    /// Every way out is an exit code of the table in `sluice --help`: 0, 1, 2, 3, 130 or 143.
    public static func main(_ registry: StageRegistry = .builtIn) -> Never {
        let command: any ParsableCommand
        do {
            command = try Session.$registry.withValue(registry) {
                try KlikoEntryPoint.isCalled ? KlikoEntryPoint.parseAsRoot() : Root.parseAsRoot()
            }
            // Before the first task: the pool of threads takes its size from what the process may use.
            try Session.$registry.withValue(registry) { try (command as? any Subcommand)?.limitThreads() }
        } catch {
            // Help and completion scripts, which name stages, are written here.
            exit(Session.$registry.withValue(registry) { leave(error) }.rawValue)
        }
        Task {
            let code = await Session.$registry.withValue(registry) { await run(command) }
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
            Session.report(errorLine(error))
            return RunExit(error)
        }
        if Root.exitCode(for: error) == .success {
            print(Root.fullMessage(for: error))
            return .success
        }
        Session.report(errorLine(Text(Root.message(for: error))) + ": see sluice --help")
        return .usage
    }

    private struct Text: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
