import Rings

/// A block may bring along a halo: the channels on both sides of its sub-band, each side a block of its own on a lease of
/// its own, with the same baselines, products and dumps. The halo's samples are the block's neighbours', read again: they are
/// seen, and count nowhere.
extension VisibilityBlock {
    /// The channels on one side as a block; nil when it has none.
    public func halo(_ side: HaloSide) -> VisibilityBlock? { lease(side).map { VisibilityBlock(slab: $0) } }

    /// Visibilities of the channels on one side, [baseline][polarisation][time][channel]; empty when it has none.
    @_lifetime(borrow self)
    public func haloVisibilities(_ side: HaloSide) -> Span<Complex64> {
        guard let halo = halo(side) else { return Span() }
        // The memory is this block's as long as it lives.
        let span = Span(_unsafeElements: halo.buffer(Complex64.self, at: 0, count: halo.shape.samples))
        return _overrideLifetime(span, borrowing: self)
    }

    /// Flags of the channels on one side, as `haloVisibilities`.
    @_lifetime(borrow self)
    public func haloFlags(_ side: HaloSide) -> Span<UInt8> {
        guard let halo = halo(side) else { return Span() }
        let span = Span(
            _unsafeElements: halo.buffer(UInt8.self, at: halo.slab.layout.flags, count: halo.shape.samples))
        return _overrideLifetime(span, borrowing: self)
    }

    /// Gives the block the channels on one side.
    ///
    /// - Precondition: the other block has this one's baselines, products and dumps.
    public mutating func attach(_ halo: consuming VisibilityBlock, _ side: HaloSide) {
        switch side {
        case .below: below = halo.slab
        case .above: above = halo.slab
        }
    }

    /// Makes and attaches the halo that the header asks for.
    ///
    /// - Parameters:
    ///   - cut: the header of the block's stream.
    ///   - pool: where halos are leased; nil attaches none.
    ///   - fill: writes the samples and rows of one side.
    /// - Throws: `PoolExhausted`, or what `fill` throws.
    public mutating func attachHalo(
        of cut: ObservationCut, from pool: SlabPool?, fill: (inout VisibilityBlock) throws -> Void
    ) throws {
        guard let pool else { return }
        for side in HaloSide.allCases {
            let channels = cut.haloChannels(of: context.subband, side)
            guard !channels.isEmpty else { continue }
            let beside = BlockContext(
                cut, scheduleIndex: context.scheduleIndex, subband: context.subband, window: context.window,
                halo: (side, channels))
            var shape = shape
            shape.channels = channels.count
            var halo = try VisibilityBlock(shape, context: beside, firstBaseline: firstBaseline, from: pool)
            try fill(&halo)
            attach(halo, side)
        }
    }

    /// Changes both sides as the block itself was changed; a side of which nothing is left is dropped.
    public mutating func changeHalo<E: Error>(
        _ body: (inout VisibilityBlock) throws(E) -> Void
    ) throws(E) {
        for side in HaloSide.allCases {
            // Taken out while it changes: with a second holder it would be copied.
            guard var halo = take(side) else { continue }
            try body(&halo)
            if !halo.isEmpty { attach(halo, side) }
        }
    }

    /// Lets go of the channels on both sides.
    public mutating func dropHalo() { (below, above) = (nil, nil) }

    private func lease(_ side: HaloSide) -> VisibilitySlab? {
        switch side {
        case .below: below
        case .above: above
        }
    }

    private mutating func take(_ side: HaloSide) -> VisibilityBlock? {
        defer { if side == .below { below = nil } else { above = nil } }
        return halo(side)
    }
}
