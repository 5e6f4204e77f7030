/// uvw of antennas as the Earth turns: u east, v north, w towards the apparent phase centre, metres.
///
/// An antenna's uvw is relative to the reference; a baseline's is uvw(antenna 1) − uvw(antenna 2).
/// A time or direction that is not finite, or a time outside 1960 to 2200, gives NaN.
public struct UVWCalculator: Sendable {
    /// Antenna positions relative to the reference, ITRF axes, metres.
    private let offsets: [SIMD3<Double>]
    /// The observer's place and Earth orientation.
    public let site: ObservingSite

    /// A calculator for antennas at ITRF positions in metres.
    ///
    /// - Parameters:
    ///   - antennaPositions: geocentric, ITRF, metres.
    ///   - reference: the place that uvw is counted from and aberration is seen at; the mean of the antennas if nil.
    ///   - earthOrientation: UT1 and polar motion.
    public init(
        antennaPositions: [SIMD3<Double>], reference: SIMD3<Double>? = nil, earthOrientation: EarthOrientation
    ) {
        let mean =
            antennaPositions.reduce(SIMD3<Double>()) { $0 + $1 } / Double(max(antennaPositions.count, 1))
        let origin = reference ?? mean
        offsets = antennaPositions.map { $0 - origin }
        site = ObservingSite(position: origin, earthOrientation: earthOrientation)
    }

    /// uvw of each antenna at a time (UTC, MJD seconds) for an ICRS phase centre in radians.
    public func antennaUVW(time: Double, rightAscension: Double, declination: Double) -> [SIMD3<Double>] {
        antennaUVW(times: [time], rightAscension: rightAscension, declination: declination)
    }

    /// uvw of each antenna at each time, [time][antenna], the same bits as one by one and much faster.
    ///
    /// - Parameters:
    ///   - times: UTC, MJD seconds.
    ///   - rightAscension: ICRS, radians.
    ///   - declination: ICRS, radians.
    public func antennaUVW(times: [Double], rightAscension: Double, declination: Double) -> [SIMD3<Double>] {
        var result: [SIMD3<Double>] = []
        result.reserveCapacity(times.count * offsets.count)
        let undefined = SIMD3(repeating: Double.nan)
        var motion = CelestialMotion()
        for time in times {
            guard rightAscension.isFinite, declination.isFinite,
                let frame = site.frame(at: time, motion: &motion)
            else {
                result.append(contentsOf: repeatElement(undefined, count: offsets.count))
                continue
            }
            let axes = frame.axes(rightAscension: rightAscension, declination: declination)
            for offset in offsets { result.append(axes.components(of: offset)) }
        }
        return result
    }

    /// uvw of each antenna about a direction fixed to the ground, radians: u east, v towards the Earth's north pole.
    public func antennaUVW(azimuth: Double, elevation: Double) -> [SIMD3<Double>] {
        let w = site.geodetic.vector(azimuth: azimuth, elevation: elevation)
        let east = SIMD3(0, 0, 1).cross(w)
        // Seen along the Earth's axis, east is where it is at the meridian of Greenwich.
        let u = east.norm > 1e-12 ? east.normalised : SIMD3(0, 1, 0)
        let axes = UVWAxes(u: u, v: w.cross(u), w: w)
        return offsets.map { axes.components(of: $0) }
    }

    /// Metres east, north and up of the reference to each antenna: what unprojected data have for uvw.
    public var antennaENU: [SIMD3<Double>] { offsets.map { site.geodetic.enu(ofVector: $0) } }
}
