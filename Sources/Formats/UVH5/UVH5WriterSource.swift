import Astrometry
import Visibilities

/// What a UVH5 file that a stream was read from knows beyond the stream's header, to be carried through.
struct UVH5WriterSource: Sendable {
    /// The array's place.
    let site: Geodetic?
    /// Antenna numbers by name.
    let numbers: [String: Int]
    /// What was done before.
    let history: String
    /// The receiver or correlator.
    let instrument: String?
    /// Where X feeds point: `east` or `north`.
    let orientation: String?

    /// Reads the header of a stream's source; nothing when there is none or it is of another format.
    init(_ observation: Observation) throws {
        let header = try Self.header(observation)
        func number(_ name: String) throws -> Double? {
            try header?.dataset(name)?.values().numbers?.first
        }
        func text(_ name: String) throws -> String? { try header?.dataset(name)?.values().strings?.first }
        if let latitude = try number("latitude"), let longitude = try number("longitude"),
            let altitude = try number("altitude")
        {
            site = Geodetic(
                longitude: longitude * Angle.degree, latitude: latitude * Angle.degree, height: altitude)
        } else {
            site = nil
        }
        let names = try header?.dataset("antenna_names")?.values().strings ?? []
        let known = try header?.dataset("antenna_numbers")?.values().numbers ?? []
        numbers = Dictionary(
            zip(names, known.map { Int(exactly: $0) ?? -1 }), uniquingKeysWith: { first, _ in first })
        history = try text("history") ?? ""
        instrument = try text("instrument")
        orientation = try text("x_orientation")
    }

    private static func header(_ observation: Observation) throws -> HDF5Group? {
        guard let path = observation.origins.first else { return nil }
        let header = try HDF5File(reading: path).root.group("Header")
        return header?.contains("latitude") == true ? header : nil
    }

    /// A number for each antenna: the source's, else the digits that names end in, else the index. They ascend, so that
    /// antenna 1 of a baseline has the lower one.
    func antennaNumbers(_ antennas: [Antenna]) -> [Int] {
        let candidates = [
            antennas.compactMap { numbers[$0.name] },
            antennas.compactMap {
                Int(String($0.name.reversed().prefix { "0123456789".contains($0) }.reversed()))
            },
        ]
        return candidates.first { numbers in
            numbers.count == antennas.count && numbers.allSatisfy { (0...Int(Int32.max)).contains($0) }
                && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
        } ?? Array(antennas.indices)
    }
}
