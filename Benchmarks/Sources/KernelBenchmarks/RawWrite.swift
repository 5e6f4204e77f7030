// An island of unsafe code: each write comes from one piece of memory that nobody changes.

import BenchmarkSupport
import Foundation
import Tiles

/// Writes as many bytes as a file holds and nothing else.
final class RawWrite: @unchecked Sendable {
    private static let pieceBytes = 1 << 20
    private let path: String
    private let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 64 * pieceBytes, alignment: 1 << 21)

    /// Touches the memory that is written.
    init(_ path: String) {
        self.path = path
        _ = memory.initializeMemory(as: UInt8.self, repeating: 1)
    }

    deinit { memory.deallocate() }

    /// Seconds to write so many bytes to a new file, whose room is claimed first, so many times.
    func write(_ items: Int, bytes: Int, threads: Int) async throws -> Took {
        var took = Took()
        for _ in 0..<items {
            try await took.time {
                let descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
                defer { close(descriptor) }
                guard descriptor >= 0, posix_fallocate(descriptor, 0, off_t(bytes)) == 0 else {
                    throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
                }
                try await inTiles((bytes - 1) / Self.pieceBytes + 1, width: threads) { [self] piece in
                    let start = piece * Self.pieceBytes
                    let count = min(Self.pieceBytes, bytes - start)
                    let from = memory.baseAddress.map { $0 + start % memory.count }
                    guard pwrite(descriptor, from, count, off_t(start)) == count else {
                        throw CocoaError(.fileWriteUnknown)
                    }
                }
            }
            unlink(path)
        }
        return took
    }
}
