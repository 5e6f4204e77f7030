import CERFA
import Visibilities

extension Sexagesimal {
    /// An angle as `[-]D:MM:SS.ssss`, rounded to so many decimals of a second.
    static func text(_ value: Double, decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let units = Int(exactly: (abs(value) * 3600 * Double(scale)).rounded()) ?? 0
        let (seconds, fraction) = (units / scale, units % scale)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(digits - text.count, 0)) + text
        }
        return (value < 0 && units > 0 ? "-" : "") + "\(seconds / 3600):\(padded(seconds / 60 % 60, 2)):"
            + "\(padded(seconds % 60, 2)).\(padded(fraction, decimals))"
    }
}

extension MVFTarget {
    /// The katpoint string of a field.
    static func description(of field: Field) -> String {
        let name = field.name.split(separator: ",").joined(separator: " ")
        let hours = Sexagesimal.text(field.phaseCentre.rightAscension * 12 / .pi, decimals: 7)
        let degrees = Sexagesimal.text(field.phaseCentre.declination * 180 / .pi, decimals: 6)
        return "\(name), \((["radec"] + field.tags).joined(separator: " ")), \(hours), \(degrees)"
    }
}

extension MVFAntenna {
    /// The katpoint strings of antennas, relative to the WGS84 position of their mean.
    static func descriptions(of antennas: [Antenna]) -> [String] {
        guard let first = antennas.first else { return [] }
        var mean = antennas.reduce(SIMD3<Double>()) { $0 + $1.position } / Double(antennas.count)
        var (longitude, latitude, height) = (0.0, 0.0, 0.0)
        if mean == SIMD3() { mean = first.position }
        let status = withUnsafeMutableBytes(of: &mean) { bytes in
            eraGc2gd(
                1, bytes.assumingMemoryBound(to: Double.self).baseAddress, &longitude, &latitude, &height)
        }
        if status != 0 { (longitude, latitude, height) = (0, 0, 0) }
        let place =
            "\(Sexagesimal.text(latitude * 180 / .pi, decimals: 4)), "
            + "\(Sexagesimal.text(longitude * 180 / .pi, decimals: 4)), \((height * 1000).rounded() / 1000)"
        let reference = MVFAntenna("array, \(place), 0.0")
        return antennas.map { antenna in
            let offset = reference?.eastNorthUp(of: antenna.position) ?? SIMD3()
            return
                "\(antenna.name), \(place), \(antenna.diameter), \(offset.x) \(offset.y) \(offset.z), , 1.22"
        }
    }

    /// A position east, north and up of this antenna's reference, which must be at the antenna itself.
    private func eastNorthUp(of other: SIMD3<Double>) -> SIMD3<Double> {
        let parts = description.split(separator: ",").map(Self.trimmed)
        let latitude = (Sexagesimal.degrees(parts[1]) ?? 0) * .pi / 180
        let longitude = (Sexagesimal.degrees(parts[2]) ?? 0) * .pi / 180
        let axes = Self.axes(latitude: latitude, longitude: longitude)
        let offset = other - position
        return SIMD3((offset * axes.east).sum(), (offset * axes.north).sum(), (offset * axes.up).sum())
    }
}
