import Visibilities

/// How visibilities of each channel and correlation product scatter from dump to dump, before and after flags: their noise, and
/// whether it is distributed as noise is.
///
/// Second differences along time, v(t-1) - 2 v(t) + v(t+1), of each baseline are free of what changes slowly: sky and steady
/// interference. Of noise their variance is six times that of the visibilities, and the fourth moment of their amplitudes twice the
/// squared second: the spectral kurtosis (Nita & Gary 2010, MNRAS 406, L60), here relative to what noise gives. Interference that comes and goes
/// makes it larger; flags that cut off the noise, or sky whose fringes turn within a few dumps, make it smaller. Each baseline, product, and
/// window of dumps has its own variance.
public struct Scatter: Sendable {
    /// What is known of the scatter in one channel.
    public struct Figures: Sendable, Hashable {
        /// Standard deviation of the real or the imaginary part of a visibility: root of the mean variance over baselines; NaN
        /// where nothing is known.
        public let noise: Double
        /// The kurtosis of the differences: 1 for noise; NaN where no baseline has eight differences in a window.
        public let kurtosis: Double
    }

    private var sums: ChannelSums<ScatterSums>

    /// Sums of nothing, for the blocks of an observation.
    public init(_ observation: Observation) { sums = ChannelSums(observation, of: ScatterSums()) }

    /// Bytes that the sums of an observation take.
    public static func byteCount(_ observation: Observation) -> Int {
        ChannelSums<ScatterSums>.byteCount(observation)
    }

    /// Adds the differences of a block. Baselines are added one after another, so that tiles do not matter.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        sums.add(block) { visibilities, flags, channels in
            addDifferences(visibilities, flags: flags, to: &channels)
        }
    }

    /// The figures of each channel of a spectral window, of the unflagged or of all that are not lost.
    public func figures(
        spectralWindow: Int, channels: Range<Int>, polarisation: Int, cross: Bool, before: Bool
    ) -> [Figures] {
        sums.channels(
            channels, spectralWindow: spectralWindow, polarisation: polarisation, cross: cross
        ).map { sums in
            let sums = before ? sums.before : sums.after
            return Figures(
                noise: (sums.power / (12 * Double(sums.count))).squareRoot(),
                kurtosis: sums.kurtosis / Double(sums.judged))
        }
    }
}
