/// What one process of a benchmark measures: a stage or a pipeline with one number of threads.
public struct BenchmarkJob: Sendable, Codable {
    /// What is measured.
    public enum Subject: Sendable, Codable, Hashable {
        /// A stage of the registry, alone.
        case stage(String)
        /// The stages of a pipeline file, together.
        case pipeline(path: String)
        /// Nothing: the simulated data are written to a file, for stages that read one.
        case simulatedFile(String)
    }

    /// The data.
    public enum Data: Sendable, Codable, Hashable {
        /// Simulated, with interference of all kinds.
        case simulated(ObservationSize)
        /// Read from a file.
        case file(String)
    }

    /// What is measured.
    public var subject: Subject
    /// `KEY=VALUE`: parameters of the stage, or inputs of the pipeline and STAGE.PARAMETER.
    public var settings: [String]
    /// What flows.
    public var data: Data
    /// What a source reads that needs a file and is given none.
    public var inputFile: String?
    /// Threads.
    public var threads: Int
    /// Rounds that are timed, after a first one that is not.
    public var rounds: Int
    /// Bytes of each of the two buffers of the machine's copy.
    public var copyBytes: Int
    /// The folder where results go.
    public var scratch: String

    /// A job; every part must be given but the file.
    public init(
        _ subject: Subject, settings: [String], data: Data, inputFile: String? = nil, threads: Int,
        rounds: Int, copyBytes: Int, scratch: String
    ) {
        self.subject = subject
        self.settings = settings
        self.data = data
        self.inputFile = inputFile
        self.threads = threads
        self.rounds = rounds
        self.copyBytes = copyBytes
        self.scratch = scratch
    }
}

/// What one process of a benchmark found.
public struct BenchmarkPart: Sendable, Codable {
    /// What was measured.
    public var subject: String
    /// Threads.
    public var threads: Int
    /// Samples that the sources made in a round.
    public var sourceSamples = 0
    /// Seconds that data flowed, round by round.
    public var seconds: [Double] = []
    /// The stages, in pipeline order.
    public var stages: [StageFigures] = []
    /// Bytes that the machine copied a second, read and written both counted, measured before each round.
    public var copyBytesPerSecond = Spread([])
    /// Largest resident size of the process up to the end of its first round, bytes.
    public var peakResidentBytes = 0
    /// The plan's bound for it, bytes.
    public var plannedBytes = 0
    /// Blocks leased in a round.
    public var blocksLeased = 0
    /// Of these, copies of shared blocks.
    public var blocksCopied = 0
    /// Allocations on the heap in the first round, of the whole process; nil unless a counter was loaded into it.
    public var heapAllocations: Int?
    /// The file that the stage reads or writes.
    public var file: FileSpeed?
    /// Why it could not be measured.
    public var error: String?
    /// The exit code that this stands for.
    public var exitCode: Int32 = 0

    /// Nothing measured yet.
    public init(subject: String, threads: Int) {
        self.subject = subject
        self.threads = threads
    }

    /// Seconds that everything together would take for an observation of so many samples.
    public func estimate(samples: Double) -> Double {
        let once = stages.map { Spread($0.rounds.map(\.finalSeconds)).median }.max() ?? 0
        let growing = max(Spread(seconds).median - once, 0)
        return growing * samples / Double(max(sourceSamples, 1)) + once
    }
}
