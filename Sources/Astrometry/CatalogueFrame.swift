import CERFA
import Foundation

/// A frame in which catalogues give directions that do not move.
public enum CatalogueFrame: Sendable, Hashable {
    /// International Celestial Reference System.
    case icrs
    /// FK5 for the equinox of a Julian epoch, such as 2000.
    case fk5(equinox: Double)
    /// FK4 for the equinox of a Besselian epoch, such as 1950.
    case fk4(equinox: Double)
    /// Galactic longitude and latitude (IAU 1958).
    case galactic
    /// Mean equator and equinox of J2000.0, what casacore calls J2000: ICRS by the frame bias of IAU 2000, 23 mas (ERFA `bp00`).
    case meanJ2000

    /// The frame of a name as astropy spells it; nil for one that is not known here.
    ///
    /// - Parameter equinox: the year of the equinox; nil for the frame's usual one.
    public init?(name: String, equinox: Double?) {
        switch name.lowercased() {
        case "icrs": self = .icrs
        case "fk5": self = .fk5(equinox: equinox ?? 2000)
        case "fk4": self = .fk4(equinox: equinox ?? 1950)
        case "galactic": self = .galactic
        default: return nil
        }
    }

    /// The ICRS right ascension and declination of a direction, radians, right ascension in [0, 2π).
    ///
    /// FK5 is precessed to J2000 (IAU 1976; ERFA `prec76`) and turned to ICRS without its spin, as astropy has it; FK4 goes by
    /// ERFA's `fk45z`, for things that do not move.
    ///
    /// - Returns: nil for FK4 of another equinox than B1950, and for what is not finite.
    public func icrs(longitude: Double, latitude: Double) -> (rightAscension: Double, declination: Double)? {
        guard longitude.isFinite, latitude.isFinite, abs(latitude) <= .pi / 2 + 1e-9 else { return nil }
        var (ra, dec) = (0.0, 0.0)
        switch self {
        case .icrs: (ra, dec) = (longitude, latitude)
        case .galactic: eraG2icrs(longitude, latitude, &ra, &dec)
        case .meanJ2000: (ra, dec) = Self.unbiased(longitude, latitude)
        case .fk5(let equinox):
            guard (1800...2200).contains(equinox) else { return nil }
            let (mean, declination) = Self.precessed(longitude, latitude, from: equinox)
            eraFk5hz(mean, declination, Self.j2000, 0, &ra, &dec)
        case .fk4(let equinox):
            guard abs(equinox - 1950) < 1e-6 else { return nil }
            var (mean, declination) = (0.0, 0.0)
            eraFk45z(longitude, latitude, 1950, &mean, &declination)
            eraFk5hz(mean, declination, Self.j2000, 0, &ra, &dec)
        }
        return (Angle.positive(ra), dec)
    }

    private static let j2000 = 2_451_545.0

    /// A direction of mean J2000.0 without the frame bias.
    private static func unbiased(_ ra: Double, _ dec: Double) -> (Double, Double) {
        var bias = [Triple](repeating: (0, 0, 0), count: 3)
        var (precession, both) = (bias, bias)
        eraBp00(j2000, 0, &bias, &precession, &both)
        let mean = Sky.vector(rightAscension: ra, declination: dec)
        let angles = Sky.angles(
            of: mean.x * SIMD3(bias[0]) + mean.y * SIMD3(bias[1]) + mean.z * SIMD3(bias[2]))
        return (angles.rightAscension, angles.declination)
    }

    /// A direction of an equinox at that of J2000 (Lieske 1979).
    private static func precessed(_ ra: Double, _ dec: Double, from equinox: Double) -> (Double, Double) {
        guard equinox != 2000 else { return (ra, dec) }
        var (zeta, z, theta) = (0.0, 0.0, 0.0)
        eraPrec76(j2000 + (equinox - 2000) * 365.25, 0, j2000, 0, &zeta, &z, &theta)
        let from = Sky.vector(rightAscension: ra + zeta, declination: dec)
        let turned = SIMD3(
            cos(theta) * from.x - sin(theta) * from.z, from.y, sin(theta) * from.x + cos(theta) * from.z)
        let angles = Sky.angles(of: turned)
        return (angles.rightAscension + z, angles.declination)
    }
}
