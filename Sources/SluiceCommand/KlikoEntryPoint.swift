import ArgumentParser
import Foundation
import Kliko
import Pipeline

/// `/kliko`: the program under its name in a container, which takes everything from files and the environment.
struct KlikoEntryPoint: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "kliko", abstract: "Run the stage or the pipeline of this container.",
        discussion: """
            Reads /parameters.json against /kliko.yml, an observation from /input and files from /param_files; writes \
            to /output. PARAM_FILE, KLIKO_FILE, INPUT, PARAM_FILES and OUTPUT name other places, WORK that of both in \
            a container of io: join.
            """)

    /// Whether the process was started by this name.
    static var isCalled: Bool {
        PathParts(CommandLine.arguments.first ?? "").name == configuration.commandName
    }

    /// What is to be run, found out once: before the threads start, because it says how many. Files are looked at by
    /// another process before they are opened.
    private static let started = Result {
        try ContainerRun(stages: Session.registry) { memory in
            try FileWalker(memory: memory.map { try RunFlags.bytes($0, "field 'memory'") }).inspection
        }
    }

    func limitThreads() throws {
        var flags = try RunFlags.parse([])
        flags.threads = try Self.started.get().threads
        try flags.limitThreads()
    }

    func execute() async throws -> RunExit {
        let run = try Self.started.get()
        guard FileManager.default.changeCurrentDirectoryPath(run.folder) else {
            throw PipelineError(
                "the output folder cannot be entered", at: run.folder, mend: "mount it there or set OUTPUT")
        }
        var flags = try RunFlags.parse([])
        flags.threads = run.threads
        flags.memory = run.memory
        flags.overwrite = run.overwrite
        return try await run.pipeline.runReporting(flags)
    }
}
