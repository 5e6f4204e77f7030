import Foundation
import Parameters

/// An antenna as MeerKAT's files and layouts describe it: one line of text in katpoint's form.
///
///     name, latitude, longitude, altitude m, diameter m, east north up m ..., pointing model, beam width
///
/// Latitude, longitude and altitude (WGS84) are those of the array's reference; the dish stands so many metres east,
/// north and up of it. Without offsets it stands at the reference.
public struct AntennaDescription: Sendable, Hashable {
    /// Its name, such as `m012`.
    public let name: String
    /// The array's reference.
    public let reference: Geodetic
    /// Dish diameter, metres; 0 where it is not known.
    public let diameter: Double
    /// Metres east, north and up of the reference.
    public let offset: SIMD3<Double>

    /// Geocentric (ITRF) position, metres.
    public var position: SIMD3<Double> { reference.position(ofENU: offset) }

    /// Reads a description.
    ///
    /// - Throws: `AstrometryError` naming the text if a part is missing or is not a number.
    public init(_ text: String) throws(AstrometryError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let offsets =
            parts.count > 5 ? parts[5].split(separator: " ").prefix(3).map { Double($0) ?? .nan } : []
        guard parts.count >= 5, !parts[0].isEmpty, let latitude = Sexagesimal.value(of: parts[1]),
            let longitude = Sexagesimal.value(of: parts[2]), let altitude = Double(parts[3]),
            let diameter = Double(parts[4]), abs(latitude) <= 90, abs(longitude) <= 360, altitude.isFinite,
            diameter.isFinite, diameter >= 0, offsets.isEmpty || offsets.count == 3,
            offsets.allSatisfy(\.isFinite)
        else {
            throw AstrometryError(
                "not an antenna description", place: "'\(text.prefix(80))'",
                remedy: "expected 'name, latitude, longitude, altitude, diameter, east north up, ...'",
                fault: .data)
        }
        name = parts[0]
        reference = Geodetic(
            longitude: longitude * Angle.degree, latitude: latitude * Angle.degree, height: altitude)
        self.diameter = diameter
        offset = offsets.isEmpty ? SIMD3() : SIMD3(offsets[0], offsets[1], offsets[2])
    }
}
