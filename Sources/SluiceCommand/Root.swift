import ArgumentParser
import Formats
import Pipeline

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
        version: (["sluice \(Sluice.version)"] + LibraryVersions.lines).joined(separator: "\n"),
        subcommands: [
            Run.self, Check.self, RunStage.self, ListStages.self, Info.self, Export.self, Benchmark.self,
            BenchmarkWorker.self, WalkFile.self,
        ])
}
