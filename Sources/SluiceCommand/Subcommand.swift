import ArgumentParser
import Foundation
import Pipeline

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

/// What commands share: the stages they know and the place where they complain.
enum Session {
    /// The stages of this program.
    @TaskLocal static var registry = StageRegistry()

    /// One line on standard error.
    static func report(_ text: String) {
        FileHandle.standardError.write(Data("sluice: error: \(text)\n".utf8))
    }
}
