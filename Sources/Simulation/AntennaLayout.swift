import Astrometry
import Foundation
import Visibilities

/// Where the antennas of an array stand.
///
/// The text form has one antenna a line, `name x y z [diameter]`, blank lines, `#` comments and these settings for what follows:
///
///     telescope: MeerKAT
///     reference: -30:42:39.8 21:26:38.0 1086.6      latitude, longitude, height in m (WGS84)
///     diameter: 13.5                                 metres
///
/// After a `reference` x y z are metres east, north and up of it, before one they are geocentric (ITRF). Lines with commas are
/// katpoint's antenna descriptions.
public struct AntennaLayout: Sendable, Hashable {
    /// The telescope's name.
    public var telescope: String
    /// The antennas, in file order.
    public var antennas: [Antenna]
    /// The place that uvw are counted from, ITRF metres: the file's reference, else the mean of the antennas.
    public var reference: SIMD3<Double>

    /// A layout of antennas about a reference (their mean if nil).
    public init(telescope: String, antennas: [Antenna], reference: SIMD3<Double>? = nil) {
        self.telescope = telescope
        self.antennas = antennas
        let sum = antennas.reduce(SIMD3<Double>()) { $0 + $1.position }
        self.reference = reference ?? sum / Double(max(antennas.count, 1))
    }

    /// A layout by name (one of `shippedNames`) or from a file.
    ///
    /// - Throws: `SimulationError` if it cannot be read, naming the line that makes no sense.
    public init(named name: String) throws(SimulationError) {
        if let shipped = try Self.shipped(name.lowercased()) {
            self = shipped
        } else {
            try self.init(file: name, remedy: "give a file, or one of \(Self.shippedNames)")
        }
    }

    /// Reads a file.
    init(file path: String, remedy: String) throws(SimulationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SimulationError("cannot read the layout", place: path, remedy: remedy)
        }
        try self.init(text: String(decoding: data, as: UTF8.self), name: path)
    }

    /// Reads the text form; `name` stands in errors.
    public init(text: String, name: String) throws(SimulationError) {
        var reader = LayoutReader()
        for (number, line) in text.numberedLines {
            let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            guard content.isEmpty || reader.read(content) else {
                throw SimulationError(
                    "not an antenna or setting", place: "\(name):\(number): '\(content.prefix(60))'",
                    remedy: "expected 'name x y z', a katpoint description, or telescope, reference, diameter"
                )
            }
        }
        let names = Set(reader.antennas.map(\.name))
        guard !names.isEmpty, names.count == reader.antennas.count else {
            throw SimulationError(
                names.isEmpty ? "no antennas" : "two antennas of one name", place: name,
                remedy: "give each antenna a line with a name of its own")
        }
        self.init(
            telescope: reader.telescope, antennas: reader.antennas, reference: reader.reference?.position)
    }

    /// So many antennas, a mix of short and long baselines: ranked by distance from the reference and taken evenly.
    ///
    /// - Throws: `SimulationError` if the layout does not have so many.
    public func spread(_ count: Int) throws(SimulationError) -> AntennaLayout {
        guard (1...antennas.count).contains(count) else {
            throw SimulationError(
                "the layout has \(antennas.count) antennas", place: "antennas: \(count)",
                remedy: "give 1 to \(antennas.count)")
        }
        func distance(_ index: Int) -> Double {
            let offset = antennas[index].position - reference
            return (offset * offset).sum()
        }
        let ranked = antennas.indices.sorted { (distance($0), $0) < (distance($1), $1) }
        let chosen = (0..<count).map { count == 1 ? 0 : $0 * (antennas.count - 1) / (count - 1) }.map {
            ranked[$0]
        }
        return AntennaLayout(
            telescope: telescope, antennas: chosen.sorted().map { antennas[$0] }, reference: reference)
    }

    /// The antennas of these names, in the layout's order.
    ///
    /// - Throws: `SimulationError` naming the first that the layout does not have.
    public func selecting(_ names: [String]) throws(SimulationError) -> AntennaLayout {
        if let unknown = names.first(where: { name in !antennas.contains { $0.name == name } }) {
            throw SimulationError(
                "no such antenna in \(telescope)", place: "antennas: \(unknown)",
                remedy: "its antennas are \(antennas[0].name) to \(antennas[antennas.count - 1].name)")
        }
        return AntennaLayout(
            telescope: telescope, antennas: antennas.filter { names.contains($0.name) }, reference: reference)
    }
}
