import Astrometry
import Foundation
import Visibilities

/// Lists of components in the text format of BBS, as WSClean writes them: a line `Format = Name, Type, Ra, ...`,
/// in which columns may have defaults (`ReferenceFrequency='1.4e9'`), then a line of values for each component.
struct ComponentList {
    private let columns: [String]
    private let defaults: [String: String]
    private let place: String

    /// Whether a text is such a list.
    static func isOne(_ text: String) -> Bool { format(of: text) != nil }

    /// The components of a text.
    static func components(_ text: String, name: String) throws(SimulationError) -> [SkyComponent] {
        guard let line = format(of: text), let equals = line.firstIndex(of: "=") else { return [] }
        let list = ComponentList(String(line[line.index(after: equals)...]), name)
        var components: [SkyComponent] = []
        for (number, row) in text.numberedLines {
            let row = row.trimmingCharacters(in: .whitespacesAndNewlines)
            if row.isEmpty || row.hasPrefix("#") || row == line { continue }
            components.append(try list.component(row, line: number))
        }
        return components
    }

    /// The line that names the columns.
    private static func format(of text: String) -> String? {
        text.numberedLines.lazy.map { $0.line.trimmingCharacters(in: .whitespacesAndNewlines) }
            .first { !$0.isEmpty && !($0.hasPrefix("#") && !$0.lowercased().contains("format")) }
            .flatMap { $0.lowercased().hasPrefix("format") && $0.contains("=") ? $0 : nil }
    }

    private init(_ format: String, _ place: String) {
        var (columns, defaults) = ([String](), [String: String]())
        for entry in Self.fields(format) {
            let parts = entry.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let column = (parts.first ?? "").lowercased()
            columns.append(column)
            if parts.count == 2 { defaults[column] = parts[1].trimmingCharacters(in: ["'", "\""]) }
        }
        (self.columns, self.defaults, self.place) = (columns, defaults, place)
    }

    /// The values of a line: commas within brackets and quotes do not separate.
    private static func fields(_ line: String) -> [String] {
        var (fields, field) = ([String](), "")
        var (depth, isQuoted) = (0, false)
        for character in line {
            switch character {
            case "'", "\"": isQuoted.toggle()
            case "[" where !isQuoted: depth += 1
            case "]" where !isQuoted: depth -= 1
            case "," where depth == 0 && !isQuoted:
                fields.append(field.trimmingCharacters(in: .whitespaces))
                field = ""
                continue
            default: break
            }
            field.append(character)
        }
        return fields + [field.trimmingCharacters(in: .whitespaces)]
    }

    private func component(_ text: String, line: Int) throws(SimulationError) -> SkyComponent {
        let row = ComponentRow(
            columns: columns, defaults: defaults, values: Self.fields(text), place: "\(place):\(line)")
        guard let ra = Sexagesimal.rightAscension(of: row["ra"]) else {
            throw row.failure("no right ascension", "Ra")
        }
        guard let dec = Self.declination(row["dec"]) else { throw row.failure("no declination", "Dec") }
        guard let flux = row.number("i") else { throw row.failure("no brightness", "I") }
        let frequency = row.number("referencefrequency")
        if let frequency, frequency <= 0 { throw row.failure("no frequency", "ReferenceFrequency") }
        return SkyComponent(
            name: row["name"], direction: Direction(rightAscension: Angle.positive(ra), declination: dec),
            flux: flux,
            spectrum: try Self.spectrum(row), referenceFrequency: frequency, shape: try Self.shape(row))
    }

    private static func spectrum(_ row: ComponentRow) throws(SimulationError) -> SkyComponent.Spectrum {
        guard let terms = terms(row["spectralindex"]) else {
            throw row.failure("no spectral terms", "SpectralIndex")
        }
        guard let isLogarithmic = truth(row["logarithmicsi"]) else {
            throw row.failure("neither true nor false", "LogarithmicSI")
        }
        return isLogarithmic ? .logarithmic(terms) : .polynomial(terms)
    }

    /// nil for a point.
    private static func shape(_ row: ComponentRow) throws(SimulationError) -> SkyComponent.Gaussian? {
        switch row["type"].uppercased() {
        case "POINT": return nil
        case "GAUSSIAN":
            guard let major = row.number("majoraxis"), let minor = row.number("minoraxis"), major >= 0,
                minor >= 0
            else { throw row.failure("no axes of a Gaussian", "MajorAxis") }
            return SkyComponent.Gaussian(
                major: major * Angle.arcsecond, minor: minor * Angle.arcsecond,
                positionAngle: (row.number("orientation") ?? 0) * Angle.degree)
        default: throw row.failure("neither POINT nor GAUSSIAN", "Type")
        }
    }

    /// Degrees as `39.35.08.511` (BBS separates them by points), `39:35:08.5` or `39.58`; radians.
    private static func declination(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        let plain = parts.count == 3 ? parts.joined(separator: ":") : text
        return Sexagesimal.value(of: plain).flatMap { abs($0) <= 90 ? $0 * Angle.degree : nil }
    }

    /// True where nothing is said.
    private static func truth(_ text: String) -> Bool? {
        ["": true, "true": true, "1": true, "false": false, "0": false][text.lowercased()]
    }

    /// `[-0.7, 0.1]`, or nothing.
    private static func terms(_ text: String) -> [Double]? {
        let inner = text.trimmingCharacters(in: ["[", "]", " "])
        let terms = inner.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
        let known = terms.compactMap { $0 }.filter { abs($0) < 1e6 }
        return known.count == terms.count ? known : nil
    }
}

/// The values of a component, by column.
private struct ComponentRow {
    let columns: [String]
    let defaults: [String: String]
    let values: [String]
    /// File and line.
    let place: String

    /// The value of a column, else its default, else nothing.
    subscript(_ column: String) -> String {
        let given = columns.firstIndex(of: column).flatMap {
            values.indices.contains($0) ? values[$0] : nil
        }
        return given.flatMap { $0.isEmpty ? nil : $0 } ?? defaults[column] ?? ""
    }

    func number(_ column: String) -> Double? { Double(self[column]).flatMap { $0.isFinite ? $0 : nil } }

    func failure(_ what: String, _ column: String) -> SimulationError {
        SimulationError(
            what, place: "\(place): \(column) '\(self[column.lowercased()].prefix(40))'",
            remedy: "give a list as WSClean writes it")
    }
}

extension SkyComponent {
    /// Reads a model of the sky: a list of components as WSClean writes it, or of sources (see
    /// ``PointSource/list(text:name:)``).
    ///
    /// - Throws: `SimulationError` naming the line that makes no sense.
    public static func list(text: String, name: String) throws(SimulationError) -> [SkyComponent] {
        ComponentList.isOne(text)
            ? try ComponentList.components(text, name: name)
            : try PointSource.list(text: text, name: name).map(SkyComponent.init)
    }

    /// Reads a model of the sky from a file.
    ///
    /// - Throws: `SimulationError` if it cannot be read or a line makes no sense.
    public static func list(file: String) throws(SimulationError) -> [SkyComponent] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw SimulationError("cannot read the model", place: file, remedy: "check the path")
        }
        return try list(text: String(decoding: data, as: UTF8.self), name: file)
    }
}
