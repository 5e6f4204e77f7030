import Testing

@testable import Imaging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Memory of buffers") struct LargeMemoryTests {
    /// Sizes of grids, large and middling, bytes.
    static let sizes: [Int] = [
        600_000, 1 << 20, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 3_000_000, 4_200_000, 33_554_431,
    ]

    @Test("is mapped page by page and asks for no large page that it does not fill", arguments: sizes)
    func extent(_ bytes: Int) {
        let (mapped, large) = Pages.extent(bytes)
        #expect(mapped >= bytes && mapped < bytes + Int(getpagesize()))
        #expect(large <= bytes && large > bytes - 2 << 20 && large % (2 << 20) == 0)
        #expect(Pages.areFresh(bytes) == (large > 0))
    }

    @Test("can be written to its last byte; fresh pages hold zeros before", arguments: sizes)
    func written(_ bytes: Int) {
        let memory = LargeMemory(bytes)
        defer { memory.free() }
        #expect(UInt(bitPattern: memory.start) % 64 == 0 && memory.isZero == (bytes >= 2 << 20))
        let contents = UnsafeMutableRawBufferPointer(start: memory.start, count: bytes)
        if memory.isZero { #expect([0, bytes / 2, bytes - 1].allSatisfy { contents[$0] == 0 }) }
        contents.initializeMemory(as: UInt8.self, repeating: 7)
        #expect(contents[0] == 7 && contents[bytes - 1] == 7)
    }

    @Test("a shortened piece keeps its beginning")
    func shortened() {
        let (bytes, kept) = (9_000_000, 5_000_000)
        let start = Pages.allocate(bytes)
        UnsafeMutableRawBufferPointer(start: start, count: bytes).initializeMemory(
            as: UInt8.self, repeating: 7)
        Pages.shorten(start, from: bytes, to: kept)
        let contents = UnsafeRawBufferPointer(start: start, count: kept)
        #expect([0, kept / 2, kept - 1].allSatisfy { contents[$0] == 7 })
        Pages.free(start, bytes: kept)
    }

    #if canImport(Glibc)
        @Test("behind its last whole large page only what is touched is resident")
        func resident() {
            let (page, large, tail) = (Int(getpagesize()), 2 << 20, 1 << 20)
            for _ in 0..<16 {
                let start = Pages.allocate(large + tail)
                defer { Pages.free(start, bytes: large + tail) }
                for byte in [0, large] { start.storeBytes(of: 7, toByteOffset: byte, as: UInt8.self) }
                var pages = [UInt8](repeating: 0, count: tail / page)
                let answer = mincore(start + large, tail, &pages)
                let resident = pages.count { $0 & 1 == 1 }
                #expect(answer == 0 && pages[0] & 1 == 1 && resident <= pages.count / 4)
            }
        }
    #endif
}
