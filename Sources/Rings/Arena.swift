#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A piece of memory that exactly one lease or the free list owns.
struct SlabMemory: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
}

/// An island of unsafe code: the address space of a pool's slabs in one piece.
///
/// Slabs begin on pages, so that no two share one. In one piece small slabs too can lie on huge pages, which save the
/// processor most of its look-ups of addresses; only pages that are written become resident.
struct Arena: @unchecked Sendable {
    static let page = max(4096, sysconf(Int32(_SC_PAGESIZE)))
    private static let hugePage = 2 << 20

    private let start: UnsafeMutableRawPointer
    private let stride: Int
    private let byteCount: Int

    init(slabs: Int, byteCount: Int, hugePages: Bool) {
        precondition(slabs >= 0 && (0..<Int.max - Self.page).contains(byteCount), "a pool has a size")
        stride = (byteCount + Self.page - 1) & ~(Self.page - 1)
        let (total, tooLarge) = slabs.multipliedReportingOverflow(by: stride)
        precondition(!tooLarge, "a pool fits into the address space")
        let isHuge = hugePages && total >= Self.hugePage
        self.byteCount = total
        start = .allocate(byteCount: total, alignment: isHuge ? Self.hugePage : Self.page)
        #if os(Linux)
            if isHuge { madvise(start, total, MADV_HUGEPAGE) }
        #endif
    }

    func deallocate() { start.deallocate() }

    func slab(_ number: Int) -> SlabMemory { SlabMemory(address: start + number * stride) }

    /// Gives the pages of a slab back to the system; its content is lost, its place stays.
    func discard(_ memory: SlabMemory) {
        #if os(Linux)
            madvise(memory.address, stride, MADV_DONTNEED)
        #endif
    }

    func contains(_ memory: SlabMemory) -> Bool { (start..<start + byteCount).contains(memory.address) }
}
