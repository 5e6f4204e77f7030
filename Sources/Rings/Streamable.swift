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
}
