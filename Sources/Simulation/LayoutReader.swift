import Astrometry
import Foundation
import Visibilities

/// Reads a layout line by line.
struct LayoutReader {
    private(set) var telescope = "unknown"
    private(set) var reference: Geodetic?
    private(set) var antennas: [Antenna] = []
    private var diameter = 12.0

    /// Takes a line; false if it makes no sense.
    mutating func read(_ line: String) -> Bool {
        if line.contains(",") {
            guard let description = try? AntennaDescription(line), description.diameter > 0 else {
                return false
            }
            reference = reference ?? description.reference
            antennas.append(
                Antenna(
                    name: description.name, position: description.position, diameter: description.diameter))
            return true
        }
        for setting in ["telescope", "reference", "diameter"] where line.hasPrefix(setting + ":") {
            return set(setting, to: line.dropFirst(setting.count + 1).trimmingCharacters(in: .whitespaces))
        }
        let words = line.split(whereSeparator: \.isWhitespace)
        let numbers = words.dropFirst().compactMap { Double($0) }.filter(\.isFinite)
        guard (4...5).contains(words.count), numbers.count == words.count - 1 else { return false }
        let offset = SIMD3(numbers[0], numbers[1], numbers[2])
        let dish = numbers.count > 3 ? numbers[3] : diameter
        guard dish > 0 else { return false }
        antennas.append(
            Antenna(
                name: String(words[0]), position: reference.map { $0.position(ofENU: offset) } ?? offset,
                diameter: dish)
        )
        return true
    }

    private mutating func set(_ setting: String, to value: String) -> Bool {
        switch setting {
        case "telescope":
            telescope = value
            return !value.isEmpty
        case "diameter":
            guard let number = Double(value), number.isFinite, number > 0 else { return false }
            diameter = number
            return true
        default:
            let words = value.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, let latitude = Sexagesimal.value(of: words[0]), abs(latitude) <= 90,
                let longitude = Sexagesimal.value(of: words[1]), abs(longitude) <= 360,
                let height = Double(words[2]),
                height.isFinite
            else { return false }
            reference = Geodetic(
                longitude: longitude * Angle.degree, latitude: latitude * Angle.degree, height: height)
            return true
        }
    }
}
