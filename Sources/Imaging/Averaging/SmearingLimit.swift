import Visibilities

/// How far apart samples of a baseline may be that are averaged: a point anywhere in an image loses no more than a share
/// of its amplitude.
///
/// The mean over a phase that moves by p turns is sin(πp) / (πp) > 1 - (πp)²/6 (Bridle & Schwab 1999, "Bandwidth and
/// time-average smearing", ASP Conf. Ser. 180, 371); where flags leave nothing but one end of it, half of p away from the
/// coordinates of the mean, the image gets cos(πp) > 1 - (πp)²/2. That is the bound; time and frequency may cost half each.
struct SmearingLimit: Sendable {
    /// Turns that the phase may move by over the length of one mean.
    private let turns: Double
    /// Directions (l, m) of the corners about the phase centre.
    private let corners: [SIMD2<Double>]
    /// Largest |n - 1|.
    private let depth: Double

    /// A limit for an image.
    ///
    /// - Throws: `ImagingError.setting` for a loss that is none.
    init(_ geometry: ImageGeometry, loss: Double) throws(ImagingError) {
        guard loss > 0, loss <= 0.1 else {
            throw .setting("baseline-averaging", reason: "a loss of \(loss); must be above 0, up to 0.1")
        }
        turns = loss.squareRoot() / .pi
        corners = [0, geometry.width - 1].flatMap { column in
            [0, geometry.height - 1].map { row in SIMD2(geometry.l(column), geometry.m(row)) }
        }
        depth = abs(geometry.depths.lowerBound)
    }

    /// Most metres of path that a difference of coordinates makes anywhere in the image.
    func path(_ uvw: UVW) -> Double {
        corners.reduce(0) { max($0, abs(uvw.u * $1.x + uvw.v * $1.y)) } + abs(uvw.w) * depth
    }

    /// Rows from the first on that may be one mean at a frequency: at least one.
    ///
    /// - Parameter rows: coordinates of one baseline in order of time.
    func rows(_ rows: ArraySlice<UVW>, frequency: Double) -> Int {
        guard let first = rows.first else { return 0 }
        var count = 1
        for next in rows.dropFirst() {
            // From the start of the first dump to the end of the last: a dump more than between their middles.
            let length = Double(count + 1) / Double(count)
            let moved = path(UVW(next.u - first.u, next.v - first.v, next.w - first.w)) * length
            guard moved * frequency <= turns * Conventions.speedOfLight else { break }
            count += 1
        }
        return count
    }

    /// Whether samples of a band may be one mean.
    ///
    /// - Parameters:
    ///   - band: from edge to edge, Hz.
    ///   - path: of the coordinates, metres.
    func allows(band: Double, path: Double) -> Bool { band * path <= turns * Conventions.speedOfLight }
}
