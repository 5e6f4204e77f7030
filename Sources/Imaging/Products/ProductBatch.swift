import Visibilities

/// The samples of several images that share rows, channels and weights.
public struct ProductBatch: Sendable {
    /// Rows, channels, weights and the first product's samples.
    private var first: VisibilityBatch
    /// The samples of the other products, [product][row][channel].
    private var others: [[Complex64]]
    private let products: ImagedProducts
    /// Rows of each baseline behind each other, in order of time.
    public private(set) var baselineRows: [Int] = []

    /// A batch of some channels without rows.
    public init(_ products: ImagedProducts, frequencies: [Double]) {
        self.products = products
        first = VisibilityBatch(frequencies: frequencies)
        others = [[Complex64]](repeating: [], count: products.recipes.count - 1)
    }

    /// Most bytes of a batch of so many rows and channels of so many products, with the index that sorting takes.
    public static func bytes(rows: Int, channels: Int, products: Int) -> Int {
        VisibilityBatch.bytes(rows: rows, channels: channels) + rows * channels * 8 * max(products - 1, 0)
    }

    /// Makes room for so many rows, so that appending them does not move what is there.
    public mutating func reserveCapacity(rows: Int) {
        first.reserveCapacity(rows: rows)
        for index in others.indices {
            others[index].reserveCapacity(rows * first.frequencies.count)
        }
    }

    /// Turns visibility weights into imaging weights, in place, once.
    ///
    /// - Throws: `ImagingError` when the arrays do not fit together.
    public mutating func weigh(by weights: ImagingWeights) throws(ImagingError) {
        try first.weigh(by: weights)
    }

    /// Takes out the batch of each product, in order.
    public consuming func batches() -> [VisibilityBatch] {
        var batches = [first]
        for samples in others {
            var batch = first
            batch.visibilities = samples
            batches.append(batch)
        }
        return batches
    }

    /// Appends the cross baselines of a part of a block. Autocorrelations are left out.
    ///
    /// - Parameters:
    ///   - block: a block whose channels of the region are the batch's.
    ///   - region: dumps and channels of the block.
    ///   - baselines: `Observation.baselines` of the block's stream.
    ///   - turns: cos 2χ and sin 2χ of the feeds' angle χ in each dump of the block, by which Q and U are turned back to
    ///     the sky; empty leaves them as the feeds see them.
    /// - Throws: `ImagingError.shape` when block, baselines and batch do not fit together.
    public mutating func append(
        _ block: VisibilityBlock, _ region: BlockRegion, baselines: [Baseline], turns: [SIMD2<Float>] = []
    ) throws(ImagingError) {
        let shape = block.shape
        guard region.channels.lowerBound >= 0, region.channels.upperBound <= shape.channels,
            block.context.frequencies.count == shape.channels,
            block.context.frequencies[region.channels].elementsEqual(first.frequencies)
        else { throw .shape("a block of other channels than its batch") }
        guard region.times.lowerBound >= 0, region.times.upperBound <= shape.times,
            block.baselines.upperBound <= baselines.count,
            products.planes.allSatisfy({ $0 < shape.polarisations }),
            turns.isEmpty || turns.count == shape.times
        else {
            throw .shape("a block of baselines, dumps or products that its observation does not have")
        }
        for baseline in 0..<shape.baselines where !baselines[block.firstBaseline + baseline].isAutocorrelation
        {
            baselineRows.append(region.times.count)
            for time in region.times { first.uvw.append(block.uvw[baseline * shape.times + time]) }
            let samples = BlockPart(block, baseline, region)
            samples.appendWeights(products, to: &first.weights)
            samples.append(products.recipes[0], turns, to: &first.visibilities)
            for index in others.indices {
                samples.append(products.recipes[index + 1], turns, to: &others[index])
            }
        }
    }
}
