/// How TelescopeState keeps its values: MessagePack after a byte 0xff; of before 2019 a Python pickle, of before May 2016
/// plain text.
enum TelescopeStateCode {
    /// Decodes a stored value.
    ///
    /// Nothing is ever executed: of pickles only plain data are understood.
    ///
    /// - Throws: `EncodedValueError` when the bytes are cut off or of an unknown kind.
    static func decode(_ bytes: [UInt8]) throws(EncodedValueError) -> PythonValue {
        guard let first = bytes.first else { return .text("") }
        if first == 0xff { return try MessagePack.decode(bytes.dropFirst()) }
        if first == 0x80 { return try PythonPickle.decode(bytes[...]) }
        if bytes.last == UInt8(ascii: "."), let value = try? PythonPickle.decode(bytes[...]) { return value }
        let text = String(decoding: bytes, as: UTF8.self)
        return PythonLiteral.parse(text) ?? .text(text)
    }

    /// Encodes a value as it is stored today.
    static func encode(_ value: PythonValue) -> [UInt8] { [0xff] + MessagePack.encode(value) }
}
