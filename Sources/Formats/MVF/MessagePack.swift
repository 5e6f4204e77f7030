/// Decodes MessagePack (msgpack.org specification), with the extension types that katsdptelstate adds:
/// 1 tuple, 2 complex128, 3 ndarray as `.npy`, 4 NumPy scalar.
enum MessagePack {
    private static let deepest = 64

    /// Decodes one value, which takes all bytes.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(EncodedValueError) -> PythonValue {
        var reader = ByteReader(bytes)
        let value = try value(&reader, depth: 0)
        guard reader.remaining == 0 else {
            throw EncodedValueError("\(reader.remaining) bytes follow the encoded value")
        }
        return value
    }

    private static func value(_ reader: inout ByteReader, depth: Int) throws(EncodedValueError)
        -> PythonValue
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
        -> PythonValue
    {
        guard let text = String(validating: try reader.take(count), as: UTF8.self) else {
            throw EncodedValueError("a text in the encoded value is not UTF-8")
        }
        return .text(text)
    }

    private static func list(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> PythonValue {
        var values: [PythonValue] = []
        for _ in 0..<count { values.append(try value(&reader, depth: depth + 1)) }
        return .list(values)
    }

    private static func map(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> PythonValue {
        var values: [String: PythonValue] = [:]
        for _ in 0..<count {
            let key = try value(&reader, depth: depth + 1)
            let entry = try value(&reader, depth: depth + 1)
            if let name = key.string { values[name] = entry }
        }
        return .map(values)
    }

    private static func extended(
        _ reader: inout ByteReader, _ count: Int, _ depth: Int
    ) throws(EncodedValueError) -> PythonValue {
        let type = try reader.byte()
        var inner = ByteReader(try reader.take(count))
        switch type {
        case 1: return try value(&inner, depth: depth + 1)
        case 2:
            let real = try inner.unsigned(8)
            let imaginary = try inner.unsigned(8)
            return .complex(Double(bitPattern: real), Double(bitPattern: imaginary))
        case 3: return .array(try NumPyFile.decode(try inner.take(inner.remaining)))
        case 4: return try numpyScalar(&inner)
        default: throw EncodedValueError("MessagePack extension type \(type) is not known")
        }
    }

    /// A NumPy scalar: the name of its type, such as `<f8`, as MessagePack text, then the value's bytes.
    private static func numpyScalar(_ reader: inout ByteReader) throws(EncodedValueError) -> PythonValue {
        guard let name = try value(&reader, depth: 0).string else {
            throw EncodedValueError("a NumPy scalar without a type")
        }
        return try NumPyScalar.decode(name, Array(try reader.take(reader.remaining)))
    }
}
