import Visibilities

/// Mean amplitude of each channel and correlation product, over all dumps and baselines, before and after flags.
///
/// Cross- and autocorrelations are kept apart. Amplitudes that single precision cannot hold (above 1.8e19) are left out.
public struct Bandpass: Sendable {
    private let baselines: [Baseline]
    private let polarisations: Int
    private let firstChannel: [Int]
    private let channelCount: Int
    private var sums: [AmplitudeSums]

    /// Sums of nothing, for the blocks of an observation.
    public init(_ observation: Observation) {
        baselines = observation.baselines
        polarisations = observation.polarisations.count
        var first = 0
        firstChannel = observation.spectralWindows.map { window in
            defer { first += window.frequencies.count }
            return first
        }
        channelCount = first
        sums = [AmplitudeSums](repeating: AmplitudeSums(), count: 2 * polarisations * first)
    }

    /// Bytes that the sums of an observation take.
    public static func byteCount(_ observation: Observation) -> Int {
        let channels = observation.spectralWindows.reduce(0) { $0 + $1.frequencies.count }
        return 2 * observation.polarisations.count * channels * MemoryLayout<AmplitudeSums>.stride
    }

    /// Adds the amplitudes of a block. Baselines are added one after another, so that tiles do not matter.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        let (shape, context) = (block.shape, block.context)
        let channel = firstChannel[context.spectralWindow] + context.channels.lowerBound
        for plane in 0..<shape.planes {
            let isCross = !baselines[block.firstBaseline + plane / shape.polarisations].isAutocorrelation
            let first = start(plane % shape.polarisations, cross: isCross) + channel
            let samples = block.samples(ofPlane: plane)
            var part = sums.mutableSpan
            var channels = part._mutatingExtracting(first..<first + shape.channels)
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
        let first = start(polarisation, cross: cross) + firstChannel[spectralWindow]
        return channels.map { channel in
            let sums = sums[first + channel]
            return before
                ? (sums.after + sums.flagged) / Double(sums.afterCount + sums.flaggedCount)
                : sums.after / Double(sums.afterCount)
        }
    }

    private func start(_ polarisation: Int, cross: Bool) -> Int {
        ((cross ? 0 : polarisations) + polarisation) * channelCount
    }
}
