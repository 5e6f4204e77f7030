// An island of unsafe code: each read goes to a piece of memory of its own.

import Foundation
import Tiles

/// A stage that reads or writes a file, beside the same bytes read or written raw, through the page cache.
public struct FileSpeed: Sendable, Codable {
    /// Bytes of the file.
    public let bytes: Int
    /// Bytes of the file that the stage got through a second at work, the median over the rounds.
    public let bytesPerSecond: Double
    /// The same without doing anything with them, in pieces of 1 MiB on as many threads (writing: on one).
    public let rawBytesPerSecond: Double

    private static let pieceBytes = 1 << 20

    /// Seconds to read a file of so many bytes, each thread its part.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    static func secondsToRead(_ path: String, bytes: Int, threads: Int) async throws -> Double {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("cannot read", path) }
        defer { close(descriptor) }
        let start = ContinuousClock.now
        try await inTiles(threads, width: threads) { part in
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 4096)
            defer { memory.deallocate() }
            let end = bytes / threads * (part + 1) + (part == threads - 1 ? bytes % threads : 0)
            var place = bytes / threads * part
            while place < end {
                let got = pread(
                    descriptor, memory.baseAddress, min(pieceBytes, end - place), off_t(place))
                guard got > 0 else { throw SystemError("cannot read", path) }
                place += got
            }
        }
        return (ContinuousClock.now - start).seconds
    }

    /// Seconds to write so many bytes to a new file, which is removed again.
    ///
    /// - Throws: `SystemError` when it cannot be written.
    static func secondsToWrite(_ path: String, bytes: Int) throws -> Double {
        let descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("cannot write", path) }
        defer {
            close(descriptor)
            unlink(path)
        }
        let memory = [UInt8](repeating: 1, count: pieceBytes)
        let start = ContinuousClock.now
        var left = bytes
        while left > 0 {
            let put = memory.withUnsafeBytes { write(descriptor, $0.baseAddress, min($0.count, left)) }
            guard put > 0 else { throw SystemError("cannot write", path) }
            left -= put
        }
        return (ContinuousClock.now - start).seconds
    }
}
