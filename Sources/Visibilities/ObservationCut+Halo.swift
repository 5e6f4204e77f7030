/// A side of a sub-band.
public enum HaloSide: Sendable, Hashable, CaseIterable {
    /// Channels of lower frequencies.
    case below
    /// Channels of higher frequencies.
    case above
}

extension ObservationCut {
    /// The channels that blocks of a sub-band bring along on one side, as far as its spectral window has them.
    public func haloChannels(of subband: Int, _ side: HaloSide) -> Range<Int> {
        let own = subbands[subband].channels
        let end = observation.spectralWindows[subbands[subband].spectralWindow].frequencies.count
        switch side {
        case .below: return max(0, own.lowerBound - max(halo, 0))..<own.lowerBound
        case .above: return own.upperBound..<own.upperBound + max(0, min(halo, end - own.upperBound))
        }
    }

    /// Shape of the largest halo on one side; without channels when no block has one.
    public var largestHaloShape: BlockShape {
        var shape = largestShape
        shape.channels =
            halo > 0
            ? subbands.indices.flatMap { band in
                HaloSide.allCases.map { haloChannels(of: band, $0).count }
            }.max() ?? 0 : 0
        return shape
    }
}
