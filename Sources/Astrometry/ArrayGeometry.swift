import Foundation

/// How the dishes of an array stand to a direction: how high it is over each of them, and who stands in whose way.
public struct ArrayGeometry: Sendable {
    /// Where directions are seen from: the mean of the antennas.
    public let site: ObservingSite
    /// ITRF metres from the site.
    private let offsets: [SIMD3<Double>]
    /// Unit vectors to the zenith of each antenna, ITRF.
    private let zeniths: [SIMD3<Double>]
    /// Two dishes: their indices, the square of their distance and the sum of their radii, metres.
    private let pairs: [(one: Int, other: Int, square: Double, reach: Double)]

    /// The geometry of dishes at ITRF positions, both in metres.
    ///
    /// - Precondition: there are as many diameters as positions.
    public init(positions: [SIMD3<Double>], diameters: [Double], earthOrientation: EarthOrientation) {
        precondition(positions.count == diameters.count, "a diameter for each antenna")
        let mean = positions.reduce(SIMD3<Double>()) { $0 + $1 } / Double(max(positions.count, 1))
        site = ObservingSite(position: mean, earthOrientation: earthOrientation)
        let offsets = positions.map { $0 - mean }
        self.offsets = offsets
        zeniths = positions.map { Geodetic(position: $0).up }
        pairs = offsets.indices.flatMap { one in
            offsets.indices.dropFirst(one + 1).map { other in
                let apart = offsets[one] - offsets[other]
                return (one, other, apart.dot(apart), (diameters[one] + diameters[other]) / 2)
            }
        }
    }

    /// How high a direction stands over the horizon of each antenna, radians, without refraction; NaN where that is not known.
    ///
    /// - Parameter direction: a unit vector in ITRF axes.
    public func elevations(towards direction: SIMD3<Double>) -> [Double] {
        zeniths.map { atan2(direction.dot($0), direction.cross($0).norm) }
    }

    /// Which dishes have another between them and a direction.
    ///
    /// Seen from the direction, dishes are discs of their diameters; where two overlap, their separation across the line of
    /// sight, sqrt(d² − w²), is below the sum of their radii, and the one with the smaller w (the length of its place along
    /// the line of sight) lies behind. This is what CASA's `flagdata` calls shadowed.
    ///
    /// - Parameters:
    ///   - direction: a unit vector in ITRF axes; one that is not finite shadows nothing.
    ///   - tolerance: metres of overlap that do not count.
    public func shadowed(towards direction: SIMD3<Double>, tolerance: Double = 0) -> [Bool] {
        let depths = offsets.map { $0.dot(direction) }
        var shadowed = [Bool](repeating: false, count: offsets.count)
        for pair in pairs {
            let along = depths[pair.one] - depths[pair.other]
            let reach = pair.reach - tolerance
            guard reach > 0, pair.square - along * along < reach * reach else { continue }
            if along < 0 { shadowed[pair.one] = true }
            if along > 0 { shadowed[pair.other] = true }
        }
        return shadowed
    }
}

extension ObservingSite {
    /// The unit vectors, ITRF axes, towards where an ICRS direction (radians) appears at times (UTC, MJD seconds); NaN for a
    /// time or direction that is not finite, or a time outside 1960 to 2200.
    public func directions(
        times: [Double], rightAscension: Double, declination: Double
    ) -> [SIMD3<Double>] {
        var motion = CelestialMotion()
        return times.map { time in
            guard rightAscension.isFinite, declination.isFinite, let frame = frame(at: time, motion: &motion)
            else { return SIMD3(repeating: .nan) }
            return frame.direction(rightAscension: rightAscension, declination: declination)
        }
    }
}
