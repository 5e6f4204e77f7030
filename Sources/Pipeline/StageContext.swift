import Logging
import Synchronization
import Visibilities

/// What a stage may use of the run it belongs to: its name, its counters, the log, its outputs and the record of the run.
public final class StageContext: Sendable {
    /// The stage's name in this pipeline (`as`, else the stage's own).
    public let name: String
    /// Threads that kernels may use.
    public let threads: Int
    /// Bytes of memory that the run may take: what a source need not open if its header alone takes more.
    public let memory: Int
    /// Bytes of samples that a source puts into a tile, at most, unless one baseline is more.
    public let tileBytes: Int
    /// Whether a source is asked to record SHA-256 of the whole files that it reads (`Digest.file`).
    public let digestInputs: Bool
    /// The log, on standard error with time, level and stage.
    public let logger: Logger
    /// Counts of flagged samples by rule, for the report.
    public let tally = Tally()
    /// Where results are promised.
    public let outputs: Outputs
    /// What decides the bits of results.
    public let record: Record

    private let inspection: InputInspection?
    private let demands: @Sendable (Observation) throws -> CutDemand
    private let noted = Mutex<[String]>([])
    private let doing = Mutex<String?>(nil)
    private let found = Mutex<[String: [ReportEntry]]>([:])

    init(
        name: String, threads: Int, memory: Int, tileBytes: Int, digestInputs: Bool, logger: Logger,
        outputs: Outputs,
        record: Record, inspection: InputInspection? = nil,
        demands: @escaping @Sendable (Observation) throws -> CutDemand
    ) {
        self.name = name
        self.threads = threads
        self.memory = memory
        self.tileBytes = tileBytes
        self.digestInputs = digestInputs
        self.logger = logger
        self.outputs = outputs
        self.record = record
        self.inspection = inspection
        self.demands = demands
    }

    /// What all stages downstream ask of the way a source cuts its observation: along a chain bins multiply, over
    /// branches their least common multiple is taken.
    ///
    /// - Throws: an error of a stage that cannot take the observation.
    public func demand(on observation: Observation) throws -> CutDemand { try demands(observation) }

    /// Has input files looked at before this process opens them with a library that damaged files can crash.
    ///
    /// - Throws: an error that names the file that must not be opened.
    public func inspect(_ paths: [String], for use: InputUse = .reading) throws {
        if !paths.isEmpty { try inspection?(paths, use) }
    }

    /// Names files among the run's inputs, which no result may replace.
    ///
    /// - Parameter digested: whether their SHA-256 is taken: of files of parameters; data whose samples get a checksum
    ///   while they are read need none.
    /// - Returns: What was recorded, in the order of the paths.
    /// - Throws: an error when a file cannot be read.
    @discardableResult public func recordInputs(_ paths: [String], digested: Bool) throws -> [InputRecord] {
        for path in paths { outputs.ledger.protect(path) }
        let inputs = try InputRecord.records(of: paths, digested: digested)
        for input in inputs { record.addInput(input) }
        return inputs
    }

    /// What the stage is doing where no counts of samples tell it: `cleaning, peak 0.1 Jy/beam after major cycle 3`.
    ///
    /// Progress shows it when the stage's stream has ended, and so does the report of a run that ended before.
    public var activity: String? {
        get { doing.withLock { $0 } }
        set { doing.withLock { $0 = newValue } }
    }

    /// Adds to what the report says of the stage beside its counts, under `details` and the name of a kind of entries.
    public func report(_ kind: String, _ entry: ReportEntry) {
        found.withLock { $0[kind, default: []].append(entry) }
    }

    /// The entries so far; nil for none.
    var details: [String: [ReportEntry]]? { found.withLock { $0.isEmpty ? nil : $0 } }

    /// Adds a line under the stage in the plan, such as `bins of 4 dumps x 2 channels, loss 0.3 % at 1 deg`.
    public func note(_ text: String) { noted.withLock { $0.append(text) } }

    /// The lines noted so far.
    public var notes: [String] { noted.withLock { $0 } }
}
