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
    /// Slabs leased so far, those for copies included.
    public let leases: Int
    /// The most slabs that were ever leased at once: what has become resident.
    public let highest: Int
    /// Leases for a copy of a shared block that was to be changed.
    public let copies: Int
    /// Copies that found the pool empty.
    public let overflow: Int
}
