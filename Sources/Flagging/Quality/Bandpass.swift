import Visibilities

/// Mean amplitude of each channel and correlation product, over all dumps and baselines, before and after flags.
///
/// Cross- and autocorrelations are kept apart. Amplitudes that single precision cannot hold (above 1.8e19) are left out.
public struct Bandpass: Sendable {
    private var sums: ChannelSums<AmplitudeSums>

    /// Sums of nothing, for the blocks of an observation.
    public init(_ observation: Observation) { sums = ChannelSums(observation, of: AmplitudeSums()) }

    /// Bytes that the sums of an observation take.
    public static func byteCount(_ observation: Observation) -> Int {
        ChannelSums<AmplitudeSums>.byteCount(observation)
    }

    /// Adds the amplitudes of a block. Baselines are added one after another, so that tiles do not matter.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        sums.add(block) { visibilities, flags, channels in
            addAmplitudes(visibilities, flags: flags, to: &channels)
        }
    }

    /// Mean amplitude of each channel of a spectral window, of the unflagged or of all that are not lost; NaN where there is
    /// none.
    public func amplitudes(
        spectralWindow: Int, channels: Range<Int>, polarisation: Int, cross: Bool, before: Bool
    ) -> [Double] {
        sums.channels(
            channels, spectralWindow: spectralWindow, polarisation: polarisation, cross: cross
        ).map { sums in
            before
                ? (sums.after + sums.flagged) / Double(sums.afterCount + sums.flaggedCount)
                : sums.after / Double(sums.afterCount)
        }
    }
}
