/// Decodes MessagePack (msgpack.org specification), with the extension types that katsdptelstate adds:
/// 1 tuple, 2 complex128, 3 ndarray as `.npy`, 4 NumPy scalar.
enum MessagePack {
    private static let deepest = 64

    /// Decodes one value.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(EncodedValueError) -> TelescopeValue {
        var reader = ByteReader(bytes)
        return try value(&reader, depth: 0)
    }

    private static func value(_ reader: inout ByteReader, depth: Int) throws(EncodedValueError)
        -> TelescopeValue
    {
        guard depth < deepest else { throw EncodedValueError("the encoded value is nested too deeply") }
        let tag = try reader.byte()
        switch tag {
        case 0x00...0x7f: return .integer(Int64(tag))
        case 0xe0...0xff: return .integer(Int64(Int8(bitPattern: tag)))
        case 0x80...0x8f: return try map(&reader, Int(tag & 0x0f), depth)
        case 0x90...0x9f: return try list(&reader, Int(tag & 0x0f), depth)
        case 0xa0...0xbf: return try text(&reader, Int(tag & 0x1f))
        case 0xc0: return .none
        case 0xc2, 0xc3: return .truth(tag == 0xc3)
        case 0xc4, 0xc5, 0xc6: return .bytes(Array(try reader.take(try reader.count(1 << Int(tag - 0xc4)))))
        case 0xc7, 0xc8, 0xc9: return try extended(&reader, try reader.count(1 << Int(tag - 0xc7)), depth)
        case 0xca: return .real(Double(Float(bitPattern: UInt32(try reader.unsigned(4)))))
        case 0xcb: return .real(Double(bitPattern: try reader.unsigned(8)))
        case 0xcc...0xcf: return .integer(Int64(clamping: try reader.unsigned(1 << Int(tag - 0xcc))))
        case 0xd0: return .integer(Int64(Int8(truncatingIfNeeded: try reader.unsigned(1))))
        case 0xd1: return .integer(Int64(Int16(truncatingIfNeeded: try reader.unsigned(2))))
        case 0xd2: return .integer(Int64(Int32(truncatingIfNeeded: try reader.unsigned(4))))
        case 0xd3: return .integer(Int64(bitPattern: try reader.unsigned(8)))
        case 0xd4...0xd8: return try extended(&reader, 1 << Int(tag - 0xd4), depth)
        case 0xd9, 0xda, 0xdb: return try text(&reader, try reader.count(1 << Int(tag - 0xd9)))
        case 0xdc, 0xdd: return try list(&reader, try reader.count(tag == 0xdc ? 2 : 4), depth)
        case 0xde, 0xdf: return try map(&reader, try reader.count(tag == 0xde ? 2 : 4), depth)
        default: throw EncodedValueError("MessagePack byte \(tag) is not defined")
        }
    }

    private static func text(_ reader: inout ByteReader, _ count: Int) throws(EncodedValueError)
        -> TelescopeValue
    {
        .text(String(decoding: try reader.take(count), as: UTF8.self))
    }

    private static func list(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> TelescopeValue {
        var values: [TelescopeValue] = []
        for _ in 0..<count { values.append(try value(&reader, depth: depth + 1)) }
        return .list(values)
    }

    private static func map(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> TelescopeValue {
        var values: [String: TelescopeValue] = [:]
        for _ in 0..<count {
            let key = try value(&reader, depth: depth + 1)
            let entry = try value(&reader, depth: depth + 1)
            if let name = key.string { values[name] = entry }
        }
        return .map(values)
    }

    private static func extended(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> TelescopeValue {
        let type = try reader.byte()
        var inner = ByteReader(try reader.take(count))
        switch type {
        case 1: return try value(&inner, depth: depth + 1)
        case 2:
            let real = try inner.unsigned(8)
            let imaginary = try inner.unsigned(8)
            return .complex(Double(bitPattern: real), Double(bitPattern: imaginary))
        case 3: return .array(Array(try inner.take(inner.remaining)))
        case 4: return try numpyScalar(&inner)
        default: throw EncodedValueError("MessagePack extension type \(type) is not known")
        }
    }

    /// A NumPy scalar: the name of its type, such as `<f8`, as MessagePack text, then the value's bytes.
    private static func numpyScalar(_ reader: inout ByteReader) throws(EncodedValueError) -> TelescopeValue {
        guard let name = try value(&reader, depth: 0).string else {
            throw EncodedValueError("a NumPy scalar without a type")
        }
        return try NumPyScalar.decode(name, Array(try reader.take(reader.remaining)))
    }
}

/// Decodes a NumPy scalar from the name of its type and its bytes.
enum NumPyScalar {
    /// Decodes types such as `<f8`, `>i4`, `|u1`, `S5`, `|b1`.
    static func decode(_ type: String, _ bytes: [UInt8]) throws(EncodedValueError) -> TelescopeValue {
        let order = type.first.flatMap { "<>|=".contains($0) ? $0 : nil }
        let name = order == nil ? type : String(type.dropFirst())
        guard let kind = name.first else { throw EncodedValueError("a NumPy scalar without a type") }
        if kind == "S" { return .text(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) }
        if kind == "U" {
            let scalars = stride(from: 0, to: bytes.count - 3, by: 4).compactMap { start in
                Unicode.Scalar(bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            }
            return .text(String(String.UnicodeScalarView(scalars.prefix { $0 != "\0" })))
        }
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
