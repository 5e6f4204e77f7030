// An island of unsafe code: copies between two pieces of memory that lie apart, each at its own offset.

import BenchmarkSupport
import Tiles

/// What the machine copies from memory to memory: the measure of what a kernel could reach at best.
final class MachineCopy: @unchecked Sendable {
    private static let pieceBytes = 1 << 20
    private static let pieces = 96
    private let from: UnsafeMutableRawBufferPointer
    private let to: UnsafeMutableRawBufferPointer

    /// Touches all of its memory, more than caches hold.
    init() {
        from = .allocate(byteCount: Self.pieces * Self.pieceBytes, alignment: 1 << 21)
        to = .allocate(byteCount: Self.pieces * Self.pieceBytes, alignment: 1 << 21)
        _ = from.initializeMemory(as: UInt8.self, repeating: 1)
        _ = to.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        from.deallocate()
        to.deallocate()
    }

    /// Seconds to copy so many items of so many bytes, each read once and written once. Nobody looks at the copies.
    func seconds(_ items: Int, bytes: Int, threads: Int) async throws -> Double {
        let total = items * bytes
        let count = max(1, (total + Self.pieceBytes / 2) / Self.pieceBytes)
        let took = try await BenchmarkSupport.seconds {
            try await inTiles(count, width: threads) { [self] number in
                let place = number % Self.pieces * Self.pieceBytes
                let piece = UnsafeRawBufferPointer(rebasing: from[place..<place + Self.pieceBytes])
                UnsafeMutableRawBufferPointer(rebasing: to[place..<place + Self.pieceBytes])
                    .copyMemory(from: piece)
            }
        }
        return took * Double(total) / Double(count * Self.pieceBytes)
    }
}
