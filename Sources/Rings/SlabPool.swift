import Synchronization

/// A pool has no free slab: a stage holds more blocks than it declared.
public struct PoolExhausted: Error, CustomStringConvertible {
    /// The pool's name.
    public let pool: String
    /// How many slabs the pool owns.
    public let slabs: Int

    /// What happened, where and why, in a line.
    public var description: String {
        "pool '\(pool)': all \(slabs) slabs are leased: a stage holds more blocks than it declared in its needs"
    }
}

/// A fixed set of equal pieces of memory, the storage of a ring.
///
/// Links wait, pools never do: a pool is made with as many slabs as there are places where a block can be
/// (`BlockPlaces`), so a lease succeeds unless a stage holds more than it declared. The slab given back last is leased
/// first: it is the one in the cache, and slabs never needed never become resident.
public final class SlabPool: Sendable {
    /// A piece of memory that exactly one lease or the free list owns.
    struct Memory: @unchecked Sendable {
        let address: UnsafeMutableRawPointer
    }

    private struct State {
        var free: [Memory] = []
        var leased = 0
        var highest = 0
        var copies = 0
        var overflow = 0
        var retired = false

        mutating func lease() -> Memory? {
            leased += 1
            highest = max(highest, leased)
            return free.popLast()
        }
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
        precondition(slabs >= 0 && byteCount >= 0, "a pool has a size")
        self.name = name
        self.slabs = slabs
        slabByteCount = byteCount
    }

    deinit {
        state.withLock { state in
            for memory in state.free { memory.address.deallocate() }
        }
    }

    /// Slabs leased at this moment; not 0 at the end of a run means that a block was kept.
    public var leased: Int { state.withLock { $0.leased } }

    /// How many copies found the pool empty; not 0 means that the count of places was wrong.
    public var overflow: Int { state.withLock { $0.overflow } }

    /// What has been leased so far.
    public var counters: PoolCounters {
        state.withLock { state in
            PoolCounters(
                name: name, slabs: slabs, slabByteCount: slabByteCount, leased: state.leased,
                highest: state.highest,
                copies: state.copies, overflow: state.overflow)
        }
    }

    /// Keeps no memory any more: the maker of blocks has ended, so what is given back from now on is freed at once.
    ///
    /// Leases still succeed; a copy of a shared block may need one.
    public func retire() {
        let free = state.withLock { state in
            state.retired = true
            defer { state.free = [] }
            return state.free
        }
        for memory in free { memory.address.deallocate() }
    }

    /// Takes a slab's memory, or nil when all are leased.
    func take() -> Memory? {
        let (granted, memory) = state.withLock { state -> (Bool, Memory?) in
            guard state.leased < slabs else { return (false, nil) }
            return (true, state.lease())
        }
        return granted ? memory ?? allocate() : nil
    }

    /// Takes memory for a copy that may not fail; beyond the pool's size it is counted as overflow.
    func takeForCopy() -> Memory {
        let memory = state.withLock { state -> Memory? in
            if state.leased >= slabs { state.overflow += 1 }
            state.copies += 1
            return state.lease()
        }
        return memory ?? allocate()
    }

    func giveBack(_ memory: Memory) {
        let kept = state.withLock { state in
            state.leased -= 1
            guard !state.retired, state.leased + state.free.count < slabs else { return false }
            state.free.append(memory)
            return true
        }
        if !kept { memory.address.deallocate() }
    }

    /// Whole pages, so that no two slabs share one and vectors are aligned.
    private func allocate() -> Memory {
        Memory(address: .allocate(byteCount: slabByteCount, alignment: 4096))
    }
}

/// What a pool has leased up to a moment.
public struct PoolCounters: Sendable, Equatable {
    /// The pool's name.
    public let name: String
    /// How many slabs may be leased at once.
    public let slabs: Int
    /// Size of each slab in bytes.
    public let slabByteCount: Int
    /// Slabs leased at this moment.
    public let leased: Int
    /// The most slabs that were ever leased at once: what has become resident.
    public let highest: Int
    /// Leases for a copy of a shared block that was to be changed.
    public let copies: Int
    /// Copies that found the pool empty.
    public let overflow: Int
}
