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
    /// nil when the stream has ended.
    private var weighing: Weighing?
    private let averager: BaselineAverager?
    private var batch: ProductBatch?

    init(
        _ share: ImageShare, _ products: ImagedProducts, _ plan: GridPlan, _ weighing: Weighing,
        _ averager: BaselineAverager?,
        _ store: () -> (any VisibilityStore)?
    ) {
        self.share = share
        self.products = products
        (self.weighing, self.averager) = (weighing, averager)
        grids = products.polarisations.indices.map {
            SampleGrid($0 == 0 ? plan : plan.withoutPSF, store())
        }
    }

    /// Appends what belongs to the share.
    func add(
        _ block: VisibilityBlock, _ region: BlockRegion, baselines: [Baseline], rows: Int,
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
        guard var gathered = batch.take(), let weighing else { return }
        switch weighing {
        case .known(let weights):
            try gathered.weigh(by: weights)
            for (grid, batches) in zip(grids, try averaged(gathered)) {
                for batch in batches { try await grid.grid(batch) }
            }
        case .counted(let density):
            let products = try averaged(gathered)
            for batch in products.first ?? [] { try density.add(batch) }
            for (grid, batches) in zip(grids, products) {
                for batch in batches { try await grid.keep(batch) }
            }
        }
    }

    /// The batches of each product, averaged if asked to.
    private func averaged(_ gathered: consuming ProductBatch) throws -> [[VisibilityBatch]] {
        let rows = gathered.baselineRows
        return try gathered.batches().map { try averager?.averaged($0, baselines: rows) ?? [$0] }
    }

    /// Grids what waited for its weights, which nothing needs any more.
    func end(_ weighting: WeightingRequest) async throws {
        guard case .counted(let density) = weighing.take(), let weights = try density.weights(weighting)
        else { return }
        for grid in grids { try await grid.gridKept(weights) }
    }
}
