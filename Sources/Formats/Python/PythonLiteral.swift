/// Parses what Python's `repr` prints for plain data: numbers, strings, True, False, None, lists, tuples, dicts.
struct PythonLiteral {
    private var rest: Substring.UnicodeScalarView

    /// The value that a text spells, or nil when it is not such a literal.
    static func parse(_ text: String) -> PythonValue? {
        var parser = PythonLiteral(rest: Substring(text).unicodeScalars)
        guard let value = parser.value(depth: 0) else { return nil }
        parser.skipBlanks()
        return parser.rest.isEmpty ? value : nil
    }

    private mutating func skipBlanks() {
        while let next = rest.first, next.properties.isWhitespace { rest.removeFirst() }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func value(depth: Int) -> PythonValue? {
        skipBlanks()
        guard depth < 64, let first = rest.first else { return nil }
        switch first {
        case "[", "(":
            rest.removeFirst()
            return list(until: first == "[" ? "]" : ")", depth: depth)
        case "{":
            rest.removeFirst()
            return map(depth: depth)
        case "'", "\"": return string().map(PythonValue.text)
        default: return word()
        }
    }

    private mutating func list(until end: Unicode.Scalar, depth: Int) -> PythonValue? {
        var values: [PythonValue] = []
        var hadComma = true
        while !take(end) {
            guard hadComma, let next = value(depth: depth + 1) else { return nil }
            values.append(next)
            hadComma = take(",")
        }
        // Parentheses without a comma only group.
        return end == ")" && values.count == 1 && !hadComma ? values[0] : .list(values)
    }

    private mutating func map(depth: Int) -> PythonValue? {
        var values: [String: PythonValue] = [:]
        var hadComma = true
        while !take("}") {
            guard hadComma, let key = value(depth: depth + 1), take(":"), let entry = value(depth: depth + 1)
            else {
                return nil
            }
            if let name = key.string { values[name] = entry }
            hadComma = take(",")
        }
        return .map(values)
    }

    private mutating func string() -> String? {
        guard let quote = rest.popFirst() else { return nil }
        var text = String.UnicodeScalarView()
        while let next = rest.popFirst() {
            if next == quote { return String(text) }
            guard next == "\\" else {
                text.append(next)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "\\", "'", "\"": text.append(escaped)
            case "x": guard let code = hexadecimal(2) else { return nil }; text.append(code)
            case "u": guard let code = hexadecimal(4) else { return nil }; text.append(code)
            default: text.append(contentsOf: ["\\", escaped])
            }
        }
        return nil
    }

    private mutating func hexadecimal(_ digits: Int) -> Unicode.Scalar? {
        let text = String(String.UnicodeScalarView(rest.prefix(digits)))
        guard text.unicodeScalars.count == digits, let code = UInt32(text, radix: 16) else { return nil }
        rest.removeFirst(digits)
        return Unicode.Scalar(code)
    }

    /// A number, True, False or None; a letter u or b before a string's quote is skipped.
    private mutating func word() -> PythonValue? {
        var text = String.UnicodeScalarView()
        while let next = rest.first, !next.properties.isWhitespace,
            !"[](){},:'\"".unicodeScalars.contains(next)
        {
            text.append(next)
            rest.removeFirst()
        }
        let word = String(text)
        if word == "u" || word == "b", let next = rest.first, next == "'" || next == "\"" {
            return string().map(PythonValue.text)
        }
        switch word {
        case "True": return .truth(true)
        case "False": return .truth(false)
        case "None": return PythonValue.none
        default:
            let digits = word.hasSuffix("L") ? String(word.dropLast()) : word
            if let integer = Int64(digits) { return .integer(integer) }
            return Double(digits).map(PythonValue.real)
        }
    }
}
