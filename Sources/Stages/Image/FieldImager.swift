import Imaging
import Visibilities

/// What is known of one field's image before any data.
struct FieldPlan: Sendable {
    /// Index of the field.
    let field: Int
    /// The grid and its memory.
    let grid: GridPlan
    /// Bytes of the weights of cells, and of their density while it is counted; 0 with natural weights.
    let weightBytes: Int
    let densityBytes: Int
    /// Where the results go.
    let products: ImageProducts
    private let coverage: UVCoverage
    private let weighting: WeightingRequest

    init(
        _ cut: ObservationCut, field: Int, _ request: ImageSettings, weighting: WeightingRequest,
        products: ImageProducts
    ) throws {
        self.field = field
        self.products = products
        self.weighting = weighting
        coverage = try UVCoverage(cut, field: field)
        grid = try GridPlan(request, coverage: coverage)
        weightBytes = weighting.weightBytes(request.geometry)
        densityBytes = weighting.densityBytes(request.geometry)
    }

    /// Imaging weights with the density that the schedule predicts.
    func weights() throws -> ImagingWeights { try weighting.weights(grid.settings.geometry, coverage) }
}

/// The imager of one field: gathers tiles into batches and grids each when it is complete.
///
/// A batch is a window of a sub-band of a scan, baselines in order, so that the sums do not depend on tiles.
final class FieldImager {
    private let baselines: [Baseline]
    private let crossBaselines: Int
    private let stokes: StokesI
    /// Imaging weights with their density; nil once all is gridded.
    private var weights: ImagingWeights?
    private var imager: Imager?
    private var batch: VisibilityBatch?
    private var context: BlockContext?

    init(_ plan: FieldPlan, _ cut: ObservationCut) throws {
        baselines = cut.observation.baselines
        crossBaselines = baselines.count { !$0.isAutocorrelation }
        stokes = try StokesI(cut.observation.polarisations)
        weights = try plan.weights()
        imager = Imager(plan.grid)
    }

    /// Adds a block; the batch before it is gridded when the block begins another one.
    func add(_ block: VisibilityBlock) async throws {
        let next = block.context
        if let context,
            (context.scheduleIndex, context.subband, context.window)
                != (next.scheduleIndex, next.subband, next.window)
        {
            try await flush()
        }
        context = next
        var gathered = batch ?? VisibilityBatch(frequencies: next.frequencies)
        batch = nil
        gathered.reserveCapacity(rows: crossBaselines * next.times.count)
        try gathered.append(block, baselines: baselines, products: stokes)
        batch = gathered
    }

    /// Grids what is left and lets go of the weights, which nothing needs any more.
    func endStream() async throws {
        try await flush()
        weights = nil
    }

    /// Makes the images of what was gridded.
    func finish() async throws -> ImageResult {
        try await endStream()
        guard let complete = imager.take() else { preconditionFailure("an image is finished once") }
        return try await complete.finish()
    }

    /// Grids the batch in hand, complete or not.
    func flush() async throws {
        guard var gathered = batch, let weights else { return }
        batch = nil
        try gathered.weigh(by: weights)
        try await imager?.grid(gathered)
    }
}
