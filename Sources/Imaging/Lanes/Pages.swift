// An island of unsafe code: memory of the system, mapped and given back.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory from the system: large pieces are fresh pages, which hold zeros.
///
/// Where a large page fits whole they ask for one, whose first touch costs a fraction; what is left over stays small, so that
/// no more becomes resident than was asked for.
enum Pages {
    private static let smallPage = Int(getpagesize())
    private static var largePage: Int { 1 << 21 }

    /// Whether a piece of so many bytes is made of fresh pages.
    static func areFresh(_ bytes: Int) -> Bool { bytes >= largePage }

    /// Bytes of a piece of fresh pages that are mapped, and how many of them, from the first on, ask for large pages.
    static func extent(_ bytes: Int) -> (mapped: Int, large: Int) {
        ((bytes + smallPage - 1) & -smallPage, bytes & -largePage)
    }

    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard areFresh(bytes) else { return .allocate(byteCount: bytes, alignment: 64) }
        let (mapped, large) = extent(bytes)
        let reserved = mapped + largePage
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
        if start + mapped < base + reserved { munmap(start + mapped, base + reserved - (start + mapped)) }
        askForLarge(start, bytes: large)
        return start
    }

    static func free(_ start: UnsafeMutableRawPointer, bytes: Int) {
        if areFresh(bytes) { munmap(start, extent(bytes).mapped) } else { start.deallocate() }
    }

    /// Gives back what lies behind the first bytes of a piece.
    ///
    /// - Precondition: both sizes are those of fresh pages.
    static func shorten(_ start: UnsafeMutableRawPointer, from bytes: Int, to kept: Int) {
        let (before, after) = (extent(bytes).mapped, extent(kept).mapped)
        if after < before { munmap(start + after, before - after) }
    }

    /// Asks for large pages in an array that nobody has touched yet.
    ///
    /// Only where the allocator mapped it for itself, which glibc does from 32 MiB on whatever it has learnt of earlier sizes:
    /// in a smaller one, a piece of the heap, the wish would outlive the array.
    static func askForLarge(inArray start: UnsafeMutableRawPointer, bytes: Int) {
        guard bytes >= 32 << 20 else { return }
        let first = start.alignedUp(toMultipleOf: largePage)
        askForLarge(first, bytes: (start + bytes - first) & -largePage)
    }

    /// Asks for large pages; without them the pages are small.
    private static func askForLarge(_ start: UnsafeMutableRawPointer, bytes: Int) {
        #if canImport(Glibc)
            _ = madvise(start, bytes, MADV_HUGEPAGE)
        #endif
    }
}
