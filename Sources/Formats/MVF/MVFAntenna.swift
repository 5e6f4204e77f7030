import CERFA

/// An antenna as MeerKAT files describe it: a katpoint string relative to the array's reference position.
///
/// `name, latitude, longitude, altitude m, diameter m, east north up ... m, pointing model, beamwidth`.
public struct MVFAntenna: Sendable, Hashable {
    /// Its name, such as `m012`.
    public let name: String
    /// Geocentric position (ITRF), metres.
    public let position: SIMD3<Double>
    /// Dish diameter, metres.
    public let diameter: Double
    /// The whole string as it stands in the file.
    public let description: String

    /// Reads a katpoint antenna string; nil when it is not one.
    public init?(_ description: String) {
        let parts = description.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        guard parts.count >= 5, !parts[0].isEmpty, let latitude = Sexagesimal.degrees(parts[1]),
            let longitude = Sexagesimal.degrees(parts[2]), let altitude = Double(parts[3]),
            let diameter = Double(parts[4]), abs(latitude) <= 90, abs(longitude) <= 360, altitude.isFinite,
            diameter.isFinite
        else { return nil }
        let offsets = parts.count > 5 ? parts[5].split(separator: " ").prefix(3).map { Double($0) } : []
        guard offsets.allSatisfy({ $0?.isFinite ?? false }) else { return nil }
        let enu = offsets.compactMap { $0 } + [Double](repeating: 0, count: 3 - offsets.count)
        guard
            let position = Self.geocentric(
                latitude: latitude * .pi / 180, longitude: longitude * .pi / 180, altitude: altitude,
                offset: SIMD3(enu[0], enu[1], enu[2]))
        else { return nil }
        name = parts[0]
        self.position = position
        self.diameter = diameter
        self.description = description
    }

    /// The geocentric position of a point east, north and up (metres) of a WGS84 position (radians, metres).
    private static func geocentric(
        latitude: Double, longitude: Double, altitude: Double, offset: SIMD3<Double>
    ) -> SIMD3<Double>? {
        var reference = (0.0, 0.0, 0.0)
        let status = withUnsafeMutableBytes(of: &reference) { bytes in
            eraGd2gc(1, longitude, latitude, altitude, bytes.assumingMemoryBound(to: Double.self).baseAddress)
        }
        guard status == 0 else { return nil }
        let axes = axes(latitude: latitude, longitude: longitude)
        return SIMD3(reference.0, reference.1, reference.2) + offset.x * axes.east + offset.y * axes.north
            + offset.z * axes.up
    }

    /// Unit vectors to the east, the north and the zenith of a place (radians).
    static func axes(
        latitude: Double, longitude: Double
    ) -> (east: SIMD3<Double>, north: SIMD3<Double>, up: SIMD3<Double>) {
        let (sinLatitude, cosLatitude) = (sine(latitude), cosine(latitude))
        let (sinLongitude, cosLongitude) = (sine(longitude), cosine(longitude))
        return (
            SIMD3(-sinLongitude, cosLongitude, 0),
            SIMD3(-sinLatitude * cosLongitude, -sinLatitude * sinLongitude, cosLatitude),
            SIMD3(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude)
        )
    }

    /// Text without blanks at its ends.
    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// Angles as `D:M:S` or decimal numbers.
enum Sexagesimal {
    /// The value of `[-]D[:M[:S]]` in units of D; nil when it is not such a text.
    static func degrees(_ text: String) -> Double? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var sum = 0.0
        for (part, unit) in zip(parts, [1.0, 60, 3600]) {
            guard let value = Double(part), value.isFinite, value >= 0 else { return nil }
            sum += value / unit
        }
        return isNegative ? -sum : sum
    }
}
