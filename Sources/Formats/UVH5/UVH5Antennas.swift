import Astrometry
import Foundation
import Visibilities

/// The antennas that took part, and where the array stands.
struct UVH5Antennas: Sendable {
    /// The antennas with data, by number.
    let antennas: [Antenna]
    /// Geocentric position that uvw and drifting directions are seen from, metres.
    let centre: SIMD3<Double>
    /// For each antenna number with data, its index in `antennas`.
    let index: [Int: Int]

    /// The most antennas that a header may list.
    static let most = 100_000

    /// Reads the antennas.
    ///
    /// - Parameter used: the numbers that occur in baselines.
    init(_ items: UVH5Items, used: Set<Int>, warnings: inout [String]) throws {
        let count = try items.count("Nants_telescope", most: Self.most)
        let numbers = try items.integers("antenna_numbers", count: count)
        guard Set(numbers).count == count else {
            throw items.error("antenna_numbers", "expected antenna numbers that differ from each other")
        }
        if let unknown = used.subtracting(numbers).min() {
            throw items.error(
                "ant_1_array", "antenna number \(unknown) of a baseline is not among antenna_numbers")
        }
        let offsets = try items.reals("antenna_positions", shapes: [[count, 3]])
        centre = try Self.arrayPosition(items)
        let names = try items.texts("antenna_names", count: count)
        let diameters = try items.optionalReals("antenna_diameters", shapes: [[count], []])
        var antennas: [Antenna] = []
        var index: [Int: Int] = [:]
        var seen: Set<String> = []
        for (place, number) in numbers.enumerated().sorted(by: { $0.element < $1.element })
        where used.contains(number) {
            var name = names?[place] ?? ""
            if name.isEmpty || seen.contains(name) {
                if !name.isEmpty {
                    warnings.append("antenna \(number) has the name '\(name)' of another one")
                }
                name = "\(name.isEmpty ? "ant" : name)\(number)"
            }
            seen.insert(name)
            let offset = SIMD3(offsets[3 * place], offsets[3 * place + 1], offsets[3 * place + 2])
            let diameter = diameters.map { $0.count == 1 ? $0[0] : $0[place] } ?? 0
            index[number] = antennas.count
            antennas.append(
                Antenna(name: name, position: centre + offset, diameter: diameter > 0 ? diameter : 0))
        }
        self.antennas = antennas
        self.index = index
    }

    /// Geocentric position that antenna positions count from.
    private static func arrayPosition(_ items: UVH5Items) throws -> SIMD3<Double> {
        let frame = (try items.text("telescope_frame") ?? "itrs").lowercased()
        guard frame == "itrs" || frame == "?" || frame.isEmpty else {
            throw items.error("telescope_frame", "positions in frame '\(frame)' are not read, expected itrs")
        }
        if let latitude = try items.real("latitude"), let longitude = try items.real("longitude") {
            let altitude = try items.real("altitude") ?? 0
            guard abs(latitude) <= 90, abs(longitude) <= 360, abs(altitude) < 1e6 else {
                throw items.error("latitude", "expected a place on the Earth in degrees and metres")
            }
            return Geodetic(
                longitude: longitude * .pi / 180, latitude: latitude * .pi / 180, height: altitude
            ).position
        }
        guard let place = try items.optionalReals("telescope_location", shapes: [[3]]) else {
            throw items.error(
                "latitude", "the telescope's place is missing: expected latitude, longitude and altitude",
                remedy: "add them in degrees and metres")
        }
        return SIMD3(place[0], place[1], place[2])
    }
}
