// An island of unsafe code: the corner turn from planes [dump][channel] to UVH5's [baseline][channel][product].

import Visibilities

/// Where the samples of some baselines of a dump, in a column of chunks, come from.
struct UVH5WriterPiece {
    /// The planes of the window.
    let sources: [PlaneSource]
    /// The baselines.
    let baselines: Range<Int>
    /// The place in each plane of the first channel.
    let offset: Int
    /// How many channels there are.
    let channels: Int
    /// What `nsamples` of each channel are multiplied with to get weights; empty where it is 1 for all.
    let factors: [Float]
}

/// Memory for some baselines of a dump in a column of chunks, in the order of the file.
struct UVH5WriterPage: @unchecked Sendable {
    /// Bytes that the pages of one thread take about: they stay in its cache between turning and writing.
    private static let bytes = 1 << 19

    let visibilities: UnsafeMutableBufferPointer<UInt64>
    let nsamples: UnsafeMutableBufferPointer<Float>
    let flags: UnsafeMutableBufferPointer<UInt8>
    private let width: Int
    private let products: Int

    /// Baselines in a page.
    static func baselines(_ layout: UVH5WriterLayout) -> Int {
        min(max(bytes / (13 * layout.chunkChannels * layout.polarisations), 1), layout.baselines)
    }

    /// Memory of a page of so many samples.
    static func byteCount(samples: Int) -> Int { 13 * samples }

    /// Divides memory of `byteCount(samples:)` bytes among so many baselines.
    init(_ memory: UnsafeMutableRawBufferPointer, baselines: Int, _ layout: UVH5WriterLayout) {
        width = layout.chunkChannels
        products = layout.polarisations
        let samples = baselines * width * products
        func part<T>(_ type: T.Type, at offset: Int) -> UnsafeMutableBufferPointer<T> {
            UnsafeMutableRawBufferPointer(
                rebasing: memory[offset..<offset + samples * MemoryLayout<T>.stride]
            ).bindMemory(to: T.self)
        }
        visibilities = part(UInt64.self, at: 0)
        nsamples = part(Float.self, at: 8 * samples)
        flags = part(UInt8.self, at: 12 * samples)
    }

    /// Turns the samples of a piece: conjugates visibilities, makes any reason a flag and weights `nsamples`.
    func turn(_ piece: UVH5WriterPiece) {
        let row = width * products
        piece.sources.withUnsafeBufferPointer { sources in
            for (index, baseline) in piece.baselines.enumerated() {
                let planes = UnsafeBufferPointer(
                    rebasing: sources[baseline * products..<(baseline + 1) * products])
                turn(planes, to: index * row, piece)
                let used = piece.channels * products
                if used < row { clear(index * row + used..<(index + 1) * row) }
            }
        }
    }

    private func turn(_ planes: UnsafeBufferPointer<PlaneSource>, to start: Int, _ piece: UVH5WriterPiece) {
        guard let values = visibilities.baseAddress, let weights = nsamples.baseAddress,
            let bytes = flags.baseAddress
        else { return }
        let weave = UVH5WriterWeave(planes, offset: piece.offset, channels: piece.channels)
        weave.visibilities(to: values + start)
        weave.weights(to: weights + start)
        weave.flags(to: bytes + start)
        guard !piece.factors.isEmpty else { return }
        for channel in 0..<piece.channels {
            let factor = piece.factors[channel]
            for place in start + channel * planes.count..<start + (channel + 1) * planes.count {
                weights[place] = UVH5WeightUnit.nsamples(weight: weights[place], factor: factor)
            }
        }
    }

    private func clear(_ samples: Range<Int>) {
        UnsafeMutableBufferPointer(rebasing: visibilities[samples]).update(repeating: 0)
        UnsafeMutableBufferPointer(rebasing: nsamples[samples]).update(repeating: 0)
        UnsafeMutableBufferPointer(rebasing: flags[samples]).update(repeating: 0)
    }
}
