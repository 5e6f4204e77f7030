/// A direction on the sky, ICRS, in radians: `19h39m25s -63d42m45s`, `19:39:25 -63:42:45` (hours first) or with units.
public struct SkyPosition: ParameterValue, Hashable {
    /// Right ascension, radians in [0, 2 pi).
    public var rightAscension: Double
    /// Declination, radians in [-pi/2, pi/2].
    public var declination: Double
    /// `direction`.
    public static var typeName: String { "direction" }

    /// A direction from radians.
    public init(rightAscension: Double, declination: Double) {
        self.rightAscension = rightAscension
        self.declination = declination
    }

    /// Reads right ascension and declination with a blank or a comma between.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        let parts = text.text.split { $0 == " " || $0 == "\t" || $0 == "," }
        guard parts.count == 2 else {
            throw ValueError(
                "\(quoted(text.text)) is not a direction",
                mend: "write right ascension and declination, such as 19h39m25s -63d42m45s")
        }
        let turn = 2 * Double.pi
        let first = try SexagesimalAngle(parts[0], colonsAreHours: true).radians
        let second = try SexagesimalAngle(parts[1], colonsAreHours: false)
        guard first > -turn, first < turn else {
            throw ValueError("right ascension \(quoted(String(parts[0]))) is more than a turn")
        }
        guard abs(second.radians) <= .pi / 2, !second.isHours else {
            throw ValueError(
                "declination \(quoted(String(parts[1]))) is not between -90 and 90 degrees",
                mend: second.isHours ? "write it in degrees, such as -63d42m45s" : nil)
        }
        let wrapped = first < 0 ? first + turn : first
        self.init(rightAscension: wrapped < turn ? wrapped : 0, declination: second.radians)
    }

    /// Hours and degrees with as many decimals as it takes to read back as the same, else degrees.
    public func text(_ dimension: Dimension?) -> String {
        Self.text(rightAscension, "h", .pi / 12) + " " + Self.text(declination, "d", .pi / 180)
    }

    private static func text(_ radians: Double, _ mark: String, _ unit: Double) -> String {
        for decimals in 0...6 {
            let text = SexagesimalAngle.text(radians / unit, mark, decimals)
            let same = try? SexagesimalAngle(text[...], colonsAreHours: false)
            if same?.radians == radians { return text }
        }
        return Quantity.text(radians, .angle)
    }
}

/// One angle as people write it: `19h39m25.5s`, `-63d42m45s`, `19:39:25`, `294.85deg`.
struct SexagesimalAngle {
    /// The angle in radians.
    let radians: Double
    /// Whether it was written in hours.
    let isHours: Bool

    /// Reads an angle; three numbers with colons are hours or degrees, as the place says.
    init(_ text: Substring, colonsAreHours: Bool) throws(ValueError) {
        let number = Number.prefix(text.utf8)
        let symbol = text[text.utf8.index(text.utf8.startIndex, offsetBy: number)...]
        if number == text.utf8.count || Dimension.angle.units.contains(where: { $0.symbol == symbol }) {
            radians = try Quantity.parse(text, .angle).si
            isHours = false
            return
        }
        isHours = text.contains(":") ? colonsAreHours : text.contains("h")
        let marks: [Character] =
            text.contains(":") ? [":", ":", "$"] : isHours ? ["h", "m", "s"] : ["d", "m", "s"]
        let negative = text.hasPrefix("-")
        let magnitude = negative || text.hasPrefix("+") ? text.dropFirst() : text
        guard let fields = Self.fields(text.contains(":") ? magnitude + "$" : magnitude, marks) else {
            throw ValueError(
                "\(quoted(String(text))) is not an angle",
                mend: "write 19h39m25s, -63d42m45s, 19:39:25 or 294.85deg")
        }
        guard fields[1] < 60, fields[2] < 60, fields[0] < (isHours ? 24 : 360.000_001) else {
            throw ValueError(
                "\(quoted(String(text))) has a field that is too large",
                mend: "minutes and seconds stay below 60")
        }
        let whole = fields[0] + fields[1] / 60 + fields[2] / 3600
        radians = (negative ? -whole : whole) * (.pi / (isHours ? 12 : 180))
    }

    /// The numbers before the marks, in order; trailing ones may be missing; only the last present may have decimals.
    private static func fields(_ text: Substring, _ marks: [Character]) -> [Double]? {
        var rest = text
        var fields: [Double] = []
        for mark in marks where !rest.isEmpty {
            guard let end = rest.firstIndex(of: mark) else { return nil }
            let field = rest[..<end]
            rest = rest[rest.index(after: end)...]
            let allowed = rest.isEmpty ? "0123456789." : "0123456789"
            guard field.allSatisfy(allowed.contains), let value = try? Number.double(field) else {
                return nil
            }
            fields.append(value)
        }
        guard rest.isEmpty, !fields.isEmpty, marks[0] != ":" || fields.count == 3 else { return nil }
        return fields + Array(repeating: 0, count: 3 - fields.count)
    }

    /// Hours or degrees as `19h39m25.5s`, with so many decimals.
    static func text(_ value: Double, _ mark: String, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1000 else { return "\(value)" }
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let total = Int((abs(value) * 3600 * Double(scale)).rounded())
        let (seconds, part) = (total / scale, total % scale)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return (value < 0 ? "-" : "") + padded(seconds / 3600, 2) + mark + padded(seconds / 60 % 60, 2) + "m"
            + padded(seconds % 60, 2) + (decimals > 0 ? "." + padded(part, decimals) : "") + "s"
    }
}
