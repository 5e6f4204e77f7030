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
    private struct State {
        var free: [SlabMemory] = []
        /// Slabs of the arena that have been leased before.
        var used = 0
        var leased = 0
        var leases = 0
        var highest = 0
        var copies = 0
        var overflow = 0
        var retired = false
    }

    /// The pool's name, for messages.
    public let name: String
    /// How many slabs may be leased at once.
    public let slabs: Int
    /// Size of each slab in bytes.
    public let slabByteCount: Int
    private let arena: Arena
    private let state = Mutex(State())

    /// Makes a pool; a slab becomes resident when it is first leased and written.
    ///
    /// - Parameter hugePages: whether to ask the system for pages of 2 MiB, of which a pool then takes whole ones.
    public init(_ name: String, slabs: Int, byteCount: Int, hugePages: Bool = true) {
        self.name = name
        self.slabs = slabs
        slabByteCount = byteCount
        arena = Arena(slabs: slabs, byteCount: byteCount, hugePages: hugePages)
    }

    deinit { arena.deallocate() }

    /// Slabs leased at this moment; not 0 at the end of a run means that a block was kept.
    public var leased: Int { state.withLock { $0.leased } }

    /// How many copies found the pool empty; not 0 means that the count of places was wrong.
    public var overflow: Int { state.withLock { $0.overflow } }

    /// What has been leased so far.
    public var counters: PoolCounters {
        state.withLock { state in
            PoolCounters(
                name: name, slabs: slabs, slabByteCount: slabByteCount, leased: state.leased,
                leases: state.leases, highest: state.highest,
                copies: state.copies, overflow: state.overflow)
        }
    }

    /// Keeps no memory any more: the maker of blocks has ended, so what is given back from now on is freed at once.
    ///
    /// Leases still succeed; a copy of a shared block may need one.
    public func retire() {
        state.withLock { state in
            state.retired = true
            for memory in state.free { arena.discard(memory) }
        }
    }

    /// Takes a slab's memory, or nil when all are leased.
    func take() -> SlabMemory? {
        state.withLock { lease(&$0) }
    }

    /// Takes memory for a copy that may not fail; beyond the pool's size it is counted as overflow.
    func takeForCopy() -> SlabMemory {
        state.withLock { state in
            state.copies += 1
            if let memory = lease(&state) { return memory }
            state.overflow += 1
            state.leased += 1
            state.highest = max(state.highest, state.leased)
            return SlabMemory(address: .allocate(byteCount: slabByteCount, alignment: Arena.page))
        }
    }

    func giveBack(_ memory: SlabMemory) {
        let isOverflow = !arena.contains(memory)
        state.withLock { state in
            state.leased -= 1
            if isOverflow { return }
            if state.retired { arena.discard(memory) }
            state.free.append(memory)
        }
        if isOverflow { memory.address.deallocate() }
    }

    private func lease(_ state: inout State) -> SlabMemory? {
        let memory: SlabMemory
        if let last = state.free.popLast() {
            memory = last
        } else if state.used < slabs {
            memory = arena.slab(state.used)
            state.used += 1
        } else {
            return nil
        }
        state.leased += 1
        state.leases += 1
        state.highest = max(state.highest, state.leased)
        return memory
    }
}
