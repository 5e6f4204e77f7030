import Visibilities

/// uvw of antennas from those of rows: what a schedule needs, since it keeps one per antenna.
enum UVH5AntennaUVW {
    /// Antenna coordinates, and how far rows are from them at most, metres.
    struct Solution: Sendable {
        /// [dump][antenna], metres, in this program's sign.
        var uvw: [UVW]
        /// The largest distance of a row from the difference of its antennas.
        var worst: Double
    }

    /// Solves every dump by a tree of baselines that begins at its first antenna.
    ///
    /// Antennas that no row reaches in a dump keep the place that they have in the nearest earlier dump on the same phase
    /// centre (else in the nearest later one): all samples of their baselines are missing there.
    ///
    /// - Parameter uvw: of each row of the file, as stored, three numbers a row.
    static func solve(_ rows: UVH5Rows, antennas: Int, uvw: [Double]) -> Solution {
        var solution = Solution(uvw: [], worst: 0)
        var placed: [Bool] = []
        // Arrays that grow hold two copies of what may be more than the rows: `UVH5Rows.openingBytes` counts one.
        solution.uvw.reserveCapacity(rows.times.count * antennas)
        placed.reserveCapacity(rows.times.count * antennas)
        let tree = BaselineTree(antennas: antennas, baselines: rows.baselines)
        for dump in rows.times.indices {
            let known = rows.baselines.indices.map { baseline in
                rows.row(dump: dump, baseline: baseline).map { Self.uvw(uvw, $0) }
            }
            let places = tree.places(known)
            for (baseline, pair) in rows.baselines.enumerated() {
                guard let stored = known[baseline], let one = places[pair.antenna1],
                    let two = places[pair.antenna2]
                else { continue }
                let off = one - two - stored
                solution.worst = max(
                    solution.worst, (off.u * off.u + off.v * off.v + off.w * off.w).squareRoot())
            }
            placed += places.map { $0 != nil }
            solution.uvw += places.map { $0 ?? UVW(0, 0, 0) }
        }
        fill(&solution.uvw, placed, rows, antennas)
        return solution
    }

    /// uvw of a row in this program's sign, for the baseline with its antennas in order: the file has the opposite sign.
    static func uvw(_ stored: [Double], _ row: UVH5Rows.Row) -> UVW {
        let start = 3 * row.row
        let sign = row.isReversed ? 1.0 : -1.0
        return UVW(sign * stored[start], sign * stored[start + 1], sign * stored[start + 2])
    }

    /// Gives antennas that a dump lacks the place of the nearest dump on the same phase centre.
    private static func fill(_ uvw: inout [UVW], _ placed: [Bool], _ rows: UVH5Rows, _ antennas: Int) {
        guard placed.contains(false) else { return }
        for antenna in 0..<antennas {
            for order in [Array(rows.times.indices), rows.times.indices.reversed()] {
                var last: [Int: UVW] = [:]
                for dump in order {
                    let place = dump * antennas + antenna
                    if placed[place] {
                        last[rows.phaseCentres[dump]] = uvw[place]
                    } else if uvw[place] == UVW(0, 0, 0), let near = last[rows.phaseCentres[dump]] {
                        uvw[place] = near
                    }
                }
            }
        }
    }
}

/// Walks from antenna to antenna along baselines whose uvw are known.
private struct BaselineTree {
    private let antennas: Int
    /// For each antenna, its baselines and the antenna at the other end.
    private var neighbours: [[(baseline: Int, other: Int, sign: Double)]]

    init(antennas: Int, baselines: [Baseline]) {
        self.antennas = antennas
        neighbours = Array(repeating: [], count: antennas)
        for (index, baseline) in baselines.enumerated() where !baseline.isAutocorrelation {
            neighbours[baseline.antenna1].append((index, baseline.antenna2, -1))
            neighbours[baseline.antenna2].append((index, baseline.antenna1, 1))
        }
    }

    /// The places of antennas relative to the first one that its part of the array has; nil where no baseline is known.
    func places(_ known: [UVW?]) -> [UVW?] {
        var places = [UVW?](repeating: nil, count: antennas)
        for root in 0..<antennas where places[root] == nil {
            guard neighbours[root].contains(where: { known[$0.baseline] != nil }) else { continue }
            places[root] = UVW(0, 0, 0)
            var queue = [root]
            var next = 0
            while next < queue.count {
                let antenna = queue[next]
                next += 1
                guard let here = places[antenna] else { continue }
                for (baseline, other, sign) in neighbours[antenna] where places[other] == nil {
                    guard let step = known[baseline] else { continue }
                    places[other] = UVW(
                        here.u + sign * step.u, here.v + sign * step.v, here.w + sign * step.w)
                    queue.append(other)
                }
            }
        }
        return places
    }
}
