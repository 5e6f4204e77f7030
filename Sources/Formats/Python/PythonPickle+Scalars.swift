extension PythonPickle {
    /// So many bytes as a little-endian count before them says.
    mutating func counted(_ size: Int) throws(EncodedValueError) -> [UInt8] {
        Array(try reader.take(try reader.count(size, bigEndian: false)))
    }

    mutating func lineNumber() throws(EncodedValueError) -> Int {
        guard let number = Int(String(decoding: try reader.line(), as: UTF8.self)) else {
            throw EncodedValueError("a pickle with a memo that has no number")
        }
        return number
    }

    /// A whole number, or a truth value of protocol 1, spelt in a line.
    mutating func wholeNumber() throws(EncodedValueError) -> PythonValue {
        let line = String(decoding: try reader.line(), as: UTF8.self)
        if line == "00" || line == "01" { return .truth(line == "01") }
        guard case .integer(let value) = PythonLiteral.parse(line) else {
            throw EncodedValueError("a pickle with number '\(line)'")
        }
        return .integer(value)
    }

    /// A real number spelt in a line.
    mutating func realNumber() throws(EncodedValueError) -> PythonValue {
        let line = String(decoding: try reader.line(), as: UTF8.self)
        guard let value = Double(line) else { throw EncodedValueError("a pickle with number '\(line)'") }
        return .real(value)
    }

    /// An integer of any length, of which 64 bits are understood.
    mutating func longInteger(_ size: Int) throws(EncodedValueError) -> PythonValue {
        let count = try reader.count(size, bigEndian: false)
        guard count <= 8 else { throw EncodedValueError("a pickled integer of \(count) bytes") }
        let bits = try reader.unsigned(count, bigEndian: false)
        let shift = UInt64(64 - 8 * count)
        return .integer(count == 0 ? 0 : Int64(bitPattern: bits << shift) >> Int64(shift))
    }

    /// The characters of a string of Python 2, as its `repr` spells them.
    mutating func quotedText() throws(EncodedValueError) -> [UInt8] {
        let line = try reader.line()
        let scalars = String.UnicodeScalarView(line.map { Unicode.Scalar($0) })
        guard case .text(let text) = PythonLiteral.parse(String(scalars)), let bytes = text.latin1 else {
            throw EncodedValueError("a pickle with a string that is not quoted")
        }
        return bytes
    }

    /// A line in Python's raw-unicode-escape: Latin-1, others as \uXXXX or \UXXXXXXXX.
    mutating func escapedText() throws(EncodedValueError) -> String {
        var rest = try reader.line()
        var text = String.UnicodeScalarView()
        while let next = rest.popFirst() {
            let digits = rest.first == UInt8(ascii: "u") ? 4 : rest.first == UInt8(ascii: "U") ? 8 : 0
            guard next == UInt8(ascii: "\\"), digits > 0 else {
                text.append(Unicode.Scalar(next))
                continue
            }
            let code = rest.dropFirst().prefix(digits)
            guard code.count == digits, let value = UInt32(String(decoding: code, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw EncodedValueError("a pickle with a broken escape in a string") }
            text.append(scalar)
            rest = rest.dropFirst(1 + digits)
        }
        return String(text)
    }
}

extension String {
    /// Its characters as bytes in Latin-1; nil if one is beyond it.
    var latin1: [UInt8]? {
        let bytes = unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        return bytes.count == unicodeScalars.count ? bytes : nil
    }
}
