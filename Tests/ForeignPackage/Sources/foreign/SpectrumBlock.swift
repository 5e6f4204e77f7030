import Rings

/// A block type of our own: the mean amplitude of each channel of a sub-band.
struct SpectrumBlock: Streamable {
    /// Channels of the whole stream.
    struct Header: Sendable {
        let channels: Int
    }

    private let slab: Slab
    let channels: Range<Int>

    init(_ amplitudes: [Float], channels: Range<Int>, from pool: SlabPool) throws(PoolExhausted) {
        slab = try Slab(from: pool)
        self.channels = channels
        _ = slab.bytes.bindMemory(to: Float.self).update(fromContentsOf: amplitudes)
    }

    /// The amplitude of a channel, counted from the block's first.
    subscript(channel: Int) -> Float { slab.bytes.load(fromByteOffset: 4 * channel, as: Float.self) }

    var byteCount: Int { 4 * channels.count }
    var sampleCount: Int { channels.count }
    static func slabByteCount(_ header: Header) -> Int { max(4 * header.channels, 64) }
}
