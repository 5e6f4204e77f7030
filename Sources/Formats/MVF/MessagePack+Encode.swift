extension MessagePack {
    /// Encodes one value.
    static func encode(_ value: PythonValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: PythonValue, to bytes: inout [UInt8]) {
        switch value {
        case .none: bytes.append(0xc0)
        case .truth(let value): bytes.append(value ? 0xc3 : 0xc2)
        case .integer(let value) where (0...127).contains(value): bytes.append(UInt8(value))
        case .integer(let value): bytes += [0xd3] + big(UInt64(bitPattern: value), 8)
        case .real(let value): bytes += [0xcb] + big(value.bitPattern, 8)
        case .complex(let real, let imaginary):
            bytes += [0xd8, 2] + big(real.bitPattern, 8) + big(imaginary.bitPattern, 8)
        case .text(let text):
            let count = text.utf8.count
            bytes += count < 32 ? [0xa0 | UInt8(count)] : [0xdb] + big(UInt64(count), 4)
            bytes += Array(text.utf8)
        case .bytes(let content): bytes += [0xc6] + big(UInt64(content.count), 4) + content
        case .list(let values):
            bytes += values.count < 16 ? [0x90 | UInt8(values.count)] : [0xdd] + big(UInt64(values.count), 4)
            for value in values { append(value, to: &bytes) }
        case .map(let values):
            bytes += values.count < 16 ? [0x80 | UInt8(values.count)] : [0xdf] + big(UInt64(values.count), 4)
            for key in values.keys.sorted() {
                append(.text(key), to: &bytes)
                append(values[key] ?? .none, to: &bytes)
            }
        case .array(let array):
            let image = NumPyFile.encode(array)
            bytes += [0xc9] + big(UInt64(image.count), 4) + [3] + image
        }
    }

    private static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}
