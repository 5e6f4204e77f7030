/// Decodes a NumPy scalar from the name of its type and its bytes.
enum NumPyScalar {
    /// Decodes types such as `<f8`, `>i4`, `|u1`, `S5`, `|b1`.
    static func decode(_ type: String, _ bytes: [UInt8]) throws(EncodedValueError) -> PythonValue {
        let order = type.first.flatMap { "<>|=".contains($0) ? $0 : nil }
        let name = order == nil ? type : String(type.dropFirst())
        guard let kind = name.first else { throw EncodedValueError("a NumPy scalar without a type") }
        if let text = NumPyType.text(kind: kind, bytes) { return .text(text) }
        guard let size = Int(name.dropFirst()), size == bytes.count, size <= 8 else {
            throw EncodedValueError("a NumPy scalar of type '\(type)' is not understood")
        }
        let bits = (order == ">" ? bytes : bytes.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch (kind, size) {
        case ("f", 8): return .real(Double(bitPattern: bits))
        case ("f", 4): return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case ("u", _): return .integer(Int64(clamping: bits))
        case ("i", 1...8):
            return .integer(Int64(bitPattern: bits << UInt64(64 - 8 * size)) >> Int64(64 - 8 * size))
        case ("b", 1): return .truth(bits != 0)
        default: throw EncodedValueError("a NumPy scalar of type '\(type)' is not understood")
        }
    }
}
