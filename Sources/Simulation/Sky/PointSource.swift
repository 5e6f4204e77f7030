import Astrometry
import Foundation
import Visibilities

/// An unpolarised point source with a power-law spectrum, S(ν) = flux (ν / referenceFrequency)^spectralIndex.
public struct PointSource: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Where it is (ICRS).
    public var direction: Direction
    /// Stokes I at the reference frequency, Jy.
    public var flux: Double
    /// Spectral index α, S ∝ ν^α.
    public var spectralIndex: Double
    /// Reference frequency, Hz; the centre of the band if nil.
    public var referenceFrequency: Double?

    /// A source.
    public init(
        name: String, direction: Direction, flux: Double, spectralIndex: Double = 0,
        referenceFrequency: Double? = nil
    ) {
        self.name = name
        self.direction = direction
        self.flux = flux
        self.spectralIndex = spectralIndex
        self.referenceFrequency = referenceFrequency
    }

    /// Stokes I at a frequency, Jy.
    ///
    /// - Parameters:
    ///   - frequency: Hz.
    ///   - centre: reference for a source that has none, Hz.
    public func flux(at frequency: Double, centre: Double) -> Double {
        spectralIndex == 0 ? flux : flux * pow(frequency / (referenceFrequency ?? centre), spectralIndex)
    }

    /// Five sources from 0.5 to 2 Jy within 0.96° of a place, on the pixel grid of cells of 1.25, 1.5, 2 and 2.5 arcsec.
    public static func standardSky(around centre: Direction) -> [PointSource] {
        let table: [(l: Double, m: Double, flux: Double, index: Double)] = [
            (0, 0, 1, 0), (0.30, 0.20, 2, 0), (-0.45, 0.10, 0.8, -0.8), (0.10, -0.60, 0.5, 0),
            (-0.70, -0.65, 1.5, 0),
        ]
        return table.enumerated().compactMap { number, row in
            DirectionCosines(l: row.l * Angle.degree, m: row.m * Angle.degree).map { cosines in
                let place = cosines.direction(
                    centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
                return PointSource(
                    name: "S\(number)",
                    direction: Direction(
                        rightAscension: place.rightAscension, declination: place.declination),
                    flux: row.flux, spectralIndex: row.index)
            }
        }
    }

    /// Reads a source list: `ra dec flux [alpha [reference frequency]]` a line, blank lines and `#` comments.
    ///
    /// Right ascension as `04:00:00` or `04h00m00s`, or degrees; declination as `-35:00:00`, `-35d00m00s` or degrees; flux in Jy;
    /// frequency as `1.284GHz`, or in Hz: numbers below a million were meant in other units.
    /// - Throws: `SimulationError` naming the line that makes no sense.
    public static func list(text: String, name: String) throws(SimulationError) -> [PointSource] {
        var sources: [PointSource] = []
        for (number, line) in text.numberedLines {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            guard let source = source(words, name: "S\(sources.count)") else {
                throw SimulationError(
                    "not a source", place: "\(name):\(number): '\(line.prefix(60))'",
                    remedy:
                        "expected 'ra dec flux [alpha [reference frequency in Hz, or with its unit]]', or a list as WSClean writes it"
                )
            }
            sources.append(source)
        }
        return sources
    }

    private static func source(_ words: [Substring], name: String) -> PointSource? {
        guard (3...5).contains(words.count), let ra = Sexagesimal.rightAscension(of: words[0]),
            let declination = Sexagesimal.value(of: words[1]), abs(declination) <= 90,
            let flux = Double(words[2]), flux.isFinite
        else { return nil }
        var result = PointSource(
            name: name,
            direction: Direction(
                rightAscension: Angle.positive(ra), declination: declination * Angle.degree),
            flux: flux)
        if words.count > 3 {
            guard let index = Double(words[3]), abs(index) < 100 else { return nil }
            result.spectralIndex = index
        }
        if words.count > 4 {
            guard let value = frequency(words[4]), value > 0, value.isFinite else { return nil }
            result.referenceFrequency = value
        }
        return result
    }

    private static func frequency(_ text: Substring) -> Double? {
        for (unit, scale) in [("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3), ("Hz", 1)] where text.hasSuffix(unit)
        {
            return Double(text.dropLast(unit.count)).map { $0 * scale }
        }
        return Double(text).flatMap { $0 < 1e6 ? nil : $0 }
    }
}
