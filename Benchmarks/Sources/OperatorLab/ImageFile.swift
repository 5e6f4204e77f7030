import BenchmarkSupport
import Foundation

/// Numbers of a file in the machine's byte order, one after the other.
struct ImageFile {
    private let path: String
    private let bytes: Data
    private var position = 0

    init(path: String) throws {
        self.path = path
        bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    }

    /// Whether all has been read.
    var isAtEnd: Bool { position == bytes.count }

    /// The next number.
    mutating func next<Number: BitwiseCopyable>(_ type: Number.Type) throws -> Number {
        try next(1, of: type)[0]
    }

    /// The next numbers of a kind.
    mutating func next<Number: BitwiseCopyable>(_ count: Int, of type: Number.Type) throws -> [Number] {
        let size = count * MemoryLayout<Number>.stride
        guard bytes.count - position >= size else {
            throw OptionError("ends at byte \(bytes.count)", path, "give whole images")
        }
        defer { position += size }
        return bytes.withUnsafeBytes { all in
            (0..<count).map {
                all.loadUnaligned(fromByteOffset: position + $0 * MemoryLayout<Number>.stride, as: type)
            }
        }
    }

    /// The next number of times or channels.
    mutating func extent() throws -> Int {
        let extent = try next(Int32.self)
        guard (1...1 << 15).contains(extent) else {
            throw OptionError("an extent of \(extent)", path, "give 1 to 32768")
        }
        return Int(extent)
    }
}
