/// Reads bytes one after the other, never beyond their end.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

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
    mutating func line() throws(EncodedValueError) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 10) else {
            throw EncodedValueError("the encoded value is cut off")
        }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}
