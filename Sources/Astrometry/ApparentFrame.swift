import CERFA
import Foundation

/// Where ICRS directions appear to an observer on the turning Earth at one instant, in ITRF axes.
///
/// From astrometric to apparent place as IAU 2006/2000A has it (Capitaine & Wallace 2006; ERFA): light deflection by the
/// Sun, annual and diurnal aberration, precession-nutation, Earth rotation, polar motion; no parallax, no refraction.
public struct ApparentFrame: Sendable {
    private var astrometry: eraASTROM
    /// Cosine and sine of the Earth rotation angle.
    private let rotation: (cosine: Double, sine: Double)
    /// Rows of the polar motion matrix.
    private let polarMotion: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

    init(
        _ time: TimeScales, site: Geodetic, orientation: EarthOrientation.Sample,
        motion: inout CelestialMotion
    ) {
        let epoch = TimeScales.epoch
        let (terrestrial, universal) = (time.terrestrial, time.universal)
        let state = motion.state(at: terrestrial)
        let angle = eraEra00(epoch + universal.day, universal.fraction)
        let locator = eraSp00(epoch + terrestrial.day, terrestrial.fraction)
        var earth = [state.position.triple, state.velocity.triple]
        var sun = [state.heliocentric.x, state.heliocentric.y, state.heliocentric.z]
        astrometry = eraASTROM()
        eraApco(
            epoch + terrestrial.day, terrestrial.fraction, &earth, &sun, state.pole.x, state.pole.y,
            state.pole.z,
            angle, site.longitude, site.latitude, site.height, orientation.x, orientation.y, locator, 0, 0,
            &astrometry)
        rotation = (cos(angle), sin(angle))
        var matrix = [Triple](repeating: (0, 0, 0), count: 3)
        eraPom00(orientation.x, orientation.y, locator, &matrix)
        polarMotion = (SIMD3(matrix[0]), SIMD3(matrix[1]), SIMD3(matrix[2]))
    }

    /// The unit vector, in ITRF axes, towards where an ICRS direction appears.
    public func direction(rightAscension: Double, declination: Double) -> SIMD3<Double> {
        var parameters = astrometry
        var (ra, dec) = (0.0, 0.0)
        eraAtciqz(rightAscension, declination, &parameters, &ra, &dec)
        let (x, y) = (cos(dec) * cos(ra), cos(dec) * sin(ra))
        let turned = SIMD3(
            rotation.cosine * x + rotation.sine * y, rotation.cosine * y - rotation.sine * x, sin(dec))
        return SIMD3(polarMotion.0.dot(turned), polarMotion.1.dot(turned), polarMotion.2.dot(turned))
    }

    /// The ICRS direction that appears towards a vector in ITRF axes, the inverse of `direction`.
    public func celestial(_ direction: SIMD3<Double>) -> (rightAscension: Double, declination: Double) {
        let turned =
            polarMotion.0 * direction.x + polarMotion.1 * direction.y + polarMotion.2 * direction.z
        let apparent = Sky.angles(
            of: SIMD3(
                rotation.cosine * turned.x - rotation.sine * turned.y,
                rotation.sine * turned.x + rotation.cosine * turned.y, turned.z))
        var parameters = astrometry
        var (ra, dec) = (0.0, 0.0)
        eraAticq(apparent.rightAscension, apparent.declination, &parameters, &ra, &dec)
        return (Angle.positive(ra), dec)
    }

    /// The axes of uvw in ITRF: u east, v towards ICRS north, w towards the apparent source; orthonormal.
    ///
    /// North is where a step towards larger ICRS declination appears to lead. Annual aberration also changes the scale of the
    /// sky about a source, by up to 1e-4; like every correlator and imager of MeerKAT and CASA's, these axes leave that
    /// in the image (0.35″ at 1° from the phase centre).
    public func axes(rightAscension: Double, declination: Double) -> UVWAxes {
        let w = direction(rightAscension: rightAscension, declination: declination)
        let source = Sky.vector(rightAscension: rightAscension, declination: declination)
        let north = SIMD3(
            -sin(declination) * cos(rightAscension), -sin(declination) * sin(rightAscension), cos(declination)
        )
        let step = 1e-4
        let above = Sky.angles(of: source + step * north)
        let below = Sky.angles(of: source - step * north)
        let rise =
            direction(rightAscension: above.rightAscension, declination: above.declination)
            - direction(rightAscension: below.rightAscension, declination: below.declination)
        let v = (rise - w * rise.dot(w)).normalised
        return UVWAxes(u: v.cross(w), v: v, w: w)
    }
}

/// Three orthonormal axes in ITRF: u east, v north, w towards the phase centre.
public struct UVWAxes: Sendable, Hashable {
    /// East.
    public var u: SIMD3<Double>
    /// North.
    public var v: SIMD3<Double>
    /// Towards the phase centre.
    public var w: SIMD3<Double>

    /// A vector of ITRF metres along the axes.
    public func components(of vector: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(vector.dot(u), vector.dot(v), vector.dot(w))
    }
}
