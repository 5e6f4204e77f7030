import Visibilities

/// Mean amplitude of each channel and correlation product, over all dumps and baselines, before and after flags.
///
/// Cross- and autocorrelations are kept apart. Amplitudes that single precision cannot hold (above 1.8e19) are left out.
public struct Bandpass: Sendable {
    private let table: ChannelTable
    private var sums: [AmplitudeSums]

    /// Sums of nothing, for the blocks of an observation.
    public init(_ observation: Observation) {
        table = ChannelTable(observation)
        sums = [AmplitudeSums](repeating: AmplitudeSums(), count: table.count)
    }

    /// Bytes that the sums of an observation take.
    public static func byteCount(_ observation: Observation) -> Int {
        ChannelTable(observation).count * MemoryLayout<AmplitudeSums>.stride
    }

    /// Adds the amplitudes of a block. Baselines are added one after another, so that tiles do not matter.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        for plane in 0..<block.shape.planes {
            let samples = block.samples(ofPlane: plane)
            let place = table.channels(of: block, plane: plane)
            var part = sums.mutableSpan
            var channels = part._mutatingExtracting(place)
            addAmplitudes(
                block.visibilities.extracting(samples), flags: block.flags.extracting(samples),
                to: &channels)
        }
    }

    /// Mean amplitude of each channel of a spectral window, of the unflagged or of all that are not lost; NaN where there is
    /// none.
    public func amplitudes(
        spectralWindow: Int, channels: Range<Int>, polarisation: Int, cross: Bool, before: Bool
    ) -> [Double] {
        let first = table.start(spectralWindow: spectralWindow, polarisation: polarisation, cross: cross)
        return channels.map { channel in
            let sums = sums[first + channel]
            return before
                ? (sums.after + sums.flagged) / Double(sums.afterCount + sums.flaggedCount)
                : sums.after / Double(sums.afterCount)
        }
    }
}
