// An island of unsafe code: each read goes to its own piece of memory.

import BenchmarkSupport
import Foundation
import Synchronization
import Tiles

/// Reads the bytes of a file and does nothing with them.
final class RawRead: Sendable {
    /// Memory that is read into, touched beforehand.
    final class Memory: @unchecked Sendable {
        fileprivate let bytes: UnsafeMutableRawBufferPointer

        init(byteCount: Int) {
            bytes = .allocate(byteCount: max(byteCount, RawRead.pieceBytes), alignment: 1 << 21)
            _ = bytes.initializeMemory(as: UInt8.self, repeating: 0)
        }

        deinit { bytes.deallocate() }
    }

    fileprivate static let pieceBytes = 1 << 20
    private let descriptor: Int32
    private let fileBytes: Int

    /// Opens a file of at least 1 MiB.
    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        fileBytes = Int(lseek(descriptor, 0, SEEK_END))
        guard descriptor >= 0, fileBytes >= Self.pieceBytes else {
            throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }

    deinit { close(descriptor) }

    /// Seconds to read so many bytes from the file's start on, so many times.
    ///
    /// - Parameter memory: where pieces of 1 MiB go one behind the other, over and over; nil for a single piece of
    ///   memory per thread, which stays in the cache. Nobody looks at what was read.
    func read(_ items: Int, bytes: Int, into memory: Memory?, threads: Int) async throws -> Double {
        let pieces = fileBytes / Self.pieceBytes
        let count = max(bytes / Self.pieceBytes, 1)
        let spare = Mutex((0..<threads).map { _ in Memory(byteCount: Self.pieceBytes) })
        let took = try await seconds {
            for _ in 0..<items {
                try await inTiles(count, width: threads) { [self] piece in
                    if let memory {
                        let place = piece % (memory.bytes.count / Self.pieceBytes)
                        try read(piece % pieces, to: memory, place: place)
                    } else if let small = spare.withLock({ $0.popLast() }) {
                        defer { spare.withLock { $0.append(small) } }
                        try read(piece % pieces, to: small, place: 0)
                    }
                }
            }
        }
        return took * Double(bytes) / Double(count * Self.pieceBytes)
    }

    private func read(_ piece: Int, to memory: Memory, place: Int) throws {
        let start = memory.bytes.baseAddress.map { $0 + place * Self.pieceBytes }
        let got = pread(descriptor, start, Self.pieceBytes, off_t(piece * Self.pieceBytes))
        guard got == Self.pieceBytes else { throw CocoaError(.fileReadUnknown) }
    }
}
