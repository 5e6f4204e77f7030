import CERFA
import Foundation

/// A place on the Earth from which directions are seen.
public struct ObservingSite: Sendable {
    /// Geocentric position (ITRF), metres.
    public let position: SIMD3<Double>
    /// The same in longitude, latitude and height.
    public let geodetic: Geodetic
    /// UT1 and polar motion.
    public let earthOrientation: EarthOrientation

    /// A place at an ITRF position in metres.
    public init(position: SIMD3<Double>, earthOrientation: EarthOrientation) {
        self.position = position
        geodetic = Geodetic(position: position)
        self.earthOrientation = earthOrientation
    }

    /// How directions appear at a time (UTC, MJD seconds); nil for one that is not finite or outside 1960 to 2200.
    public func frame(at time: Double) -> ApparentFrame? {
        var motion = CelestialMotion()
        return frame(at: time, motion: &motion)
    }

    func frame(at time: Double, motion: inout CelestialMotion) -> ApparentFrame? {
        let sample = earthOrientation.sample(at: time)
        guard let scales = TimeScales(utc: time, ut1MinusUTC: sample.ut1MinusUTC) else { return nil }
        return ApparentFrame(scales, site: geodetic, orientation: sample, motion: &motion)
    }

    /// Azimuth (from north through east, [0, 2π)) and elevation of an ICRS direction, radians, without refraction.
    ///
    /// - Returns: nil for a time or direction that is not finite, or a time outside 1960 to 2200.
    public func azimuthElevation(
        time: Double, rightAscension: Double, declination: Double
    ) -> (azimuth: Double, elevation: Double)? {
        guard rightAscension.isFinite, declination.isFinite, let frame = frame(at: time) else { return nil }
        let enu = geodetic.enu(
            ofVector: frame.direction(rightAscension: rightAscension, declination: declination))
        return (Angle.positive(atan2(enu.x, enu.y)), atan2(enu.z, hypot(enu.x, enu.y)))
    }

    /// The ICRS direction that appears at an azimuth (from north through east) and elevation, radians, without refraction.
    ///
    /// - Returns: nil for a time or direction that is not finite, or a time outside 1960 to 2200.
    public func direction(
        time: Double, azimuth: Double, elevation: Double
    ) -> (rightAscension: Double, declination: Double)? {
        guard azimuth.isFinite, elevation.isFinite, let frame = frame(at: time) else { return nil }
        return frame.celestial(geodetic.vector(azimuth: azimuth, elevation: elevation))
    }

    /// Parallactic angle of an ICRS direction: position angle of the zenith, from ICRS north through east, radians in (−π, π].
    ///
    /// - Returns: nil for a time or direction that is not finite, or a time outside 1960 to 2200.
    public func parallacticAngle(time: Double, rightAscension: Double, declination: Double) -> Double? {
        guard rightAscension.isFinite, declination.isFinite, let frame = frame(at: time) else { return nil }
        let axes = frame.axes(rightAscension: rightAscension, declination: declination)
        let zenith = geodetic.up
        return atan2(zenith.dot(axes.u), zenith.dot(axes.v))
    }

    /// Local apparent sidereal time (IAU 2006/2000A), radians in [0, 2π); nil for a time that is not finite or outside 1960 to 2200.
    public func siderealTime(time: Double) -> Double? {
        let sample = earthOrientation.sample(at: time)
        guard let scales = TimeScales(utc: time, ut1MinusUTC: sample.ut1MinusUTC) else { return nil }
        let (universal, terrestrial) = (scales.universal, scales.terrestrial)
        let greenwich = eraGst06a(
            TimeScales.epoch + universal.day, universal.fraction, TimeScales.epoch + terrestrial.day,
            terrestrial.fraction)
        return Angle.positive(greenwich + geodetic.longitude)
    }
}
