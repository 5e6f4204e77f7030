import Synchronization

/// Memory that the kernels of this module use again.
///
/// Planes of a few hundred kilobytes are asked for and let go at every hop of every baseline; from the system each comes as new pages,
/// and clearing those took a quarter of the flagger's time. What is kept here is what was in use at once, up to a limit.
///
/// A marked island: the first bytes of what is free hold the list of it; every piece has `alignment` bytes at least.
enum Scratch {
    private struct Shelf: @unchecked Sendable {
        /// The last that came of each class of sizes; where each begins stands the one before it.
        private var last = [UnsafeMutableRawPointer?](repeating: nil, count: 4 * Int.bitWidth)
        var byteCount = 0
        var most = Scratch.most

        mutating func take(_ sizeClass: Int) -> UnsafeMutableRawPointer? {
            guard let pointer = last[sizeClass] else { return nil }
            last[sizeClass] = pointer.load(as: UnsafeMutableRawPointer?.self)
            return pointer
        }

        mutating func put(_ pointer: UnsafeMutableRawPointer, _ sizeClass: Int) {
            pointer.initializeMemory(as: UnsafeMutableRawPointer?.self, to: last[sizeClass])
            last[sizeClass] = pointer
        }

        mutating func takeAll() -> [UnsafeMutableRawPointer] {
            byteCount = 0
            var all: [UnsafeMutableRawPointer] = []
            for sizeClass in last.indices {
                while let pointer = take(sizeClass) { all.append(pointer) }
            }
            return all
        }
    }

    private static let shelf = Mutex(Shelf())
    /// Bytes kept at most while nobody uses them, if nobody asks for more.
    static let most = 32 << 20
    private static let alignment = 64

    /// Memory for so many values, with anything in it.
    static func take<T: BitwiseCopyable>(_ count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
        let (sizeClass, bytes) = size(of: count * MemoryLayout<T>.stride)
        let kept = shelf.withLock { shelf -> UnsafeMutableRawPointer? in
            guard let pointer = shelf.take(sizeClass) else { return nil }
            shelf.byteCount -= bytes
            return pointer
        }
        let pointer = kept ?? .allocate(byteCount: bytes, alignment: alignment)
        return pointer.bindMemory(to: type, capacity: count)
    }

    /// Takes back what `take` gave for so many values.
    static func give<T: BitwiseCopyable>(_ pointer: UnsafeMutablePointer<T>, _ count: Int) {
        let (sizeClass, bytes) = size(of: count * MemoryLayout<T>.stride)
        let raw = UnsafeMutableRawPointer(pointer)
        let isKept = shelf.withLock { shelf in
            guard shelf.byteCount + bytes <= shelf.most else { return false }
            shelf.put(raw, sizeClass)
            shelf.byteCount += bytes
            return true
        }
        if !isKept { raw.deallocate() }
    }

    /// Keeps so many more bytes from now on, or, below 0, fewer.
    static func keep(more bytes: Int) {
        let surplus = shelf.withLock { shelf -> [UnsafeMutableRawPointer] in
            shelf.most += bytes
            return shelf.byteCount > shelf.most ? shelf.takeAll() : []
        }
        for pointer in surplus { pointer.deallocate() }
    }

    /// Bytes that what takes so many may come to.
    static func most(of bytes: Int) -> Int { bytes / 4 * 5 + alignment }

    /// Rounded up by at most a quarter, so that images of about the same size share their memory: four classes an octave.
    private static func size(of bytes: Int) -> (sizeClass: Int, bytes: Int) {
        let wanted = max(bytes, alignment)
        let octave = Int.bitWidth - 1 - wanted.leadingZeroBitCount
        let step = 1 << (octave - 2)
        let steps = (wanted + step - 1) / step
        return (4 * octave + steps - 4, steps * step)
    }
}
