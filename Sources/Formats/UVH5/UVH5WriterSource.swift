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
    /// Whether Stokes I is the sum of XX and YY or their mean: `sum` or `avg`.
    let polarisationConvention: String?
    /// What is known of each antenna, by name.
    private let antennas: [String: Antenna]

    /// An antenna's mount and feeds, as the format has them.
    struct Antenna: Sendable, Hashable {
        var mount: String?
        var feeds: [String] = []
        /// Position angles of the feeds, radians.
        var feedAngles: [Double] = []
    }

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
        polarisationConvention = try text("pol_convention")
        let mounts = try header?.dataset("mount_type")?.values().strings ?? []
        let feeds = try header?.dataset("feed_array")?.values().strings ?? []
        let angles = try header?.dataset("feed_angle")?.values().numbers ?? []
        antennas = Self.antennas(names, mounts, feeds, angles)
    }

    private static func antennas(
        _ names: [String], _ mounts: [String], _ feeds: [String], _ angles: [Double]
    ) -> [String: Antenna] {
        let count = names.count
        let each =
            count > 0 && feeds.count == angles.count && feeds.count % count == 0 ? feeds.count / count : 0
        let found = names.indices.map { index in
            Antenna(
                mount: mounts.count == count ? mounts[index] : nil,
                feeds: Array(feeds[index * each..<(index + 1) * each]),
                feedAngles: Array(angles[index * each..<(index + 1) * each]))
        }
        return Dictionary(zip(names, found), uniquingKeysWith: { first, _ in first })
    }

    /// What is known of an antenna.
    func antenna(_ name: String) -> Antenna { antennas[name] ?? Antenna() }

    private static func header(_ observation: Observation) throws -> HDF5Group? {
        guard let path = observation.origins.first else { return nil }
        let header = try HDF5File(reading: path).root.group("Header")
        return header?.contains("latitude") == true ? header : nil
    }

    /// A number for each antenna: the source's, else the digits that names end in, else the index. They ascend, so that
    /// antenna 1 of a baseline has the lower one.
    func antennaNumbers(_ antennas: [Visibilities.Antenna]) -> [Int] {
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
