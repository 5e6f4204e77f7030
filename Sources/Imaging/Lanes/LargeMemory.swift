// An island of unsafe code: memory of buffers, with one owner.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory on cache-line boundaries; large pieces come from the spare memory of the task, if it has any.
struct LargeMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    /// Whether it holds zeros; else anything.
    let isZero: Bool
    private let bytes: Int
    private let spare: SpareMemory?

    init(_ wanted: Int) {
        let spare = wanted >= SpareMemory.leastBytes ? SpareMemory.current : nil
        self.spare = spare
        if let piece = spare?.take(wanted) {
            (start, bytes) = piece
            isZero = false
        } else {
            (start, bytes, isZero) = (Pages.allocate(wanted), wanted, Pages.areFresh(wanted))
        }
    }

    func free() {
        if let spare { spare.give(start, bytes: bytes) } else { Pages.free(start, bytes: bytes) }
    }
}

/// Memory from the system: large pieces are fresh pages, which hold zeros and ask to be large ones, whose first touch
/// costs a fraction.
enum Pages {
    private static var largePage: Int { 1 << 21 }

    /// Whether a piece of so many bytes is made of fresh pages.
    static func areFresh(_ bytes: Int) -> Bool { bytes >= largePage / 4 }

    private static func rounded(_ bytes: Int) -> Int { (bytes + largePage - 1) & -largePage }

    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard areFresh(bytes) else { return .allocate(byteCount: bytes, alignment: 64) }
        let (wanted, reserved) = (rounded(bytes), rounded(bytes) + largePage)
        #if canImport(Glibc)
            let flags = MAP_PRIVATE | MAP_ANONYMOUS
        #else
            let flags = MAP_PRIVATE | MAP_ANON
        #endif
        guard let base = mmap(nil, reserved, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            // As the standard library does when the system has no memory.
            fatalError("no memory for \(bytes) bytes")
        }
        // From the first boundary of large pages on; what is before and behind goes back.
        let start = base.alignedUp(toMultipleOf: largePage)
        if start > base { munmap(base, start - base) }
        if start + wanted < base + reserved { munmap(start + wanted, base + reserved - (start + wanted)) }
        askForLarge(start, bytes: wanted)
        return start
    }

    static func free(_ start: UnsafeMutableRawPointer, bytes: Int) {
        if areFresh(bytes) { munmap(start, rounded(bytes)) } else { start.deallocate() }
    }

    /// Asks for large pages within a piece that nobody has touched yet; without them the pages are small.
    static func askForLarge(_ start: UnsafeMutableRawPointer, bytes: Int) {
        #if canImport(Glibc)
            let first = start.alignedUp(toMultipleOf: largePage)
            let whole = (start + bytes - first) / largePage * largePage
            if whole > 0 { _ = madvise(first, whole, MADV_HUGEPAGE) }
        #endif
    }
}
