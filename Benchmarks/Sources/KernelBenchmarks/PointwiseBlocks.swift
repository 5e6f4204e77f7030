import BenchmarkSupport
import Flagging
import Formats
import Rings
import Simulation
import Tiles
import Visibilities

/// Blocks for kernels that change a block by itself; together they are more than caches hold.
struct PointwiseBlocks: Sendable {
    /// A block that one thread at a time changes.
    private final class Place: @unchecked Sendable {
        var block: VisibilityBlock

        init(_ block: VisibilityBlock) { self.block = block }
    }

    private static let count = 64
    private let input: SimulatedInput
    private let knownTransmitters: BoundStaticMask
    private let original: VisibilityBlock
    private let places: [Place]

    /// Blocks of a sub-band of so many channels, 64 dumps and 4 products, with the channels of `meerkat-l` flagged.
    init(channels: Int) throws {
        input = try SimulatedInput(
            antennas: 4, dumps: 64, channels: 512, subband: channels, polarisations: [.xx, .yy, .xy, .yx],
            interference: Set([.persistent]))
        let mask = try RFIMask.named("meerkat-l").ranges(for: input.cut.observation)
        knownTransmitters = StaticMask(ranges: mask.ranges).bound(to: input.cut.observation)
        // One more for the moment in which a block is put back.
        let pool = input.pool(Self.count + 2)
        var block = try input.block(subband: input.cut.subbands.count / 2, tile: 1, from: pool)
        _ = knownTransmitters.apply(to: &block)
        original = block
        places = (0..<Self.count).map { _ in Place(block) }
        for place in places { place.block.makeUnique() }
    }

    /// Averages over square bins; blocks are put back between, which is not timed.
    func average(_ bins: Int) throws -> Kernel {
        let bins = AveragingBins(times: bins, channels: bins)
        let averaged = try AveragedAxes(input.cut, bins: bins).context(original.context)
        return kernel("average \(bins.times) x \(bins.channels)", bytesPerSample: 13, restores: true) {
            $0.average(bins, context: averaged)
        }
    }

    /// Flags known transmitters; only flags are touched.
    func mask() -> Kernel {
        let mask = knownTransmitters
        let masked = mask.channels[0].count { $0 }
        let title = "static mask, \(masked) of \(mask.channels[0].count) channels"
        return kernel(title, bytesPerSample: 1, restores: false) { _ = mask.apply(to: &$0) }
    }

    /// Flags amplitudes above what most samples have, and below what hardly any has.
    func clip() -> Kernel {
        let clip = AmplitudeClip([0...1e-3, 1e3 ... .infinity])
        return kernel("amplitude clip, two ranges", bytesPerSample: 9, restores: false) { block in
            let all = BlockRegion(times: 0..<block.shape.times, channels: 0..<block.shape.channels)
            for baseline in 0..<block.shape.baselines {
                _ = clip.flag(.postProcessing, in: &block, baseline: baseline, regions: [all])
            }
        }
    }

    private func kernel(
        _ title: String, bytesPerSample: Int, restores: Bool,
        _ body: @escaping @Sendable (inout VisibilityBlock) -> Void
    ) -> Kernel {
        let (places, original) = (places, original)
        return Kernel(
            title: title, samples: original.sampleCount, bytesPerSample: bytesPerSample, leastItems: 64
        ) {
            items, threads in
            var took = Took()
            for start in stride(from: 0, to: items, by: places.count) {
                if restores {
                    for place in places {
                        place.block = original
                        place.block.makeUnique()
                    }
                }
                try await took.time {
                    try await inTiles(min(places.count, items - start), width: threads) {
                        body(&places[$0].block)
                    }
                }
            }
            return took
        }
    }
}
