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

    /// What is to be run; files are looked at by another process before they are opened.
    private static func run() throws -> ContainerRun {
        try ContainerRun(stages: Session.registry, inspection: try FileWalker().inspection)
    }

    func limitThreads() throws {
        var flags = try RunFlags.parse([])
        flags.threads = try Self.run().threads
        try flags.limitThreads()
    }

    func execute() async throws -> RunExit {
        let run = try Self.run()
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
