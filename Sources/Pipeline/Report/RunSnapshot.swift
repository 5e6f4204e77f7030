import Rings

/// The live numbers of a run at a moment: what progress, report and dashboards show.
public struct RunSnapshot: Sendable, Codable {
    /// A stage's numbers.
    public struct Stage: Sendable, Codable {
        /// Its name.
        public var name: String
        /// Where it is in its life.
        public var state: StageState
        /// Blocks read.
        public var blocksIn: Int
        /// Samples read, as far as they have left the stage above.
        public var samplesIn: Int
        /// Bytes of the blocks read, as far as they have left the stage above.
        public var bytesIn: Int
        /// Blocks written.
        public var blocksOut: Int
        /// Samples written.
        public var samplesOut: Int
        /// Bytes of the blocks written.
        public var bytesOut: Int
        /// Newly flagged samples by rule.
        public var rules: [String: Int]
        /// Time since it started, or from start to end, seconds.
        public var seconds: Double
        /// Time it waited for input, seconds; for fused stages that of their task.
        public var inputWaitSeconds: Double
        /// Time it waited for room, seconds; for fused stages that of their task.
        public var outputWaitSeconds: Double
        /// Time at work, seconds; for pointwise stages summed over the blocks at work at once.
        public var busySeconds: Double
        /// Of `seconds`, those after it had seen the end of its input: final transforms, tables of a file.
        public var finalSeconds: Double
        /// What it is doing, where it says so; what it was doing when the run ended before it did.
        public var activity: String?
        /// What it made, beside its counts, by kind.
        public var details: [String: [ReportEntry]]?

        /// Whether it is at work on what no input is left of.
        var isFinishing: Bool { state == .running && finalSeconds > 0 }
        /// Samples that all its rules flagged.
        public var flagged: Int { rules.values.reduce(0, +) }
        /// Share of the samples read that its rules flagged; nil before the first.
        public var flaggedShare: Double? { samplesIn > 0 ? Double(flagged) / Double(samplesIn) : nil }
        /// Samples read (a source: written) a second.
        public var rate: Double { seconds > 0 ? Double(max(samplesIn, samplesOut)) / seconds : 0 }
    }

    /// A link's numbers.
    public struct Link: Sendable, Codable {
        /// Who writes and who reads.
        public var name: String
        /// Blocks it can store.
        public var capacity: Int
        /// Blocks sent.
        public var blocks: Int
        /// Samples sent.
        public var samples: Int
        /// Bytes sent.
        public var bytes: Int
        /// Blocks that each reader has taken.
        public var taken: [Int]
        /// Time the writer waited, seconds.
        public var writerWaitSeconds: Double
        /// Time each reader waited, seconds.
        public var readerWaitSeconds: [Double]
        /// Most blocks stored at once.
        public var highest: Int
        /// Blocks stored at this moment.
        public var occupancy: Int

        init(_ counters: LinkCounters) {
            name = counters.name
            capacity = counters.capacity
            blocks = counters.items
            samples = counters.samples
            bytes = counters.bytes
            taken = counters.taken
            writerWaitSeconds = counters.writerWait.seconds
            readerWaitSeconds = counters.readerWaits.map(\.seconds)
            highest = counters.highest
            occupancy = counters.occupancy
        }
    }

    /// A pool's numbers.
    public struct Pool: Sendable, Codable {
        /// The stage that makes its blocks.
        public var name: String
        /// Places where a block can be.
        public var slabs: Int
        /// Bytes of each slab.
        public var slabBytes: Int
        /// Slabs leased so far, those for copies included.
        public var leases: Int
        /// Most slabs leased at once.
        public var highest: Int
        /// Copies made of shared blocks.
        public var copies: Int
        /// Copies that found no free slab; anything but 0 fails the run.
        public var overflow: Int
        /// Slabs leased at this moment.
        public var leased: Int

        init(_ counters: PoolCounters) {
            name = counters.name
            slabs = counters.slabs
            slabBytes = counters.slabByteCount
            leases = counters.leases
            highest = counters.highest
            copies = counters.copies
            overflow = counters.overflow
            leased = counters.leased
        }
    }

    /// Time since the run started, seconds.
    public var seconds: Double
    /// Share of the scheduled samples that the sources have sent; nil when that is not known.
    public var done: Double?
    /// The stages, in pipeline order.
    public var stages: [Stage]
    /// The links.
    public var links: [Link]
    /// The pools.
    public var pools: [Pool]

    /// Time until all samples are sent at the present rate, seconds; nil when that is not known, or when they are: what
    /// stages do with their results then goes at no rate.
    public var secondsLeft: Double? {
        done.flatMap { $0 > 0.001 && $0 < 1 ? seconds * (1 - $0) / $0 : nil }
    }
}

/// Where a stage is in its life.
public enum StageState: String, Sendable, Codable {
    /// Not started yet.
    case waiting
    /// At work.
    case running
    /// It ended well.
    case ended
    /// Nobody read what it wrote any more, so it stopped.
    case unread
    /// It was stopped, or stopped because another stage failed.
    case cancelled
    /// It failed.
    case failed
}

extension Duration {
    /// This duration in seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
