import CHDF5

/// A number type with a counterpart in libhdf5.
protocol HDF5Native: BitwiseCopyable {
    /// The type in memory.
    static var native: hid_t { get }
    /// The little-endian type in files.
    static var stored: hid_t { get }
    /// The zero that buffers start from.
    init()
}

extension Float: HDF5Native {
    static var native: hid_t { sluice_H5T_NATIVE_FLOAT() }
    static var stored: hid_t { sluice_H5T_IEEE_F32LE() }
}
extension Double: HDF5Native {
    static var native: hid_t { sluice_H5T_NATIVE_DOUBLE() }
    static var stored: hid_t { sluice_H5T_IEEE_F64LE() }
}
extension UInt8: HDF5Native {
    static var native: hid_t { sluice_H5T_NATIVE_UINT8() }
    static var stored: hid_t { sluice_H5T_STD_U8LE() }
}
extension Int64: HDF5Native {
    static var native: hid_t { sluice_H5T_NATIVE_INT64() }
    static var stored: hid_t { sluice_H5T_STD_I64LE() }
}

/// The values of an attribute, of a small dataset or of one member of a compound dataset.
enum HDF5Value: Sendable, Hashable {
    case integers([Int64])
    case reals([Double])
    /// Strings and opaque values as they stand in the file, without padding of fixed-length strings.
    case bytes([[UInt8]])

    /// How many values.
    var count: Int {
        switch self {
        case .integers(let values): values.count
        case .reals(let values): values.count
        case .bytes(let values): values.count
        }
    }

    /// The values as numbers; nil for strings.
    var numbers: [Double]? {
        switch self {
        case .integers(let values): values.map(Double.init)
        case .reals(let values): values
        case .bytes: nil
        }
    }

    /// The values as text (UTF-8, faults replaced); nil for numbers.
    var strings: [String]? {
        guard case .bytes(let values) = self else { return nil }
        return values.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// How values of a file's type come into memory: the memory type, and what to make of its bytes.
struct HDF5Decoding {
    private enum Kind { case integer, real, fixedText, variableText, opaque, variableBytes }

    let memoryType: HDF5Handle
    let size: Int
    private let kind: Kind

    /// Chooses the memory type for a file's type; nil when it is neither number, string nor opaque.
    init?(fileType: hid_t) {
        let kind: Kind
        let id: hid_t
        switch H5Tget_class(fileType) {
        case H5T_INTEGER, H5T_ENUM, H5T_BITFIELD: (kind, id) = (.integer, H5Tcopy(Int64.native))
        case H5T_FLOAT: (kind, id) = (.real, H5Tcopy(Double.native))
        case H5T_STRING:
            if H5Tis_variable_str(fileType) > 0 {
                (kind, id) = (.variableText, H5Tcopy(fileType))
            } else {
                (kind, id) = (.fixedText, H5Tcopy(fileType))
            }
        case H5T_OPAQUE: (kind, id) = (.opaque, H5Tcopy(fileType))
        case H5T_VLEN:
            let base = H5Tget_super(fileType)
            defer { H5Tclose(base) }
            guard base >= 0, H5Tget_class(base) == H5T_INTEGER, H5Tget_size(base) == 1 else { return nil }
            (kind, id) = (.variableBytes, H5Tvlen_create(UInt8.native))
        default: return nil
        }
        guard let handle = HDF5Handle(id) else { return nil }
        memoryType = handle
        size = Int(H5Tget_size(id))
        self.kind = kind
        if size <= 0 || size > HDF5.largestMetadata { return nil }
    }

    /// Makes values of `count` elements as libhdf5 read them, and gives variable-length memory back to it.
    ///
    /// An island of unsafe code: `bytes` holds `count * size` bytes of the memory type.
    func values(_ bytes: UnsafeMutableRawBufferPointer, count: Int, space: hid_t) -> HDF5Value {
        func element(_ index: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
        }
        defer {
            if kind == .variableText || kind == .variableBytes, let base = bytes.baseAddress {
                H5Dvlen_reclaim(memoryType.id, space, HDF5.defaults, base)
            }
        }
        switch kind {
        case .integer: return .integers((0..<count).map { element($0).loadUnaligned(as: Int64.self) })
        case .real: return .reals((0..<count).map { element($0).loadUnaligned(as: Double.self) })
        case .opaque: return .bytes((0..<count).map { Array(element($0)) })
        case .fixedText: return .bytes((0..<count).map { Self.unpadded(element($0)) })
        case .variableText:
            return .bytes(
                (0..<count).map {
                    guard let text = element($0).loadUnaligned(as: UnsafePointer<UInt8>?.self) else {
                        return []
                    }
                    var length = 0
                    while text[length] != 0 { length += 1 }
                    return Array(UnsafeBufferPointer(start: text, count: length))
                })
        case .variableBytes:
            return .bytes(
                (0..<count).map {
                    let piece = element($0).loadUnaligned(as: hvl_t.self)
                    return Array(
                        UnsafeRawBufferPointer(start: piece.p, count: piece.p == nil ? 0 : piece.len))
                })
        }
    }

    /// A fixed-length string up to its padding of zeros or blanks.
    private static func unpadded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var end = bytes.firstIndex(of: 0) ?? bytes.count
        while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
        return Array(bytes[0..<end])
    }
}
