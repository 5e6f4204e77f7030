import ArgumentParser
import Foundation
import Logging
import Parameters
import Pipeline

extension ProgressStyle: ExpressibleByArgument {}

/// The options of every run.
struct RunFlags: ParsableArguments {
    @Option(
        help: "Memory that the run may take, such as 4GiB; default: 80 % of what the machine or job allows.")
    var memory: String?
    @Option(name: [.customShort("j"), .long], help: "Threads; default: the CPUs that this process may use.")
    var threads: Int?
    @Flag(help: "Replace existing results.") var overwrite = false
    @Option(
        help: "Where the report goes; default: PREFIX-report.json.", completion: .file(extensions: ["json"]))
    var report: String?
    @Option(help: "How progress is shown.") var progress = ProgressStyle.auto
    @Flag(name: .shortAndLong, help: "Log more.") var verbose = false
    @Flag(name: .shortAndLong, help: "Log errors only, show no progress.") var quiet = false
    @Option(help: "Blocks that a link between stages stores.") var linkCapacity = 4
    @Option(help: "Samples in a block at most, as a size.") var tileSize = "1MiB"
    @Flag(help: "Also take the SHA-256 of whole input files, for the report and the results' history.")
    var digestInputs = false
    @Flag(help: "Run neighbouring stages as tasks of their own.") var noFusion = false

    /// Long names of those without a value.
    static let switches: Set = ["overwrite", "no-fusion", "digest-inputs", "verbose", "quiet"]
    /// Long names of those with one.
    static let options: Set = ["memory", "threads", "report", "progress", "link-capacity", "tile-size"]

    /// Restricts the process to the threads asked for, before its pool of threads starts.
    func limitThreads() throws {
        let count = try Resources().threads(threads).value
        try Resources.limitCPUs(to: count)
    }

    /// The options of a run of a pipeline.
    func options(for pipeline: Pipeline) throws -> RunOptions {
        var options = RunOptions()
        options.memory = try memory.map { try Self.bytes($0, "--memory") }
        options.threads = threads
        options.overwrite = overwrite
        options.report = report ?? pipeline.defaultReportPath
        options.progress = quiet ? .none : progress
        options.linkCapacity = linkCapacity
        options.tileBytes = try Self.bytes(tileSize, "--tile-size")
        options.fusion = !noFusion
        options.digestInputs = digestInputs
        options.inspection = try FileWalker(memory: options.memory).inspection
        options.logLevel = quiet ? .error : verbose ? .debug : .notice
        return options
    }

    /// A size from an option.
    static func bytes(_ text: String, _ option: String) throws -> Int {
        do {
            return try ByteCount(RawText(text), .bytes).bytes
        } catch {
            throw PipelineError(error.what, at: option, mend: error.mend ?? "write it as 1GiB")
        }
    }
}
