import Flagging
import Visibilities

/// How the baselines of a window are shown to their flaggers: with the halo, and without what is protected.
struct BaselineView: Sendable {
    /// Protected channels of the sub-band, counted from its first one.
    let spared: [Range<Int>]
    private let halo: BandHalo
    /// Protected channels of the halo.
    private let below, above: [Range<Int>]

    /// The view of a window, told by one of its blocks.
    init(_ block: VisibilityBlock, _ halo: BandHalo, _ protected: ProtectedChannels) {
        func runs(_ side: HaloSide) -> [Range<Int>] {
            block.halo(side).map { protected.runs(in: $0.context) } ?? []
        }
        spared = protected.runs(in: block.context)
        self.halo = halo
        below = halo.below > 0 ? runs(.below) : []
        above = halo.above > 0 ? runs(.above) : []
    }

    /// Shows one baseline of a block, and what it brings along, to its flagger.
    func show(_ block: VisibilityBlock, baseline: Int, to flagger: any HopFlagger) throws {
        let shape = block.shape
        let number = baseline - block.firstBaseline
        func samples(_ channels: Int) -> Range<Int> {
            let size = shape.polarisations * shape.times * channels
            return number * size..<(number + 1) * size
        }
        let (own, lower, upper) = (samples(shape.channels), samples(halo.below), samples(halo.above))
        let (band, before, after) = (
            block.visibilities.extracting(own), block.haloVisibilities(.below).extracting(lower),
            block.haloVisibilities(.above).extracting(upper)
        )
        let (flags, lowerFlags, upperFlags) = (
            block.flags.extracting(own), block.haloFlags(.below).extracting(lower),
            block.haloFlags(.above).extracting(upper)
        )
        let delays = (number * shape.times..<(number + 1) * shape.times).map {
            block.uvw[$0].w / Conventions.speedOfLight
        }
        guard !(spared.isEmpty && below.isEmpty && above.isEmpty) else {
            return try flagger.push(
                SamplePiece(band, flags: flags), below: SamplePiece(before, flags: lowerFlags),
                above: SamplePiece(after, flags: upperFlags), dumps: shape.times,
                delays: delays, endsScan: block.context.endsScan)
        }
        let hidden = (
            Self.hide(spared, in: flags, channels: shape.channels),
            Self.hide(below, in: lowerFlags, channels: halo.below),
            Self.hide(above, in: upperFlags, channels: halo.above)
        )
        try flagger.push(
            SamplePiece(band, flags: hidden.0.span), below: SamplePiece(before, flags: hidden.1.span),
            above: SamplePiece(after, flags: hidden.2.span), dumps: shape.times,
            delays: delays, endsScan: block.context.endsScan)
    }

    /// A copy of flags, [row][channel], in which some channels are flagged.
    private static func hide(_ runs: [Range<Int>], in flags: Span<UInt8>, channels: Int) -> [UInt8] {
        var copy = flags.withUnsafeBufferPointer { Array($0) }
        for row in stride(from: 0, to: copy.count, by: max(channels, 1)) {
            for run in runs {
                for index in row + run.lowerBound..<row + run.upperBound {
                    copy[index] = FlagReasons.unspecified.rawValue
                }
            }
        }
        return copy
    }
}
