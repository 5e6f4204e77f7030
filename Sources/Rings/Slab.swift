/// A lease of a slab: the memory goes back to its pool when the last holder lets go.
///
/// A block type subclasses it to keep its own description beside the memory, so that a block is one allocation.
open class Slab: @unchecked Sendable {
    /// The pool that gets the memory back.
    public let pool: SlabPool
    /// The memory, page-aligned, its content undefined at first.
    public let bytes: UnsafeMutableRawBufferPointer

    /// Leases a slab.
    ///
    /// - Throws: `PoolExhausted` when a stage holds more blocks than it declared.
    public init(from pool: SlabPool) throws(PoolExhausted) {
        guard let memory = pool.take() else { throw PoolExhausted(pool: pool.name, slabs: pool.slabs) }
        self.pool = pool
        bytes = UnsafeMutableRawBufferPointer(start: memory.address, count: pool.slabByteCount)
    }

    /// Leases a slab for a copy of another one's content; never fails, an empty pool is counted as overflow.
    public init(copying other: Slab) {
        pool = other.pool
        bytes = UnsafeMutableRawBufferPointer(start: pool.takeForCopy().address, count: pool.slabByteCount)
        bytes.copyMemory(from: UnsafeRawBufferPointer(other.bytes))
    }

    deinit {
        if let memory = bytes.baseAddress { pool.giveBack(SlabMemory(address: memory)) }
    }
}
