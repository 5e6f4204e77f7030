import Visibilities

/// Where sums of each channel stand: [cross, auto][polarisation][channel of all spectral windows].
struct ChannelTable: Sendable {
    private let baselines: [Baseline]
    private let polarisations: Int
    private let firstChannel: [Int]
    private let channelCount: Int

    init(_ observation: Observation) {
        baselines = observation.baselines
        polarisations = observation.polarisations.count
        var first = 0
        firstChannel = observation.spectralWindows.map { window in
            defer { first += window.frequencies.count }
            return first
        }
        channelCount = first
    }

    /// All places.
    var count: Int { 2 * polarisations * channelCount }

    /// The place of a spectral window's first channel.
    func start(spectralWindow: Int, polarisation: Int, cross: Bool) -> Int {
        ((cross ? 0 : polarisations) + polarisation) * channelCount + firstChannel[spectralWindow]
    }

    /// The places of a plane of a block.
    func channels(of block: borrowing VisibilityBlock, plane: Int) -> Range<Int> {
        let (shape, context) = (block.shape, block.context)
        let isCross = !baselines[block.firstBaseline + plane / shape.polarisations].isAutocorrelation
        let first =
            start(
                spectralWindow: context.spectralWindow, polarisation: plane % shape.polarisations,
                cross: isCross) + context.channels.lowerBound
        return first..<first + shape.channels
    }
}
