import Synchronization

/// A pool has no free slab: a stage holds more blocks than it declared.
public struct PoolExhausted: Error, CustomStringConvertible {
    /// The pool's name.
    public let pool: String
    /// How many slabs the pool owns.
    public let slabs: Int

    public var description: String {
        "pool '\(pool)': all \(slabs) slabs are leased; a stage holds more blocks than it declared"
    }
}

/// A fixed set of equal pieces of memory, the storage of a ring.
///
/// Links wait, pools never do: a pool is made with as many slabs as there are places where a block can be, so a
/// lease succeeds unless a stage holds more than it declared.
public final class SlabPool: Sendable {
    /// A piece of memory that exactly one lease or the free list owns.
    struct Memory: @unchecked Sendable {
        let address: UnsafeMutableRawPointer
    }

    struct State {
        var free: [Memory] = []
        var made = 0
        var overflow = 0
    }

    /// The pool's name, for messages.
    public let name: String
    /// How many slabs may be leased at once.
    public let slabs: Int
    /// Size of each slab in bytes.
    public let slabByteCount: Int
    private let state = Mutex(State())

    /// Makes a pool; memory is taken when a slab is first leased.
    public init(_ name: String, slabs: Int, byteCount: Int) {
        self.name = name
        self.slabs = slabs
        slabByteCount = byteCount
    }

    deinit {
        state.withLock { state in
            for memory in state.free { memory.address.deallocate() }
        }
    }

    /// Takes a slab's memory, or nil when all are leased.
    func take() -> Memory? {
        state.withLock { state in
            if let memory = state.free.popLast() { return memory }
            if state.made == slabs { return nil }
            state.made += 1
            return Memory(address: .allocate(byteCount: slabByteCount, alignment: 4096))
        }
    }

    /// Takes memory for a copy that may not fail; beyond the pool's size it is counted as overflow.
    func takeForCopy() -> Memory {
        if let memory = take() { return memory }
        return state.withLock { state in
            state.made += 1
            state.overflow += 1
            return Memory(address: .allocate(byteCount: slabByteCount, alignment: 4096))
        }
    }

    func giveBack(_ memory: Memory) {
        state.withLock { $0.free.append(memory) }
    }

    /// How many copies found the pool empty; not 0 means that the count of places was wrong.
    public var overflow: Int { state.withLock { $0.overflow } }
}

/// A lease of a slab: the memory goes back to its pool when the last holder lets go.
///
/// A block type subclasses it to keep its own description beside the memory, so that a block is one allocation.
open class Slab: @unchecked Sendable {
    /// The pool that gets the memory back.
    public let pool: SlabPool
    /// The memory, page-aligned, its content undefined at first.
    public let bytes: UnsafeMutableRawBufferPointer

    /// Leases a slab.
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
        if let memory = bytes.baseAddress { pool.giveBack(SlabPool.Memory(address: memory)) }
    }
}
