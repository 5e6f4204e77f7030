import Dispatch
import Synchronization
import Visibilities

extension BlockMap {
    /// Rows below which another thread is not worth its start.
    private static let leastRows = 8192

    /// Touches the blocks of all samples of a part of a coverage.
    ///
    /// - Parameter stretches: parts of the rows that are cut side by side; the map does not depend on it.
    mutating func touch(
        _ part: UVCoverage.Part, _ axes: GridAxes, _ scheme: GriddingScheme, stretches: Int,
        leastRows: Int = Self.leastRows
    ) {
        let cutter = ChannelCutter(part.frequencies, axes, support: scheme.support)
        let stretches = max(1, min(stretches, part.rows / max(leastRows, 1)))
        guard stretches > 1 else {
            touch(part, 0..<part.rows, axes, cutter, planes: scheme.planeSupport) { _ in }
            return
        }
        // What a stretch finds new is new in the order of all rows, or known from an earlier one.
        let known = self
        let found = Mutex([[GridPlace]](repeating: [], count: stretches))
        DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
            let rows = stretch * part.rows / stretches..<(stretch + 1) * part.rows / stretches
            var (map, places) = (known, [GridPlace]())
            map.touch(part, rows, axes, cutter, planes: scheme.planeSupport) { places.append($0) }
            found.withLock { $0[stretch] = places }
        }
        for places in found.withLock({ $0 }) {
            for place in places { touch(place, planes: scheme.planeSupport) }
        }
    }

    /// Touches the blocks of some rows, and calls a body with the places that had none.
    private mutating func touch(
        _ part: UVCoverage.Part, _ rows: Range<Int>, _ axes: GridAxes, _ cutter: ChannelCutter, planes: Int,
        _ found: (GridPlace) -> Void
    ) {
        part.forEachRow(in: rows) { uvw in
            _ = cutter.forEachRun(axes.rate(uvw).rate) { place, _ in
                guard !covers(place) else { return }
                touch(place, planes: planes)
                found(place)
            }
        }
    }
}
