// An island of unsafe code: pieces of one buffer for the parts of a kernel.

/// Hands out a buffer piece by piece, each on a cache line.
struct ScratchArena {
    private var next: UnsafeMutableRawPointer

    init<Scalar>(_ buffer: LineBuffer<Scalar>) { next = UnsafeMutableRawPointer(buffer.lines) }

    /// Room for so many elements, of any contents.
    mutating func take<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
        let piece = next.bindMemory(to: Element.self, capacity: count)
        next += (count * MemoryLayout<Element>.stride + 63) & ~63
        return piece
    }
}
