import Imaging
import Visibilities

/// The grid of one image: an imager, used by one task, until its image is made.
final class SampleGrid {
    private var imager: Imager?
    /// Sums over what was gridded.
    var sums: GridSums { imager?.sums ?? finished }
    /// Sum of imaging weights.
    var weight: Double { sums.weight }
    private var finished = GridSums()
    private let plan: GridPlan
    /// Keeps the visibilities, if they are looked at again.
    private var store: (any VisibilityStore)?

    init(_ plan: GridPlan, _ store: (any VisibilityStore)?) {
        imager = Imager(plan)
        (self.plan, self.store) = (plan, store)
    }

    /// The visibilities with their grid, for exact residuals.
    var visibilities: GriddedResiduals.Channel? { store.map { GriddedResiduals.Channel(plan, $0) } }

    func grid(_ batch: VisibilityBatch) async throws {
        try await imager?.grid(batch)
        try await store?.append(batch)
    }

    /// Lets go of the visibilities.
    func forget() { store = nil }

    /// Makes the image, once, and lets go of the grid; nil when nothing with a weight was gridded.
    func finish() async throws -> ImageResult? {
        guard let complete = imager.take() else { return nil }
        finished = complete.sums
        guard finished.weight > 0 else { return nil }
        return try await complete.finish()
    }
}

/// The images of one share that are made of the same samples.
final class SharedGrids {
    let share: ImageShare
    let products: ImagedProducts
    /// One of each product, in order; the first has the point spread function.
    let grids: [SampleGrid]
    private let weights: ImagingWeights
    private var batch: ProductBatch?

    init(
        _ share: ImageShare, _ products: ImagedProducts, _ plan: GridPlan, _ weights: ImagingWeights,
        _ store: () throws -> (any VisibilityStore)?
    ) throws {
        self.share = share
        self.products = products
        self.weights = weights
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

    /// Grids the batch in hand, complete or not.
    func flush() async throws {
        guard var gathered = batch.take() else { return }
        try gathered.weigh(by: weights)
        for (grid, batch) in zip(grids, gathered.batches()) { try await grid.grid(batch) }
    }
}
