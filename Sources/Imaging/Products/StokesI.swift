import Visibilities

/// How Stokes I comes from the correlation products of a stream.
public enum StokesI: Sendable, Hashable {
    /// Half the sum of two parallel hands (XX and YY, or RR and LL), by their plane in a block.
    case hands(Int, Int)
    /// Stored as such.
    case stored(Int)

    /// Finds the products that make Stokes I.
    ///
    /// - Throws: `ImagingError.setting` when there are none.
    public init(_ polarisations: [Polarisation]) throws(ImagingError) {
        func index(_ product: Polarisation) -> Int? { polarisations.firstIndex(of: product) }
        if let x = index(.xx), let y = index(.yy) {
            self = .hands(x, y)
        } else if let right = index(.rr), let left = index(.ll) {
            self = .hands(right, left)
        } else if let intensity = index(.i) {
            self = .stored(intensity)
        } else {
            let present = polarisations.map(\.name).joined(separator: ", ")
            throw .setting(
                "pol", reason: "Stokes I needs XX and YY, RR and LL, or I; the data have \(present)")
        }
    }
}

extension VisibilityBatch {
    /// Appends the cross baselines of a block as Stokes I: (XX + YY) / 2 with weight 4 / (1/w + 1/w'), or that of RR and
    /// LL; a sample is flagged when either hand is. Autocorrelations are left out.
    ///
    /// - Parameters:
    ///   - block: a block with the batch's channels.
    ///   - baselines: `Observation.baselines` of the block's stream.
    ///   - products: the block's Stokes I.
    /// - Throws: `ImagingError.shape` when block, baselines and batch do not fit together.
    public mutating func append(
        _ block: VisibilityBlock, baselines: [Baseline], products: StokesI
    ) throws(ImagingError) {
        let shape = block.shape
        let highest =
            switch products {
            case .hands(let a, let b): max(a, b)
            case .stored(let a): a
            }
        guard block.context.frequencies == frequencies, shape.channels == frequencies.count else {
            throw .shape("a block of other channels than its batch")
        }
        guard block.baselines.upperBound <= baselines.count, highest < shape.polarisations else {
            throw .shape("a block of baselines or products that its observation does not have")
        }
        for baseline in 0..<shape.baselines where !baselines[block.firstBaseline + baseline].isAutocorrelation
        {
            let rows = baseline * shape.times..<(baseline + 1) * shape.times
            for row in rows { uvw.append(block.uvw[row]) }
            append(block, baseline, products)
        }
    }

    /// Appends the samples of one baseline.
    private mutating func append(_ block: VisibilityBlock, _ baseline: Int, _ products: StokesI) {
        let shape = block.shape
        let (a, b) =
            switch products {
            case .hands(let a, let b): (a, b)
            case .stored(let a): (a, a)
            }
        let first = block.samples(ofPlane: baseline * shape.polarisations + a)
        let second = block.samples(ofPlane: baseline * shape.polarisations + b)
        let start = visibilities.count
        visibilities.append(contentsOf: repeatElement(Complex64(0, 0), count: shape.planeSize))
        weights.append(contentsOf: repeatElement(0, count: shape.planeSize))
        visibilities.withUnsafeMutableBufferPointer { mean in
            block.visibilities.withUnsafeBufferPointer { samples in
                meanOfPlanes(
                    UnsafeBufferPointer(rebasing: samples[first]),
                    UnsafeBufferPointer(rebasing: samples[second]),
                    into: UnsafeMutableBufferPointer(rebasing: mean[start...]))
            }
        }
        weights.withUnsafeMutableBufferPointer { combined in
            block.weights.withUnsafeBufferPointer { weights in
                block.flags.withUnsafeBufferPointer { flags in
                    guard let result = combined.baseAddress, let weights = weights.baseAddress,
                        let flags = flags.baseAddress
                    else { return }
                    func plane(_ range: Range<Int>) -> WeightedPlane {
                        WeightedPlane(weights: weights + range.lowerBound, flags: flags + range.lowerBound)
                    }
                    combineWeights(
                        plane(first), plane(second), single: a == b, into: result + start,
                        count: shape.planeSize)
                }
            }
        }
    }
}
