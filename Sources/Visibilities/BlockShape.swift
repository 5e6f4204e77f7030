/// The extent of a block along its four axes.
public struct BlockShape: Sendable, Hashable {
    /// Baselines in the tile.
    public var baselines: Int
    /// Correlation products.
    public var polarisations: Int
    /// Dumps.
    public var times: Int
    /// Channels.
    public var channels: Int

    /// A shape.
    public init(baselines: Int, polarisations: Int, times: Int, channels: Int) {
        self.baselines = baselines
        self.polarisations = polarisations
        self.times = times
        self.channels = channels
    }

    /// (baseline, polarisation) planes: plane = baseline * polarisations + polarisation.
    @inlinable public var planes: Int { baselines * polarisations }
    /// Samples in a plane, [time][channel].
    @inlinable public var planeSize: Int { times * channels }
    /// Samples in the block.
    @inlinable public var samples: Int { planes * planeSize }
    /// (baseline, time) rows.
    @inlinable public var rows: Int { baselines * times }
}
