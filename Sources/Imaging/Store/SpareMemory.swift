// An island of unsafe code: memory that is given back and taken again, by one owner at a time.

import Synchronization

/// Keeps large pieces of memory for whoever needs as much next: the first touch of fresh memory takes a fifth of a major
/// cycle's time.
///
/// Buffers that are made while it is `current` take from it and give back to it. It holds what was in use at once, and
/// lets go of it at its own end.
final class SpareMemory: Sendable {
    /// Of the task at hand.
    @TaskLocal static var current: SpareMemory?

    private struct Piece: @unchecked Sendable {
        let bytes: Int
        let start: UnsafeMutableRawPointer
    }

    private let kept = Mutex<[Piece]>([])
    /// Smaller pieces come from the allocator's own stock, or are made anew.
    static let leastBytes = 8 << 20

    deinit {
        kept.withLock { pieces in
            for piece in pieces { Pages.free(piece.start, bytes: piece.bytes) }
        }
    }

    /// The smallest piece of at least so many bytes, with its size, of any contents; nil when there is none, and a smaller
    /// one of the kind is let go of: what is kept are as many pieces as were in use at once.
    ///
    /// A piece that is more than a quarter too large gives its tail back: else a larger buffer, which finds it gone, would
    /// take memory anew beside it.
    func take(_ bytes: Int) -> (start: UnsafeMutableRawPointer, bytes: Int)? {
        let taken: Piece? = kept.withLock { pieces in
            let alike = pieces.indices.filter {
                pieces[$0].bytes <= 4 * bytes && pieces[$0].bytes >= bytes / 4
            }
            func isSmaller(_ one: Int, _ other: Int) -> Bool { pieces[one].bytes < pieces[other].bytes }
            if let best = alike.filter({ pieces[$0].bytes >= bytes }).min(by: isSmaller) {
                let piece = pieces.remove(at: best)
                guard piece.bytes > bytes / 4 * 5 else { return piece }
                Pages.shorten(piece.start, from: piece.bytes, to: bytes)
                return Piece(bytes: bytes, start: piece.start)
            }
            if let nearest = alike.max(by: isSmaller) {
                let piece = pieces.remove(at: nearest)
                Pages.free(piece.start, bytes: piece.bytes)
            }
            return nil
        }
        return taken.map { ($0.start, $0.bytes) }
    }

    /// Keeps a piece.
    func give(_ start: UnsafeMutableRawPointer, bytes: Int) {
        let piece = Piece(bytes: bytes, start: start)
        kept.withLock { $0.append(piece) }
    }
}
