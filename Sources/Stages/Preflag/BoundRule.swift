import Flagging
import Visibilities

/// A rule worked out for a stream.
struct BoundRule: Sendable {
    /// Where a rule holds.
    enum Extent: Sendable {
        /// On runs of channels of each spectral window.
        case channels([[Range<Int>]])
        /// On baselines of the stream.
        case baselines([Bool])
        /// In dumps of each scan of the schedule.
        case dumps([[Bool]])
        /// On the baselines of antennas, by scan of the schedule: [dump][antenna].
        case antennas([[Bool]])
        /// On baselines of a projected length.
        case lengths(UVRule)
        /// Where the samples themselves say so.
        case dead
        /// Where amplitudes are in a range.
        case amplitudes(AmplitudeClip)
    }

    let rule: PreflagRule
    let extent: Extent

    /// Where it holds on a baseline of a block, as far as that is known without the samples.
    ///
    /// - Parameter pair: the baseline's antennas.
    /// - Precondition: the block belongs to the stream that the rule was worked out for.
    func regions(of block: borrowing VisibilityBlock, baseline: Int, _ pair: Baseline, antennas: Int)
        -> [BlockRegion]
    {
        let (shape, context) = (block.shape, block.context)
        let all = BlockRegion(times: 0..<shape.times, channels: 0..<shape.channels)
        switch extent {
        case .channels(let runs):
            return runs[context.spectralWindow].compactMap { run in
                let part = run.clamped(to: context.channels)
                let first = context.channels.lowerBound
                return part.isEmpty
                    ? nil
                    : BlockRegion(
                        times: all.times, channels: part.lowerBound - first..<part.upperBound - first)
            }
        case .baselines(let chosen): return chosen[block.firstBaseline + baseline] ? [all] : []
        case .dumps(let chosen):
            return chosen[context.scheduleIndex][context.dumps].trueRuns.map {
                BlockRegion(times: $0, channels: all.channels)
            }
        case .antennas(let chosen):
            let table = chosen[context.scheduleIndex]
            return context.dumps.lazy.map { dump in
                table[dump * antennas + pair.antenna1] || table[dump * antennas + pair.antenna2]
            }.trueRuns.map { BlockRegion(times: $0, channels: all.channels) }
        case .lengths(let rule):
            return shape.times == 0
                ? [] : rule.regions(block.uvw, row: baseline * shape.times, context.frequencies, all)
        case .dead, .amplitudes: return [all]
        }
    }

    /// Flags regions of a baseline, or what the rule finds in them; returns how many samples had no flag before.
    func flag(
        _ reason: FlagReasons, in block: inout VisibilityBlock, baseline: Int, regions: [BlockRegion]
    ) -> Int {
        switch extent {
        case .dead: DeadPlane.flag(reason, in: &block, baseline: baseline, regions: regions)
        case .amplitudes(let clip): clip.flag(reason, in: &block, baseline: baseline, regions: regions)
        default: RegionFlags.flag(reason, in: &block, baseline: baseline, regions: regions)
        }
    }
}
