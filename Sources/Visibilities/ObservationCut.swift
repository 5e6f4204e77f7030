import Rings

/// The order in which the blocks of a stream follow each other.
public enum BlockOrder: String, Sendable, Hashable {
    /// scan > sub-band > window > tile: each byte of a file is read once.
    case subbandFirst = "sub-band first"
    /// scan > window > sub-band > tile: live sources, snapshots.
    case timeFirst = "time first"
}

/// A run of channels of one spectral window that travels as one block axis.
public struct Subband: Sendable, Hashable {
    /// Index into `Observation.spectralWindows`.
    public var spectralWindow: Int
    /// The channels of that window.
    public var channels: Range<Int>

    /// Channels of a spectral window.
    public init(spectralWindow: Int, channels: Range<Int>) {
        self.spectralWindow = spectralWindow
        self.channels = channels
    }
}

/// The header of a visibility stream: the observation and how it is cut into blocks.
public struct ObservationCut: Sendable, Hashable {
    /// What is constant along the stream.
    public var observation: Observation
    /// Order of the blocks.
    public var order: BlockOrder
    /// Dumps in a full window; windows count from a scan's start and never cross it.
    public var dumpsPerWindow: Int
    /// The sub-bands, in stream order.
    public var subbands: [Subband]
    /// Baseline indices of each tile, in stream order; a selection may leave tiles of unequal length.
    public var tiles: [Range<Int>]
    /// Channels on each side of its sub-band that a block brings along at most, for stages that look across the
    /// sub-band's ends; they belong to other blocks and count nowhere.
    public var halo = 0

    /// Cuts an observation, its baselines into tiles of equal length but for the last.
    public init(
        _ observation: Observation, order: BlockOrder, dumpsPerWindow: Int, subbands: [Subband],
        baselinesPerTile: Int
    ) {
        self.observation = observation
        self.order = order
        self.dumpsPerWindow = dumpsPerWindow
        self.subbands = subbands
        tiles = Self.runs(of: observation.baselines.count, each: baselinesPerTile)
    }

    /// Dump indices of each window of a scan with so many dumps.
    public func windows(dumps: Int) -> [Range<Int>] { Self.runs(of: dumps, each: dumpsPerWindow) }

    /// Blocks in the whole scheduled stream.
    public var blockCount: Int {
        let windows = observation.schedule.reduce(0) { $0 + self.windows(dumps: $1.times.count).count }
        return windows * subbands.count * tiles.count
    }

    /// Samples in the whole scheduled stream.
    public var sampleCount: Int {
        let dumps = observation.schedule.reduce(0) { $0 + $1.times.count }
        let channels = subbands.reduce(0) { $0 + $1.channels.count }
        return dumps * channels * observation.baselines.count * observation.polarisations.count
    }

    /// Whether the stream carries a channel and no mask removes it, [spectral window][channel].
    public var unmaskedChannels: [[Bool]] {
        var result = observation.spectralWindows.map { [Bool](repeating: false, count: $0.frequencies.count) }
        for band in subbands where result.indices.contains(band.spectralWindow) {
            let window = band.spectralWindow
            let masked =
                observation.maskedChannels.indices.contains(window) ? observation.maskedChannels[window] : []
            for channel in band.channels.clamped(to: result[window].indices) {
                result[window][channel] = !(masked.indices.contains(channel) && masked[channel])
            }
        }
        return result
    }

    /// Shape of the largest block.
    public var largestShape: BlockShape {
        BlockShape(
            baselines: tiles.map(\.count).max() ?? 0,
            polarisations: observation.polarisations.count,
            times: min(dumpsPerWindow, observation.schedule.map(\.times.count).max() ?? dumpsPerWindow),
            channels: subbands.map(\.channels.count).max() ?? 0)
    }

    private static func runs(of count: Int, each: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: max(each, 1)).map { $0..<min($0 + each, count) }
    }
}
