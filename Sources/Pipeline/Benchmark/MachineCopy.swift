// An island of unsafe code: copies between two pieces of memory that lie apart, each at its own offset.

import Tiles

/// What the machine copies from memory to memory, as STREAM's `copy` does: the measure of what a stage could reach.
final class MachineCopy: @unchecked Sendable {
    private static let pieceBytes = 1 << 20
    private static let passes = 3
    private let pieces: Int
    private let from: UnsafeMutableRawBufferPointer
    private let to: UnsafeMutableRawBufferPointer

    /// Two buffers of so many bytes, rounded to whole MiB, touched so that they are resident.
    init(bufferBytes: Int) {
        pieces = max(bufferBytes / Self.pieceBytes, 1)
        from = .allocate(byteCount: pieces * Self.pieceBytes, alignment: 1 << 21)
        to = .allocate(byteCount: pieces * Self.pieceBytes, alignment: 1 << 21)
        _ = from.initializeMemory(as: UInt8.self, repeating: 1)
        _ = to.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        from.deallocate()
        to.deallocate()
    }

    /// Bytes read and bytes written a second by so many threads together, the median of a few passes.
    func bytesPerSecond(threads: Int) async throws -> Double {
        var speeds: [Double] = []
        for _ in 0..<Self.passes {
            let start = ContinuousClock.now
            try await inTiles(pieces, width: threads) { [self] number in
                let place = number * Self.pieceBytes
                UnsafeMutableRawBufferPointer(rebasing: to[place..<place + Self.pieceBytes])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: from[place..<place + Self.pieceBytes]))
            }
            speeds.append(2 * Double(from.count) / max((ContinuousClock.now - start).seconds, 1e-9))
        }
        return Spread(speeds).median
    }
}
