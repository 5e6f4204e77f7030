/// What may flow through a link: a block of samples.
public protocol Streamable: Sendable {
    /// What is constant along a stream of such blocks, known before the first one flows.
    associatedtype Header: Sendable

    /// Bytes of payload in this block, as counted by links.
    var byteCount: Int { get }

    /// Samples in this block, as counted by links.
    var sampleCount: Int { get }

    /// Bytes of the slab that holds the largest block of a stream with this header.
    static func slabByteCount(_ header: Header) -> Int

    /// Bytes of each slab that an element may bring along besides its own, from a pool of their own; 0 when it brings none.
    static func companionByteCount(_ header: Header) -> Int
    /// How many such slabs an element brings along at most.
    static var companions: Int { get }
}

extension Streamable {
    /// None.
    public static func companionByteCount(_ header: Header) -> Int { 0 }
    /// None.
    public static var companions: Int { 0 }
}
