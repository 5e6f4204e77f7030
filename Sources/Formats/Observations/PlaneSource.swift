// An island of unsafe code: pointers into held blocks, valid as long as their holder keeps the blocks.

import Visibilities

/// Where the samples of one plane of a window come from: [dump of the window][channel of the block].
struct PlaneSource: @unchecked Sendable {
    /// The plane's first visibility, as a pair of floats in 64 bits, the real part in the low half.
    let visibilities: UnsafePointer<UInt64>
    /// The plane's first weight.
    let weights: UnsafePointer<Float>
    /// The plane's first flags.
    let flags: UnsafePointer<UInt8>

    /// The planes of a window in order of baseline and polarisation; nil when its blocks do not have all baselines, each
    /// once. The blocks must outlive the result.
    ///
    /// - Parameter baselines: baselines of the whole stream.
    static func all(_ blocks: [VisibilityBlock], baselines: Int) -> [PlaneSource]? {
        var sources: [PlaneSource] = []
        for block in blocks.sorted(by: { $0.firstBaseline < $1.firstBaseline }) {
            guard block.firstBaseline * block.shape.polarisations == sources.count else { return nil }
            block.visibilities.withUnsafeBufferPointer { visibilities in
                block.weights.withUnsafeBufferPointer { weights in
                    block.flags.withUnsafeBufferPointer { flags in
                        guard let values = UnsafeRawPointer(visibilities.baseAddress),
                            let weights = weights.baseAddress, let flags = flags.baseAddress
                        else { return }
                        for plane in 0..<block.shape.planes {
                            let start = plane * block.shape.planeSize
                            sources.append(
                                PlaneSource(
                                    visibilities: values.assumingMemoryBound(to: UInt64.self) + start,
                                    weights: weights + start, flags: flags + start))
                        }
                    }
                }
            }
        }
        let polarisations = blocks.first?.shape.polarisations ?? 0
        return sources.count == baselines * polarisations ? sources : nil
    }
}
