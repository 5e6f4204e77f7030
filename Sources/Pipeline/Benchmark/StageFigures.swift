/// What one stage reached in a benchmark, round by round.
public struct StageFigures: Sendable, Codable {
    /// One round.
    public struct Round: Sendable, Codable {
        /// From the stage's start to its end, seconds.
        public var seconds: Double
        /// Waiting for input, seconds; for fused stages that of their task.
        public var inputWaitSeconds: Double
        /// Waiting for room, seconds; for fused stages that of their task.
        public var outputWaitSeconds: Double
        /// At work, seconds; summed over the blocks that it works on at once.
        public var busySeconds: Double
        /// Of its time, that after the end of its input, seconds.
        public var finalSeconds: Double
        /// What the machine copied just before, bytes read and written a second.
        public var copyBytesPerSecond: Double
    }

    /// What keeps a stage from being faster.
    public enum Bound: String, Sendable, Codable {
        /// It is at work most of the time.
        case computing = "computing"
        /// It is at work most of the time, on a file too.
        case files = "computing and files"
        /// It waits for blocks most of the time: what stands above is slower.
        case input = "waiting for input"
        /// It waits for room most of the time: what stands below is slower.
        case output = "waiting for output"
    }

    /// Its name.
    public let name: String
    /// What kind of stage it is.
    public let kind: StageKind
    /// Blocks that it works on at once.
    public let width: Int
    /// Blocks read (a source: written) in a round.
    public let blocks: Int
    /// Samples read (a source: written) in a round.
    public let samples: Int
    /// Bytes of the blocks read in a round.
    public let bytesIn: Int
    /// Bytes of the blocks written in a round.
    public let bytesOut: Int
    /// The rounds.
    public let rounds: [Round]
    /// Million samples a second from its start to its end, waits included.
    public let rate: Spread
    /// Million samples a second at work, waits left out.
    public let rateAtWork: Spread
    /// GB of blocks read and blocks written a second at work.
    public let gigabytesPerSecond: Spread
    /// The same over what the machine copied, round by round.
    public let shareOfCopy: Spread
    /// What keeps it from being faster.
    public let boundBy: Bound

    init(_ plan: Plan.Stage, width: Int, rounds: [(stage: RunSnapshot.Stage, copy: Double)], hasFiles: Bool) {
        let last = rounds.last?.stage
        name = plan.name
        kind = plan.kind
        self.width = width
        blocks = max(last?.blocksIn ?? 0, kind == .source ? last?.blocksOut ?? 0 : 0)
        let samples = kind == .source ? last?.samplesOut ?? 0 : last?.samplesIn ?? 0
        self.samples = samples
        bytesIn = last?.bytesIn ?? 0
        bytesOut = last?.bytesOut ?? 0
        let bytes = Double(bytesIn) + Double(bytesOut)
        self.rounds = rounds.map { stage, copy in
            Round(
                seconds: stage.seconds, inputWaitSeconds: stage.inputWaitSeconds,
                outputWaitSeconds: stage.outputWaitSeconds, busySeconds: stage.busySeconds,
                finalSeconds: stage.finalSeconds, copyBytesPerSecond: copy)
        }
        let works = self.rounds.map { max($0.busySeconds / Double(max(width, 1)), 1e-9) }
        rate = Spread(self.rounds.map { Double(samples) / max($0.seconds, 1e-9) / 1e6 })
        rateAtWork = Spread(works.map { Double(samples) / $0 / 1e6 })
        gigabytesPerSecond = Spread(works.map { bytes / $0 / 1e9 })
        shareOfCopy = Spread(zip(works, rounds).map { bytes / $0 / max($1.copy, 1) })
        let shares = Shares(self.rounds, width: width)
        boundBy =
            if shares.work >= max(shares.input, shares.output) {
                hasFiles ? .files : .computing
            } else {
                shares.input >= shares.output ? .input : .output
            }
    }

    /// How its time divides, from the sums over the rounds.
    public var shares: Shares { Shares(rounds, width: width) }

    /// The parts of a stage's time, which add up to 1.
    public struct Shares: Sendable, Hashable {
        /// At work.
        public let work: Double
        /// Waiting for input.
        public let input: Double
        /// Waiting for room.
        public let output: Double

        /// Blocks worked on at once wait for each other's turns too: what is not work is divided as the waits are.
        init(_ rounds: [Round], width: Int) {
            func total(_ part: KeyPath<Round, Double>) -> Double {
                rounds.reduce(0) { $0 + $1[keyPath: part] }
            }
            let all = max(total(\.seconds), 1e-9)
            let (input, output) = (total(\.inputWaitSeconds), total(\.outputWaitSeconds))
            work = min(total(\.busySeconds) / Double(max(width, 1)) / all, 1)
            self.input = (1 - work) * (input + output > 0 ? input / (input + output) : 1)
            self.output = 1 - work - self.input
        }
    }

    /// Seconds that this stage would be at work on an observation of so many samples at the source, when this round's
    /// source made so many: what grows with the samples, and what is done once at the end.
    public func estimate(samples: Double, sourceSamples: Int) -> Double {
        let growing = Spread(rounds.map { ($0.busySeconds / Double(max(width, 1)) - $0.finalSeconds) })
        let once = Spread(rounds.map(\.finalSeconds))
        return max(growing.median, 0) * samples / Double(max(sourceSamples, 1)) + once.median
    }
}
