import Flagging
import Tiles
import Visibilities

/// The flaggers of all baselines of a sub-band of a scan, and what they have decided.
struct FlaggerBench {
    /// One baseline's flagger with the hops it has decided and that are still needed.
    private final class Place: @unchecked Sendable {
        let flagger: any HopFlagger
        var hops: [FlagHop] = []
        var decided = 0

        init(_ flagger: any HopFlagger) { self.flagger = flagger }
    }

    private let settings: AutoflagSettings
    private let polarisations: Int
    private let parallelHands: [Int]
    private let width: Int
    private let haloIsCounted: Bool
    private let protected: ProtectedChannels
    private var channels = 0
    private var halo = BandHalo()
    private var lowest: Double?
    private var places: [Place] = []

    /// A bench for the blocks of a stream.
    init(_ settings: AutoflagSettings, _ cut: ObservationCut, _ protected: ProtectedChannels) {
        self.settings = settings
        let products = cut.observation.polarisations
        polarisations = products.count
        parallelHands = products.indices.filter { [.xx, .yy, .rr, .ll].contains(products[$0]) }
        width = cut.observation.baselines.count
        haloIsCounted = cut.halo > 0
        self.protected = protected
    }

    /// Shows neighbouring blocks of a window to the flaggers of their baselines, several at once: a block alone may hold a
    /// single baseline.
    ///
    /// - Throws: `AutoflagError` when a block's shape is not the stream's.
    mutating func push(_ blocks: [VisibilityBlock], width threads: Int) async throws {
        guard let first = blocks.first else { return }
        try turn(to: first)
        let (places, channels) = (places, channels)
        let view = BaselineView(first, halo, protected)
        // For each baseline, the block that holds it.
        let holders = blocks.indices.flatMap { Array(repeating: $0, count: blocks[$0].shape.baselines) }
        let start = first.firstBaseline
        try await inTiles(holders.count, width: threads) { number in
            let place = places[start + number]
            try view.show(blocks[holders[number]], baseline: start + number, to: place.flagger)
            while let hop = place.flagger.next() {
                place.hops.append(hop.sparing(view.spared, of: channels))
                place.decided = hop.dumps.upperBound
            }
        }
    }

    /// Whether all dumps of a block are decided.
    func decided(_ block: VisibilityBlock) -> Bool {
        block.baselines.allSatisfy { places[$0].decided >= block.context.dumps.upperBound }
    }

    /// Adds what was found to the flags of a block and forgets it.
    ///
    /// - Returns: of the samples that had no flag before, how many each detector found, by its bit.
    mutating func flag(_ block: inout VisibilityBlock) -> SIMD8<Int> {
        let dumps = block.context.dumps
        var fresh = SIMD8<Int>(repeating: 0)
        for baseline in 0..<block.shape.baselines {
            let place = places[block.firstBaseline + baseline]
            for hop in place.hops {
                let common = hop.dumps.clamped(to: dumps)
                guard !common.isEmpty else { continue }
                let start = (common.lowerBound - hop.dumps.lowerBound) * channels
                fresh &+= block.addFlags(
                    .postProcessing, baseline: baseline,
                    times: common.lowerBound - dumps.lowerBound..<common.upperBound - dumps.lowerBound,
                    where: hop.mask.span.extracting(start..<start + common.count * channels))
            }
            place.hops.removeAll { $0.dumps.upperBound <= dumps.upperBound }
            // The end of a scan: its flaggers start anew with the next sub-band or scan.
            if block.context.endsScan { place.decided = 0 }
        }
        return fresh
    }

    /// The frequencies from the first channel of a halo on; nil where channels are left out between others.
    private static func axis(_ block: VisibilityBlock, _ halo: BandHalo) -> BandAxis? {
        let below = block.halo(.below)?.context.frequencies.suffix(halo.below) ?? []
        let above = block.halo(.above)?.context.frequencies.prefix(halo.above) ?? []
        let frequencies = Array(below) + block.context.frequencies + Array(above)
        guard let lowest = frequencies.first, let highest = frequencies.last else { return nil }
        let step = frequencies.count > 1 ? (highest - lowest) / Double(frequencies.count - 1) : 0
        let isEven = frequencies.enumerated().allSatisfy { number, frequency in
            abs(lowest + Double(number) * step - frequency) <= 0.01 * abs(step)
        }
        return isEven ? BandAxis(first: lowest, step: step) : nil
    }

    /// Readies the bench for a block: flaggers start anew by themselves at a scan's end, and serve one number of channels.
    private mutating func turn(to block: VisibilityBlock) throws {
        let channels = block.shape.channels
        func beside(_ side: HaloSide) -> Int { haloIsCounted ? block.halo(side)?.shape.channels ?? 0 : 0 }
        let halo = BandHalo(below: beside(.below), above: beside(.above))
        let fits = !places.isEmpty && channels == self.channels && halo == self.halo
        // Blocks of a scan in progress have the frequencies that its flaggers know.
        guard !fits || block.context.frequencies.first != lowest else { return }
        lowest = block.context.frequencies.first
        let axis = Self.axis(block, halo)
        guard !fits else { return places.forEach { $0.flagger.tune(axis) } }
        (self.channels, self.halo) = (channels, halo)
        // Those of before are let go first: the plan knows of one set.
        places = []
        places = try (0..<width).map { _ in
            Place(
                try settings.flagger(
                    polarisations: polarisations, parallelHands: parallelHands, channels: channels,
                    halo: halo, axis: axis))
        }
    }
}
