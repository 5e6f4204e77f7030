/// Numbers as people write them: decimal, as far as they are finite; no `nan`, `inf`, hex or `_`.
enum Number {
    /// The length in UTF-8 of the decimal number that `text` begins with, or 0.
    static func prefix(_ text: Substring.UTF8View) -> Int {
        let bytes = Array(text.prefix(400))
        func digits(_ from: Int) -> Int {
            var i = from
            while i < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[i]) { i += 1 }
            return i - from
        }
        func sign(_ i: Int) -> Int {
            i < bytes.count && (bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-")) ? 1 : 0
        }
        var end = sign(0)
        let whole = digits(end)
        end += whole
        var part = 0
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            part = digits(end + 1)
            if whole + part > 0 { end += 1 + part }
        }
        guard whole + part > 0 else { return 0 }
        if end < bytes.count, bytes[end] == UInt8(ascii: "e") || bytes[end] == UInt8(ascii: "E") {
            let exponent = end + 1 + sign(end + 1)
            let count = digits(exponent)
            if count > 0 { end = exponent + count }
        }
        return end
    }

    /// A finite number that is the whole text. Throws on anything else, and on over- and underflow.
    static func double(_ text: some StringProtocol) throws(ValueError) -> Double {
        let text = Substring(text)
        guard !text.isEmpty, prefix(text.utf8) == text.utf8.count, let value = Double(text) else {
            throw ValueError(
                "\(quoted(String(text))) is not a number",
                mend: hint(text) ?? plain(text) ?? "write a number such as 0.5")
        }
        guard value.isFinite else { throw ValueError("\(quoted(String(text))) is too large for a number") }
        let mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        guard
            value.isNormal
                || !mantissa.contains(where: { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) })
        else { throw ValueError("\(quoted(String(text))) is too small for a number") }
        return value
    }

    /// A whole number that is the whole text, decimal (`010` is ten). Throws on anything else, and on overflow.
    static func int(_ text: some StringProtocol) throws(ValueError) -> Int {
        let text = Substring(text)
        let digits =
            text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true
            ? text.utf8.dropFirst() : text.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw ValueError(
                "\(quoted(String(text))) is not a whole number",
                mend: hint(text) ?? "write digits only, such as 64")
        }
        guard let value = Int(text) else {
            throw ValueError("\(quoted(String(text))) is too large for a whole number")
        }
        return value
    }

    /// How to mend a number with separators.
    private static func hint(_ text: Substring) -> String? {
        let plain = text.filter { $0 != "_" && $0 != "'" && $0 != "," }
        guard plain.count < text.count, plain.count < 40, !plain.isEmpty,
            prefix(plain[...].utf8) == plain.utf8.count
        else { return nil }
        return "write \(plain)"
    }

    /// How to mend a number with a unit where none is wanted; flux densities are in Jy, shares of 1.
    private static func plain(_ text: Substring) -> String? {
        let length = prefix(text.utf8)
        let end = text.utf8.index(text.utf8.startIndex, offsetBy: length)
        guard length > 0, let number = Double(text[..<end]) else { return nil }
        let unit = String(text[end...].drop { $0 == " " }).replacing("/beam", with: "")
        let parts = ["Jy": 1.0, "mJy": 1e3, "uJy": 1e6, "%": 100]
        return parts[unit].map { "write \(Self.text(number / $0)), without a unit" }
            ?? "write a number without a unit, such as 0.5"
    }

    /// The shortest text of a number that reads back as the same: `2`, `0.5`, `1e-06`.
    static func text(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
