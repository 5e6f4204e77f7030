import Foundation

/// Angles and hours in sixtieths.
public enum Sexagesimal {
    /// A right ascension such as `19h39m25.03s`; `unknown` if it is not finite.
    ///
    /// - Parameters:
    ///   - angle: radians; brought into [0, 24 h).
    ///   - decimals: digits of the seconds' fraction, 0 to 9.
    public static func rightAscension(_ angle: Double, decimals: Int = 2) -> String {
        guard angle.isFinite else { return "unknown" }
        let hours = Angle.positive(angle) / Angle.hour
        return parts(hours, marks: ("h", "m", "s"), decimals: decimals, turn: 24)
    }

    /// A declination, latitude or other signed angle such as `-63d42m45.6s`; `unknown` if it is not finite or over 1000 rad.
    ///
    /// - Parameters:
    ///   - angle: radians.
    ///   - decimals: digits of the seconds' fraction, 0 to 9.
    public static func degrees(_ angle: Double, decimals: Int = 1) -> String {
        guard angle.isFinite, abs(angle) < 1000 else { return "unknown" }
        return (angle < 0 ? "-" : "+")
            + parts(abs(angle) / Angle.degree, marks: ("d", "m", "s"), decimals: decimals)
    }

    /// A number of degrees or hours such as `-30:42:39.8`, katpoint's form; `unknown` if it is not finite or over 10⁶.
    ///
    /// - Parameters:
    ///   - value: degrees or hours.
    ///   - decimals: digits of the seconds' fraction, 0 to 9.
    public static func colons(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e6 else { return "unknown" }
        let text = parts(abs(value), marks: (":", ":", ""), decimals: decimals, width: 1)
        return value < 0 && text.contains { ("1"..."9").contains($0) } ? "-" + text : text
    }

    private static func parts(
        _ value: Double, marks: (String, String, String), decimals: Int, width: Int = 2, turn: Int? = nil
    ) -> String {
        let digits = min(max(decimals, 0), 9)
        let scale = Int(pow(10, Double(digits)))
        let ticks = Int((value * 3600 * Double(scale)).rounded())
        let seconds = ticks / scale
        let whole = turn.map { seconds / 3600 % $0 } ?? seconds / 3600
        let fraction = digits == 0 ? "" : "." + padded(ticks % scale, digits)
        return padded(whole, width) + marks.0 + padded(seconds / 60 % 60, 2) + marks.1
            + padded(seconds % 60, 2)
            + fraction
            + marks.2
    }

    /// A right ascension in radians, of hours such as `08:28:05.152` or `8h28m5s`, else of degrees.
    ///
    /// - Returns: nil if it is none, or more than a turn.
    public static func rightAscension(of text: some StringProtocol) -> Double? {
        let (unit, turn) = text.contains { ":hH".contains($0) } ? (Angle.hour, 24.0) : (Angle.degree, 360.0)
        return value(of: text).flatMap { abs($0) <= turn ? $0 * unit : nil }
    }

    /// The value of a text such as `-30:42:39.8`, `19h39m25s`, `-63d42m` or `12.5`, in units of its first part.
    ///
    /// - Returns: nil if it is none of these, or minutes or seconds are not below 60.
    public static func value(of text: some StringProtocol) -> Double? {
        var body = Substring(text.trimmingCharacters(in: .whitespaces).lowercased())
        let negative = body.hasPrefix("-")
        if negative || body.hasPrefix("+") { body.removeFirst() }
        guard let first = body.first, first.isNumber || first == "." else { return nil }
        let mark = body.last.flatMap { "hdms".contains($0) ? $0 : nil }
        if mark != nil { body.removeLast() }
        let parts = body.split(whereSeparator: { ":hdm".contains($0) }).map(Double.init)
        guard (1...3).contains(parts.count), body.filter({ ":hdm".contains($0) }).count == parts.count - 1,
            mark.map({ ["hd", "m", "s"][parts.count - 1].contains($0) }) ?? true
        else { return nil }
        var value = 0.0
        for (index, part) in parts.enumerated().reversed() {
            guard let part, part.isFinite, part >= 0, index == 0 || part < 60 else { return nil }
            value = value / 60 + part
        }
        return negative ? -value : value
    }
}
