import Visibilities

/// Sums of each channel and correlation product over all dumps and baselines, cross- and autocorrelations apart.
struct ChannelSums<Sums: BitwiseCopyable & Sendable>: Sendable {
    private let table: ChannelTable
    private var sums: [Sums]

    /// Sums of nothing, for the blocks of an observation.
    init(_ observation: Observation, of nothing: Sums) {
        table = ChannelTable(observation)
        sums = [Sums](repeating: nothing, count: table.count)
    }

    /// Bytes that the sums of an observation take.
    static func byteCount(_ observation: Observation) -> Int {
        ChannelTable(observation).count * MemoryLayout<Sums>.stride
    }

    /// Adds the planes of a block, visibilities and flags of each, [time][channel], to the sums of its channels. Baselines are added one
    /// after another, so that tiles do not matter.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    @inline(__always)
    mutating func add(
        _ block: VisibilityBlock, _ addPlane: (Span<Complex64>, Span<UInt8>, inout MutableSpan<Sums>) -> Void
    ) {
        for plane in 0..<block.shape.planes {
            let samples = block.samples(ofPlane: plane)
            let place = table.channels(of: block, plane: plane)
            var part = sums.mutableSpan
            var channels = part._mutatingExtracting(place)
            addPlane(block.visibilities.extracting(samples), block.flags.extracting(samples), &channels)
        }
    }

    /// The sums of some channels of a spectral window.
    func channels(
        _ channels: Range<Int>, spectralWindow: Int, polarisation: Int, cross: Bool
    ) -> ArraySlice<Sums> {
        let first = table.start(spectralWindow: spectralWindow, polarisation: polarisation, cross: cross)
        return sums[first + channels.lowerBound..<first + channels.upperBound]
    }
}
