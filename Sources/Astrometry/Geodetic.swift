import CERFA
import Foundation

/// A place on the WGS84 ellipsoid.
public struct Geodetic: Sendable, Hashable {
    /// Longitude, east positive, radians.
    public var longitude: Double
    /// Geodetic latitude, radians.
    public var latitude: Double
    /// Height above the ellipsoid, metres.
    public var height: Double

    /// A place by longitude and latitude in radians and height in metres.
    public init(longitude: Double, latitude: Double, height: Double) {
        self.longitude = longitude
        self.latitude = latitude
        self.height = height
    }

    /// The place of a geocentric (ITRF) position in metres; NaN where the position is.
    public init(position: SIMD3<Double>) {
        var (longitude, latitude, height) = (Double.nan, Double.nan, Double.nan)
        var xyz = [position.x, position.y, position.z]
        if position.norm.isFinite { _ = eraGc2gd(1, &xyz, &longitude, &latitude, &height) }
        self.init(longitude: longitude, latitude: latitude, height: height)
    }

    /// Geocentric (ITRF) position, metres.
    public var position: SIMD3<Double> {
        var xyz = [Double.nan, .nan, .nan]
        if longitude.isFinite, latitude.isFinite, height.isFinite {
            _ = eraGd2gc(1, longitude, latitude, height, &xyz)
        }
        return SIMD3(xyz[0], xyz[1], xyz[2])
    }

    /// Unit vector towards the zenith, ITRF axes.
    public var up: SIMD3<Double> {
        SIMD3(cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
    }

    private var east: SIMD3<Double> { SIMD3(-sin(longitude), cos(longitude), 0) }

    private var north: SIMD3<Double> {
        SIMD3(-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude))
    }

    /// A vector of ITRF axes as east, north, up at this place.
    public func enu(ofVector vector: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(vector.dot(east), vector.dot(north), vector.dot(up))
    }

    /// A vector east, north, up at this place in ITRF axes.
    public func vector(ofENU enu: SIMD3<Double>) -> SIMD3<Double> {
        east * enu.x + north * enu.y + up * enu.z
    }

    /// The unit vector, in ITRF axes, towards an azimuth (from north through east) and elevation, radians.
    public func vector(azimuth: Double, elevation: Double) -> SIMD3<Double> {
        vector(
            ofENU: SIMD3(
                sin(azimuth) * cos(elevation), cos(azimuth) * cos(elevation), sin(elevation)))
    }

    /// Geocentric (ITRF) position, metres, of what lies so many metres east, north and up of here.
    public func position(ofENU enu: SIMD3<Double>) -> SIMD3<Double> { position + vector(ofENU: enu) }

    /// Metres east, north and up of here to a geocentric (ITRF) position.
    public func enu(ofPosition other: SIMD3<Double>) -> SIMD3<Double> { enu(ofVector: other - position) }
}
