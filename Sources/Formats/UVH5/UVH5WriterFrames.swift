import Astrometry
import Foundation
import Visibilities

/// Where the fields of an observation appear over an array, in the terms of UVH5: equinox-based, of date, in ITRF axes.
struct UVH5WriterFrames: Sendable {
    /// What a row says about its dump's sky, radians.
    struct Place: Sendable, Hashable {
        /// Local apparent sidereal time.
        var siderealTime: Double
        /// Apparent right ascension of the phase centre.
        var rightAscension: Double
        /// Apparent declination of the phase centre.
        var declination: Double
        /// Position angle, in the apparent frame, of the north that v points to.
        var northAngle: Double
    }

    private let fields: [Field]
    private let site: Geodetic

    /// Readies the fields of an observation, seen from a place.
    init(_ observation: Observation, site: Geodetic) {
        fields = observation.fields
        self.site = site
    }

    /// The place of a field at a time (UTC, MJD seconds); nil for a time that is not finite or outside 1960 to 2200.
    ///
    /// - Throws: `AstrometryError` when the shipped Earth orientation cannot be read.
    func at(_ time: Double, field: Int) throws -> Place? {
        let observer = ObservingSite(position: site.position, earthOrientation: try .shipped())
        guard let siderealTime = observer.siderealTime(time: time) else { return nil }
        switch fields[field].tracking {
        case .sidereal:
            return observer.frame(at: time).map { place($0, fields[field].phaseCentre, siderealTime) }
        case .driftscan(let azimuth, let elevation): return place(azimuth, elevation, siderealTime)
        case .unprojected: return place(0, .pi / 2, siderealTime)
        }
    }

    /// A direction on the sky: right ascension grows with the longitude that it stands over, RA = GAST + longitude.
    private func place(_ frame: ApparentFrame, _ centre: Direction, _ siderealTime: Double) -> Place {
        let axes = frame.axes(rightAscension: centre.rightAscension, declination: centre.declination)
        let greenwich = siderealTime - site.longitude
        let east = SIMD3(-axes.w.y, axes.w.x, 0)
        let north = SIMD3(0, 0, 1) - axes.w * axes.w.z
        return Place(
            siderealTime: siderealTime,
            rightAscension: Angle.positive(greenwich + atan2(axes.w.y, axes.w.x)),
            declination: atan2(axes.w.z, hypot(axes.w.x, axes.w.y)),
            northAngle: atan2((axes.v * east).sum(), (axes.v * north).sum()))
    }

    /// A direction fixed to the ground; v points to the north of the apparent frame.
    private func place(_ azimuth: Double, _ elevation: Double, _ siderealTime: Double) -> Place {
        let direction = site.vector(azimuth: azimuth, elevation: elevation)
        let greenwich = siderealTime - site.longitude
        return Place(
            siderealTime: siderealTime,
            rightAscension: Angle.positive(greenwich + atan2(direction.y, direction.x)),
            declination: atan2(direction.z, hypot(direction.x, direction.y)), northAngle: 0)
    }
}
