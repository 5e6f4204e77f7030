import ArgumentParser
import CPlatform
import Formats
import Pipeline

/// `sluice walk-file`: what `FileWalker` runs as a process of its own, which a damaged file may crash.
struct WalkFile: Subcommand {
    /// As which the program runs itself.
    static let name = "walk-file"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Open an observation as a run would and read everything but its samples.",
        shouldDisplay: false)

    @Argument(help: "The observation.") var file: String
    @Flag(help: "Copy what describes the samples, into memory.") var copying = false
    @Option(help: "Wall-clock seconds after which the process ends.") var seconds: UInt32
    @Option(help: "Seconds of CPU after which the process ends.") var cpuSeconds: UInt32
    @Option(help: "Bytes of memory that it may take.") var bytes: UInt64
    @Option(help: "Bytes of memory that the run may take.") var memory: Int

    func limitThreads() throws {
        let failed = sluice_confine(seconds, cpuSeconds, bytes)
        guard failed == 0 else {
            throw SystemError("the limits cannot be set", "sluice walk-file", number: failed)
        }
    }

    func execute() async throws -> RunExit {
        FileWalk.walk(file, memory: memory, copying: copying)
            ? .success : RunExit(rawValue: Int32(sluice_out_of_memory))
    }
}
