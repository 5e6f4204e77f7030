import Synchronization

/// Staging memory, one piece per thread, allocated when first used.
final class StagingPool: Sendable {
    private struct Memory: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
    }

    /// How many pieces may be in use at once.
    let count: Int
    private let byteCount: Int
    private let free = Mutex<[Memory]>([])

    init(count: Int, byteCount: Int) {
        self.count = count
        self.byteCount = byteCount
    }

    deinit { free.withLock { for memory in $0 { memory.bytes.deallocate() } } }

    /// Lends a piece of memory to a body.
    func with<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
        let taken = free.withLock { $0.popLast() }
        let memory = taken ?? Memory(bytes: .allocate(byteCount: byteCount, alignment: 64))
        defer { free.withLock { $0.append(memory) } }
        return try body(memory.bytes)
    }
}
