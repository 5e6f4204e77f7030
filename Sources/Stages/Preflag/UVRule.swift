import Parameters
import Visibilities

/// Ranges of projected length.
struct UVRule: Sendable {
    /// Metres or wavelengths.
    let ranges: QuantityRanges

    /// The rows and channels of a baseline whose length lies in the ranges.
    ///
    /// - Parameters:
    ///   - uvw: the block's, metres.
    ///   - row: the baseline's first.
    ///   - frequencies: ascending, Hz.
    ///   - all: the block's dumps and channels.
    func regions(
        _ uvw: Span<UVW>, row: Int, _ frequencies: [Double], _ all: BlockRegion
    ) -> [BlockRegion] {
        var regions: [BlockRegion] = []
        for time in all.times {
            let place = uvw[row + time]
            let length = (place.u * place.u + place.v * place.v).squareRoot()
            guard length.isFinite else { continue }
            for run in channels(of: length, frequencies) {
                // Dumps that agree make one region.
                if let last = regions.last, last.channels == run, last.times.upperBound == time,
                    run == all.channels
                {
                    regions[regions.count - 1].times = last.times.lowerBound..<time + 1
                } else {
                    regions.append(BlockRegion(times: time..<time + 1, channels: run))
                }
            }
        }
        return regions
    }

    private func channels(of length: Double, _ frequencies: [Double]) -> [Range<Int>] {
        let all = 0..<frequencies.count
        guard ranges.dimension == .wavelengths else { return ranges.contains(length) ? [all] : [] }
        let scale = length / Conventions.speedOfLight
        guard let first = frequencies.first, let last = frequencies.last else { return [] }
        // Most lengths lie in or out of the ranges over all of the band.
        let (low, high) = (first * scale, last * scale)
        if !ranges.ranges.excluded.contains(where: { $0.overlaps(low, high) }) {
            let included = ranges.ranges.included
            if included.isEmpty || included.contains(where: { $0.contains(low) && $0.contains(high) }) {
                return [all]
            }
            if !included.contains(where: { $0.overlaps(low, high) }) { return [] }
        }
        return frequencies.lazy.map { ranges.contains($0 * scale) }.trueRuns
    }
}
