import Rings

/// Where the parts of a block lie in its slab, fixed when the block is made.
///
///     | visibilities 8 B | weights 4 B | flags 1 B | uvw 24 B | centroids 8 B |
///       samples            samples       samples     rows       rows
@usableFromInline struct BlockLayout: Sendable {
    @usableFromInline let weights, flags, uvw, centroids, end: Int

    init(_ shape: BlockShape) {
        func aligned(_ offset: Int) -> Int { (offset + 63) & ~63 }
        weights = aligned(8 * shape.samples)
        flags = aligned(weights + 4 * shape.samples)
        uvw = aligned(flags + shape.samples)
        centroids = aligned(uvw + 24 * shape.rows)
        end = aligned(centroids + 8 * shape.rows)
    }
}

/// A slab with what describes the visibilities in it.
@usableFromInline final class VisibilitySlab: Slab, @unchecked Sendable {
    @usableFromInline let layout: BlockLayout
    @usableFromInline var shape: BlockShape
    @usableFromInline var context: BlockContext
    @usableFromInline var firstBaseline: Int

    init(_ shape: BlockShape, context: BlockContext, firstBaseline: Int, from pool: SlabPool)
        throws(PoolExhausted)
    {
        layout = BlockLayout(shape)
        self.shape = shape
        self.context = context
        self.firstBaseline = firstBaseline
        precondition(layout.end <= pool.slabByteCount, "a block larger than its pool's slabs")
        try super.init(from: pool)
    }

    init(copying other: VisibilitySlab) {
        layout = other.layout
        shape = other.shape
        context = other.context
        firstBaseline = other.firstBaseline
        super.init(copying: other)
    }
}

/// A tile of a visibility stream: a run of baselines over a window of time x channel.
///
/// Planar layout **[baseline][polarisation][time][channel]**: each (baseline, polarisation) is one contiguous
/// time-channel plane. A block is a lease: copying it shares the memory, changing a shared one copies it first.
public struct VisibilityBlock: Streamable {
    @usableFromInline var slab: VisibilitySlab
    /// Leases of the channels beside the block's own.
    var below, above: VisibilitySlab?

    /// Leases a block of a shape; its samples are undefined until written.
    ///
    /// - Throws: `PoolExhausted` when a stage holds more blocks than it declared.
    public init(_ shape: BlockShape, context: BlockContext, firstBaseline: Int, from pool: SlabPool)
        throws(PoolExhausted)
    {
        slab = try VisibilitySlab(shape, context: context, firstBaseline: firstBaseline, from: pool)
    }

    init(slab: VisibilitySlab) { self.slab = slab }

    /// Extent along the axes.
    @inlinable public var shape: BlockShape { slab.shape }
    /// Where the block lies in its stream and what its axes mean.
    @inlinable public var context: BlockContext { slab.context }
    /// Index in `Observation.baselines` of the block's first baseline.
    @inlinable public var firstBaseline: Int { slab.firstBaseline }
    /// Indices in `Observation.baselines` of the block's baselines.
    @inlinable public var baselines: Range<Int> { firstBaseline..<firstBaseline + shape.baselines }

    /// Bytes of samples and rows.
    public var byteCount: Int { 13 * shape.samples + 32 * shape.rows }
    /// Complex samples, each product counted.
    public var sampleCount: Int { shape.samples }
    /// Whether nothing is left of it.
    public var isEmpty: Bool { shape.samples == 0 }
    /// Bytes of the slab of the stream's largest halo on one side.
    public static func companionByteCount(_ header: ObservationCut) -> Int {
        let shape = header.largestHaloShape
        return shape.channels > 0 ? BlockLayout(shape).end : 0
    }
    /// A halo on either side.
    public static let companions = 2
    /// Bytes of the slab of the stream's largest block.
    public static func slabByteCount(_ header: ObservationCut) -> Int { BlockLayout(header.largestShape).end }

    /// Makes this holder the only one, copying the memory if it is shared.
    @inlinable public mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&slab) { copySlab() }
    }

    @usableFromInline mutating func copySlab() { slab = VisibilitySlab(copying: slab) }

    /// Gives a block whose samples were compacted in place its new axes.
    ///
    /// - Precondition: the new shape has no more samples and no more rows than the block was made with.
    public mutating func reshape(_ shape: BlockShape, context: BlockContext, firstBaseline: Int? = nil) {
        makeUnique()
        precondition(BlockLayout(shape).end <= slab.layout.end, "a block cannot grow")
        slab.shape = shape
        slab.context = context
        slab.firstBaseline = firstBaseline ?? slab.firstBaseline
    }
}
