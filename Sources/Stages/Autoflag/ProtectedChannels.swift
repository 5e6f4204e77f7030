import Parameters
import Visibilities

/// The channels in which nothing is flagged, such as those of spectral lines.
///
/// They are missing data to a flagger: a line neither raises the noise nor is a reason to flag what is around it.
struct ProtectedChannels: Sendable {
    /// For each spectral window the runs of its channels.
    private let runs: [[Range<Int>]]

    /// The channels any part of which lies in some ranges; none without ranges.
    init(_ ranges: QuantityRanges?, of observation: Observation) {
        runs = observation.spectralWindows.map { window in
            ranges.map { window.channels(touching: $0.ranges).trueRuns } ?? []
        }
    }

    /// How many they are.
    var count: Int { runs.joined().reduce(0) { $0 + $1.count } }

    /// Those of a block, counted from its first channel.
    func runs(in context: BlockContext) -> [Range<Int>] {
        let start = context.channels.lowerBound
        return runs[context.spectralWindow].compactMap { run in
            let part = run.clamped(to: context.channels)
            return part.isEmpty ? nil : part.lowerBound - start..<part.upperBound - start
        }
    }
}
