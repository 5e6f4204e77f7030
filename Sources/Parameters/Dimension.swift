/// What a quantity measures, and so the units it may be written in. Values are kept in SI: rad, Hz, s, m.
public enum Dimension: String, Sendable, Hashable, CaseIterable, Codable {
    /// Angles, radians inside.
    case angle
    /// Frequencies, hertz inside.
    case frequency
    /// Durations, seconds inside.
    case time
    /// Lengths, metres inside.
    case length
    /// Lengths in wavelengths.
    case wavelengths
    /// Distances between antennas or in the uv plane: metres or wavelengths, kept as written.
    case uvDistance
    /// Amounts of memory or of files.
    case bytes
    /// Shares, written in percent, 0.005 inside for 0.5%.
    case fraction

    /// The units it may be written in; the first is the one proposed for a bare number.
    public var units: [Unit] {
        switch self {
        case .angle:
            [
                Unit("arcsec", .pi / 648_000), Unit("arcmin", .pi / 10_800), Unit("deg", .pi / 180),
                Unit("rad", 1),
                Unit("asec", .pi / 648_000), Unit("amin", .pi / 10_800),
            ]
        case .frequency: [Unit("MHz", 1e6), Unit("kHz", 1e3), Unit("GHz", 1e9), Unit("Hz", 1)]
        case .time: [Unit("s", 1), Unit("min", 60), Unit("h", 3600)]
        case .length: [Unit("m", 1), Unit("km", 1000)]
        case .wavelengths: [Unit("lambda", 1), Unit("klambda", 1000)]
        case .uvDistance: Dimension.length.units + Dimension.wavelengths.units
        case .bytes:
            [
                Unit("GiB", 0x1p30), Unit("MiB", 0x1p20), Unit("KiB", 0x1p10), Unit("TiB", 0x1p40),
                Unit("B", 1),
            ]
        case .fraction: [Unit("%", 100, divides: true)]
        }
    }

    /// The names of the units, `arcsec, arcmin, deg, rad, asec or amin`.
    public var unitList: String {
        let symbols = units.map(\.symbol)
        guard let last = symbols.last, symbols.count > 1 else { return symbols.joined() }
        return symbols.dropLast().joined(separator: ", ") + " or " + last
    }

    /// What an error calls a value of it: `an angle`.
    var article: String {
        switch self {
        case .angle: "an angle"
        case .frequency: "a frequency"
        case .time: "a time"
        case .length: "a length"
        case .wavelengths: "a length in wavelengths"
        case .uvDistance: "a uv distance"
        case .bytes: "a number of bytes"
        case .fraction: "a percentage"
        }
    }

    /// What a help text calls it: `angle`.
    var title: String { String(article.drop { $0 != " " }.dropFirst()) }
}

/// A unit: its symbol and what one of it is in SI.
public struct Unit: Sendable, Hashable {
    /// The symbol, as written behind a number.
    public let symbol: String
    private let scale: Double
    private let divides: Bool

    /// A unit of so much SI; a unit that divides (percent) is exact where its inverse is not.
    init(_ symbol: String, _ scale: Double, divides: Bool = false) {
        self.symbol = symbol
        self.scale = scale
        self.divides = divides
    }

    /// So many of this unit in SI.
    public func si(_ number: Double) -> Double { divides ? number / scale : number * scale }

    /// An SI value in this unit.
    public func number(_ si: Double) -> Double { divides ? si * scale : si / scale }
}
