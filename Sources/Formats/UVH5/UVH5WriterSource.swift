import Astrometry
import Parameters
import Visibilities

/// What the UVH5 files that a stream was read from know beyond the stream's header, to be carried through.
///
/// Of several files each adds what those before it do not know.
struct UVH5WriterSource: Sendable {
    /// The array's place; joined files agree in it.
    private(set) var site: Geodetic?
    /// Antenna numbers by name.
    private(set) var numbers: [String: Int] = [:]
    /// What was done before, each file's once, in the order of the files.
    var history: String { histories.joined(separator: "\n") }
    /// The receiver or correlator.
    private(set) var instrument: String?
    /// Where X feeds point: `east` or `north`.
    private(set) var orientation: String?
    /// Whether Stokes I is the sum of XX and YY or their mean: `sum` or `avg`.
    private(set) var polarisationConvention: String?
    /// What is known of each antenna, by name.
    private var antennas: [String: Antenna] = [:]
    private var histories: [String] = []

    /// An antenna's mount and feeds, as the format has them.
    struct Antenna: Sendable, Hashable {
        var mount: String?
        var feeds: [String] = []
        /// Position angles of the feeds, radians.
        var feedAngles: [Double] = []
        /// Whether files tell different feeds, as those of one polarisation each do: then none are known.
        private var feedsDiffer = false

        init(mount: String? = nil, feeds: [String] = [], feedAngles: [Double] = []) {
            (self.mount, self.feeds, self.feedAngles) = (mount, feeds, feedAngles)
        }

        /// Adds what another file says.
        func joined(_ other: Antenna) -> Antenna {
            var joined = self
            joined.mount = mount ?? other.mount
            guard !feedsDiffer, !other.feeds.isEmpty else { return joined }
            (joined.feeds, joined.feedAngles) = (other.feeds, other.feedAngles)
            let isSame =
                feeds == other.feeds && zip(feedAngles, other.feedAngles).allSatisfy { abs($0 - $1) < 1e-6 }
            if !feeds.isEmpty, !isSame {
                (joined.feeds, joined.feedAngles, joined.feedsDiffer) = ([], [], true)
            }
            return joined
        }
    }

    /// Reads the headers of a stream's sources; nothing where there is none or it is of another format.
    ///
    /// - Throws: `HDF5Error` (usage) when files differ in what their polarisations mean.
    init(_ observation: Observation) throws {
        for path in observation.origins {
            guard let header = try HDF5File(reading: path).root.group("Header"), header.contains("latitude")
            else { continue }
            try add(header, path)
        }
    }

    private mutating func add(_ header: HDF5Group, _ path: String) throws {
        func number(_ name: String) throws -> Double? { try header.dataset(name)?.values().numbers?.first }
        func text(_ name: String) throws -> String? { try header.dataset(name)?.values().strings?.first }
        func known(_ known: String?, _ name: String) throws -> String? {
            guard let own = try text(name) else { return known }
            if let known, known.lowercased() != own.lowercased() {
                throw HDF5Error(
                    .usage, "the files differ in \(name) ('\(known)', here '\(own)')", file: path,
                    object: header.place.child(name).path, remedy: "join files of one convention only")
            }
            return known ?? own
        }
        if site == nil, let latitude = try number("latitude"), let longitude = try number("longitude"),
            let altitude = try number("altitude")
        {
            site = Geodetic(
                longitude: longitude * Angle.degree, latitude: latitude * Angle.degree, height: altitude)
        }
        instrument = try instrument ?? text("instrument")
        orientation = try known(orientation, "x_orientation")
        polarisationConvention = try known(polarisationConvention, "pol_convention")
        if let own = try text("history"), !own.isEmpty, !histories.contains(own) { histories.append(own) }
        let names = try header.dataset("antenna_names")?.values().strings ?? []
        let stated = try header.dataset("antenna_numbers")?.values().numbers ?? []
        numbers.merge(zip(names, stated.map { Int(exactly: $0) ?? -1 })) { first, _ in first }
        antennas.merge(try Self.antennas(header, names)) { $0.joined($1) }
    }

    private static func antennas(_ header: HDF5Group, _ names: [String]) throws -> [String: Antenna] {
        let mounts = try header.dataset("mount_type")?.values().strings ?? []
        let feeds = try header.dataset("feed_array")?.values().strings ?? []
        let angles = try header.dataset("feed_angle")?.values().numbers ?? []
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
