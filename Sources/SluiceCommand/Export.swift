import ArgumentParser
import Kliko
import Pipeline

/// `sluice export`: stages and pipelines for other systems to run.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export a stage or a pipeline for other systems to run.", subcommands: [ExportKliko.self])
}

/// `sluice export kliko`: the folder of a container image.
struct ExportKliko: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "kliko", abstract: "Make the folder that a kliko container is built from.",
        discussion: """
            The folder holds a Dockerfile, kliko.yml and the program; its kliko also runs without a container, with \
            INPUT, OUTPUT, PARAM_FILE and KLIKO_FILE naming its places.
            """)

    @Argument(help: "The stage, or the path of a pipeline file.", completion: Completions.subjects)
    var subject: String
    @Option(help: "The folder to make.", completion: .directory) var output: String
    @Flag(help: "Replace the folder of an image.") var overwrite = false

    func execute() async throws -> RunExit {
        let isFile = subject.contains { $0 == "/" || $0 == "." }
        let container =
            try isFile
            ? Container(pipeline: subject, Session.registry) : Container(stage: subject, Session.registry)
        try ImageContext(container).write(to: output, overwrite: overwrite)
        print("wrote \(output)")
        return .success
    }
}
