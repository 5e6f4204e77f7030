import Imaging
import Visibilities

/// The part of a field's samples that one image is made of: an interval of its dumps, a run of channels.
struct ImageShare: Sendable, Hashable {
    /// Number of the interval, from 0.
    let interval: Int
    /// Number of the output channel, from 0.
    let channel: Int
    /// Of the field's scheduled dumps.
    let dumps: Range<Int>
    /// Of each spectral window.
    let channels: [Range<Int>]

    /// All shares of a field, interval by interval, channels ascending within each.
    static func shares(of cut: ObservationCut, field: Int, intervals: Int, channels: Int) -> [ImageShare] {
        let dumps = cut.observation.schedule.reduce(0) { $0 + ($1.field == field ? $1.times.count : 0) }
        let windows = cut.observation.spectralWindows.map(\.frequencies.count)
        let all = windows.reduce(0, +)
        func part(_ index: Int, of parts: Int, _ count: Int) -> Range<Int> {
            index * count / parts..<(index + 1) * count / parts
        }
        return (0..<intervals).flatMap { interval in
            (0..<channels).map { channel in
                let run = part(channel, of: channels, all)
                var first = 0
                let ranges = windows.map { count in
                    let window = first..<first + count
                    first += count
                    let inside = run.clamped(to: window)
                    return inside.lowerBound - window.lowerBound..<inside.upperBound - window.lowerBound
                }
                return ImageShare(
                    interval: interval, channel: channel, dumps: part(interval, of: intervals, dumps),
                    channels: ranges)
            }
        }
    }

    /// The part of a block that belongs to the share; nil when none does.
    ///
    /// - Parameter firstDump: of the block's scan, among the field's scheduled dumps.
    func region(of block: BlockContext, firstDump: Int) -> BlockRegion? {
        guard channels.indices.contains(block.spectralWindow) else { return nil }
        func inside(_ wanted: Range<Int>, _ held: Range<Int>) -> Range<Int> {
            let common = wanted.clamped(to: held)
            return common.lowerBound - held.lowerBound..<common.upperBound - held.lowerBound
        }
        let held = block.dumps.lowerBound + firstDump..<block.dumps.upperBound + firstDump
        let region = BlockRegion(
            times: inside(dumps, held), channels: inside(channels[block.spectralWindow], block.channels))
        return region.times.isEmpty || region.channels.isEmpty ? nil : region
    }

    /// Lowest and highest edge of the channels, Hz.
    func band(_ windows: [SpectralWindow]) -> ClosedRange<Double> {
        var (low, high) = (Double.infinity, 0.0)
        for (window, range) in zip(windows, channels) {
            for channel in range {
                low = min(low, window.frequencies[channel] - window.widths[channel] / 2)
                high = max(high, window.frequencies[channel] + window.widths[channel] / 2)
            }
        }
        return min(low, high)...high
    }

    /// From the start of the first dump to the end of the last, UTC, MJD seconds; nil for a share without dumps.
    func times(_ schedule: [ScheduledScan], field: Int) -> ClosedRange<Double>? {
        var edges: [Double] = []
        var first = 0
        for scan in schedule where scan.field == field {
            for dump in dumps.clamped(to: first..<first + min(scan.times.count, scan.intervals.count)) {
                let (time, half) = (scan.times[dump - first], scan.intervals[dump - first] / 2)
                edges += [time - half, time + half]
            }
            first += scan.times.count
        }
        guard let start = edges.min(), let end = edges.max() else { return nil }
        return start...end
    }
}
