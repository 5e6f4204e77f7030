/// A value of MeerKAT's TelescopeState, whichever way it was encoded.
indirect enum TelescopeValue: Sendable, Hashable {
    case none
    case truth(Bool)
    case integer(Int64)
    case real(Double)
    case complex(Double, Double)
    case text(String)
    case bytes([UInt8])
    case list([TelescopeValue])
    case map([String: TelescopeValue])
    /// An array as NumPy saves it: its `.npy` image, not decoded further.
    case array([UInt8])

    /// The value as a number; text that spells one counts.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .text(let value): Double(value)
        case .list(let values): values.count == 1 ? values[0].number : nil
        default: nil
        }
    }

    /// The value as text.
    var string: String? {
        switch self {
        case .text(let value): value
        case .bytes(let value): String(decoding: value, as: UTF8.self)
        default: nil
        }
    }

    /// The value as a list of texts.
    var strings: [String]? {
        guard case .list(let values) = self else { return nil }
        let texts = values.compactMap(\.string)
        return texts.count == values.count ? texts : nil
    }

    /// The value as a list of pairs of texts.
    var pairs: [(String, String)]? {
        guard case .list(let values) = self else { return nil }
        let pairs = values.compactMap { value -> (String, String)? in
            guard let pair = value.strings, pair.count == 2 else { return nil }
            return (pair[0], pair[1])
        }
        return pairs.count == values.count ? pairs : nil
    }

    /// The value as a map from names.
    var map: [String: TelescopeValue]? {
        guard case .map(let values) = self else { return nil }
        return values
    }

    /// Decodes a stored value: MessagePack after a byte 0xff, a Python pickle, or (files before May 2016) plain text.
    ///
    /// Nothing is ever executed: of pickles only plain data are understood.
    ///
    /// - Throws: `EncodedValueError` when the bytes are cut off or of an unknown kind.
    static func decode(_ bytes: [UInt8]) throws(EncodedValueError) -> TelescopeValue {
        guard let first = bytes.first else { return .text("") }
        if first == 0xff { return try MessagePack.decode(bytes.dropFirst()) }
        if first == 0x80 { return try PythonPickle.decode(bytes) }
        if bytes.last == UInt8(ascii: "."), let value = try? PythonPickle.decode(bytes) { return value }
        let text = String(decoding: bytes, as: UTF8.self)
        return PythonLiteral.parse(text) ?? .text(text)
    }
}

/// Bytes that do not decode to a value.
struct EncodedValueError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Reads bytes one after the other, never beyond their end.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }
    var remaining: Int { bytes.endIndex - position }

    mutating func byte() throws(EncodedValueError) -> UInt8 {
        guard position < bytes.endIndex else { throw EncodedValueError("the encoded value is cut off") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func take(_ count: Int) throws(EncodedValueError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw EncodedValueError("the encoded value is cut off") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// An unsigned number of so many bytes (at most 8).
    mutating func unsigned(_ count: Int, bigEndian: Bool = true) throws(EncodedValueError) -> UInt64 {
        let taken = try take(count)
        return (bigEndian ? Array(taken) : taken.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A count of so many bytes, which cannot exceed what is left.
    mutating func count(_ bytes: Int, bigEndian: Bool = true) throws(EncodedValueError) -> Int {
        guard let count = Int(exactly: try unsigned(bytes, bigEndian: bigEndian)), count <= remaining else {
            throw EncodedValueError("the encoded value is cut off")
        }
        return count
    }

    /// The bytes up to the next newline, which is skipped.
    mutating func line() throws(EncodedValueError) -> String {
        guard let end = bytes[position...].firstIndex(of: 10) else {
            throw EncodedValueError("the encoded value is cut off")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
}
