import BenchmarkSupport
import Flagging
import Simulation
import Tiles
import Visibilities

/// A scan of some baselines, flagged by a flagger each.
struct FlaggerScan: Sendable {
    private static let baselines = 8
    private static let windows = 3
    /// [window], each with all baselines.
    private let blocks: [VisibilityBlock]
    private let flaggers: [BaselineFlagger]
    private let channels: Int

    /// 8 baselines, 4 products, three hops of 64 dumps, a sub-band of so many channels, all kinds of interference.
    init(channels: Int) throws {
        self.channels = channels
        var input = try SimulatedInput(
            antennas: 8, dumps: 64 * Self.windows, channels: 512, subband: channels,
            polarisations: [.xx, .yy, .xy, .yx], interference: Set(InterferenceKind.allCases),
            autocorrelations: false)
        input = input.inTiles(of: Self.baselines)
        let pool = input.pool(Self.windows)
        let subband = input.cut.subbands.count * 3 / 8
        blocks = try (0..<Self.windows).map {
            try input.block(subband: subband, window: $0, tile: 0, from: pool)
        }
        flaggers = try (0..<Self.baselines).map { _ in
            try BaselineFlagger(AutoflagSettings(), polarisations: 4, channels: channels)
        }
    }

    /// Flags the scan; an item is the whole of it.
    var kernel: Kernel {
        let (blocks, flaggers) = (blocks, flaggers)
        let samples = blocks.reduce(0) { $0 + $1.sampleCount }
        return Kernel(title: "autoflag, \(channels) channels", samples: samples, bytesPerSample: 9) {
            items, threads in
            var took = Took()
            try await took.time {
                for _ in 0..<items {
                    try await inTiles(flaggers.count, width: threads) {
                        try Self.flag(blocks, baseline: $0, by: flaggers[$0])
                    }
                }
            }
            return took
        }
    }

    private static func flag(
        _ blocks: [VisibilityBlock], baseline: Int, by flagger: BaselineFlagger
    ) throws {
        var decided = 0
        for block in blocks {
            let size = block.shape.polarisations * block.shape.planeSize
            let samples = baseline * size..<(baseline + 1) * size
            try flagger.push(
                block.visibilities.extracting(samples), flags: block.flags.extracting(samples),
                dumps: block.shape.times, endsScan: block.context.endsScan)
            while let hop = flagger.next() { decided = hop.dumps.upperBound }
        }
        precondition(decided == blocks.reduce(0) { $0 + $1.shape.times }, "dumps were left undecided")
    }
}
