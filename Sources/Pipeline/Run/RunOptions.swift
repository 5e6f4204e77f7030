import Logging
import Parameters

/// How a pipeline is run; none of it changes a bit of the results, apart from whether they may replace older ones.
public struct RunOptions: Sendable {
    /// Limit of memory, bytes; nil takes the default of `Resources`.
    public var memory: Int?
    /// Threads of kernels and fused stages; nil takes the default of `Resources`.
    public var threads: Int?
    /// Whether existing results may be replaced.
    public var overwrite = false
    /// Where the report goes; nil writes none.
    public var report: String?
    /// How progress is shown on standard error.
    public var progress = ProgressStyle.none
    /// Blocks that each link stores.
    public var linkCapacity = 4
    /// Bytes of samples in a tile, at most, unless one baseline is more.
    public var tileBytes = 1 << 20
    /// Whether neighbouring pointwise stages run as one task.
    public var fusion = true
    /// Whether sources record SHA-256 of the whole files that they read.
    public var digestInputs = false
    /// The least level that is logged.
    public var logLevel = Logger.Level.info
    /// Makes the log of a stage; nil writes to standard error with time, level and stage.
    public var logHandler: (@Sendable (_ stage: String) -> any LogHandler)?
    /// Looks at the files that stages are about to open; nil lets them be opened unseen.
    public var inspection: InputInspection?
    /// What this machine and job allow.
    public var resources = Resources()

    /// The defaults.
    public init() {}

    func logger(for stage: String) -> Logger {
        var logger = Logger(label: stage) { [logHandler] in
            logHandler?($0) ?? ConsoleLogHandler(stage: $0, logLevel: .trace)
        }
        logger.logLevel = logLevel
        return logger
    }

    /// Refuses numbers that no run can have.
    func check() throws {
        guard (1...1024).contains(linkCapacity) else {
            throw PipelineError(
                "\(linkCapacity) is no link capacity", at: "--link-capacity", mend: "use 1 to 1024 blocks")
        }
        guard (4096...(1 << 30)).contains(tileBytes) else {
            throw PipelineError(
                "\(tileBytes) bytes is no tile size", at: "--tile-size", mend: "use 4 KiB to 1 GiB")
        }
    }
}
