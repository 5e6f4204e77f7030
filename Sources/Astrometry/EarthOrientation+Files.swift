import Foundation

extension EarthOrientation {
    private static let shippedTable = Result<EarthOrientation, AstrometryError> {
        () throws(AstrometryError) in
        let name = "earth-orientation.eop"
        guard let path = ShippedResource.path(name, target: "Astrometry") else {
            throw AstrometryError(
                "the shipped Earth orientation table is missing",
                place: "sluice_Astrometry.resources/Resources/\(name)",
                remedy: "install the resource folders beside the program, or give a file with eop")
        }
        return try EarthOrientation(contentsOf: path)
    }

    /// The table that comes with Sluice (IERS finals2000A), read at first use.
    ///
    /// - Throws: `AstrometryError` if the resource is not beside the program.
    public static func shipped() throws(AstrometryError) -> EarthOrientation { try shippedTable.get() }

    /// Reads a table: IERS `finals2000A` (.all, .data, .daily) or Sluice's own compact form, told apart by content.
    ///
    /// - Throws: `AstrometryError` naming the file if it cannot be read or is neither.
    public init(contentsOf path: String) throws(AstrometryError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AstrometryError(
                "cannot read the Earth orientation file", place: path, remedy: "check the path")
        }
        let bytes = [UInt8](data)
        self =
            bytes.starts(with: Self.compactTitle.utf8)
            ? try Self.compact(bytes, path: path) : try Self.finals(bytes, path: path)
    }

    private static let compactTitle = "sluice earth orientation: 1\n"

    /// Decodes the compact form: text header, empty line, three little-endian Int32 a day.
    private static func compact(_ bytes: [UInt8], path: String) throws(AstrometryError) -> EarthOrientation {
        let newline = UInt8(ascii: "\n")
        var header: [String: String] = [:]
        var start = 0
        while let end = bytes[start...].firstIndex(of: newline), end > start {
            let parts = String(decoding: bytes[start..<end], as: UTF8.self).split(
                separator: ":", maxSplits: 1)
            if parts.count == 2 { header[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
            start = end + 1
        }
        let body = bytes[min(start + 1, bytes.count)...]
        guard let first = header["first mjd"].flatMap({ Int32($0) }),
            let count = header["days"].flatMap({ Int32($0) }),
            let measured = header["last measured mjd"].flatMap({ Int32($0) }), count > 0,
            body.count == 12 * Int(count)
        else {
            throw AstrometryError(
                "damaged Earth orientation table", place: path,
                remedy: "make it again with make-earth-orientation.py")
        }
        func integer(_ index: Int) -> Int32 {
            let at = body.startIndex + 4 * index
            return (0..<4).reduce(Int32(0)) { $0 | Int32(truncatingIfNeeded: Int(body[at + $1]) << (8 * $1)) }
        }
        let days = (0..<Int(count)).map {
            Day(ut1: integer(3 * $0), x: integer(3 * $0 + 1), y: integer(3 * $0 + 2))
        }
        return EarthOrientation(
            source: header["source"] ?? path, firstDay: Int(first), lastMeasuredDay: Int(measured), days: days
        )
    }

    /// Decodes finals2000A: fixed columns; Bulletin B values where there are some, else Bulletin A.
    private static func finals(_ bytes: [UInt8], path: String) throws(AstrometryError) -> EarthOrientation {
        var first: Int?
        var measured = -1
        var days: [Day] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            func field(_ from: Int, _ to: Int) -> Double? {
                guard line.count >= to else { return nil }
                let text = line[(line.startIndex + from - 1)..<(line.startIndex + to)]
                return Double(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespaces))
            }
            guard let ut1 = field(155, 165) ?? field(59, 68), let x = field(135, 144) ?? field(19, 27),
                let y = field(145, 154) ?? field(38, 46)
            else { break }
            guard let mjd = field(8, 15), abs(mjd) < 1e6, abs(ut1) < 100, abs(x) < 100, abs(y) < 100,
                first.map({ $0 + days.count == Int(mjd) }) ?? true
            else {
                throw AstrometryError(
                    "not a day of finals2000A, or days are missing", place: "\(path):\(number + 1)",
                    remedy: "take finals2000A.all from the IERS")
            }
            first = first ?? Int(mjd)
            if line[line.startIndex + 57] == UInt8(ascii: "I") { measured = Int(mjd) }
            days.append(
                Day(
                    ut1: Int32((ut1 * 1e7).rounded()), x: Int32((x * 1e6).rounded()),
                    y: Int32((y * 1e6).rounded())))
        }
        guard let first else {
            throw AstrometryError(
                "not an Earth orientation file", place: path, remedy: "take finals2000A.all from the IERS")
        }
        return EarthOrientation(source: path, firstDay: first, lastMeasuredDay: measured, days: days)
    }
}
