import Imaging
import Visibilities

/// The images of one share that are made of the same samples.
final class SharedGrids {
    /// Where the imaging weights come from.
    enum Weighing {
        /// From the schedule.
        case known(ImagingWeights)
        /// From the samples, once all are there.
        case counted(DensityCount)
    }

    let share: ImageShare
    let products: ImagedProducts
    /// One of each product, in order; the first has the point spread function.
    let grids: [SampleGrid]
    private let weighing: Weighing
    private var batch: ProductBatch?

    init(
        _ share: ImageShare, _ products: ImagedProducts, _ plan: GridPlan, _ weighing: Weighing,
        _ store: () throws -> (any VisibilityStore)?
    ) throws {
        self.share = share
        self.products = products
        self.weighing = weighing
        grids = try products.polarisations.indices.map {
            SampleGrid($0 == 0 ? plan : plan.withoutPSF, try store())
        }
    }

    /// Appends what belongs to the share.
    func add(
        _ block: VisibilityBlock, _ region: ProductBatch.Region, baselines: [Baseline], rows: Int,
        turns: [SIMD2<Float>]
    ) throws {
        var gathered =
            batch.take()
            ?? ProductBatch(products, frequencies: Array(block.context.frequencies[region.channels]))
        gathered.reserveCapacity(rows: rows * region.times.count)
        try gathered.append(block, region, baselines: baselines, turns: products.turns ? turns : [])
        batch = gathered
    }

    /// Grids the batch in hand, complete or not, or keeps it until its weights are known.
    func flush() async throws {
        guard var gathered = batch.take() else { return }
        switch weighing {
        case .known(let weights):
            try gathered.weigh(by: weights)
            for (grid, batch) in zip(grids, gathered.batches()) { try await grid.grid(batch) }
        case .counted(let density):
            let batches = gathered.batches()
            if let first = batches.first { try density.add(first) }
            for (grid, batch) in zip(grids, batches) { try await grid.keep(batch) }
        }
    }

    /// Grids what waited for its weights, when the stream has ended.
    func gridKept(_ weighting: WeightingRequest) async throws {
        guard case .counted(let density) = weighing, let weights = try density.weights(weighting) else {
            return
        }
        for grid in grids { try await grid.gridKept(weights) }
    }
}
