import Tiles
import Visibilities

/// Adds batches to the planes of a plan.
struct Gridder<Scalar: ImagingScalar>: Sendable {
    let plan: GridPlan
    private var blocks: BlockMap
    private var dirty: BlockStorage<Scalar>
    private var psf: BlockStorage<Scalar>?
    private(set) var sums = GridSums()
    private let scratch: ScratchPool<Scalar>

    init(_ plan: GridPlan) {
        self.plan = plan
        blocks = plan.blocks
        dirty = BlockStorage(blocks: plan.blocks.count)
        psf = plan.settings.psf ? BlockStorage(blocks: plan.blocks.count) : nil
        let line = MemoryLayout<ComplexLanes<Scalar>>.stride
        scratch = ScratchPool(lines: (TileGridder<Scalar>.scratchBytes(plan) + line - 1) / line)
    }

    /// The same planes in memory of their own.
    ///
    /// - Throws: `CancellationError`.
    func copied() async throws -> Gridder {
        var copy = self
        copy.dirty = try await dirty.copied()
        copy.psf = try await psf?.copied()
        return copy
    }

    /// Grids a batch, or what a model leaves of it. Tiles of one colour run side by side; each cell gets its sums in a
    /// fixed order.
    mutating func add(_ batch: VisibilityBatch, less model: ModelPlanes<Scalar>? = nil) async throws {
        try batch.check()
        guard batch.rows > 0, !batch.frequencies.isEmpty else { return }
        var residuals = model.map { Residuals($0, of: batch) }
        let flagged = sums.flagged
        sums.variance += batch.variance
        sums.visibilityWeight += batch.visibilityWeight
        let cutter = ChannelCutter(batch.frequencies, plan.axes, support: plan.scheme.support)
        var row = 0
        while row < batch.rows {
            let index = try await RunIndex(batch, from: row, cutter, plan, &blocks)
            try await grid(batch, index, less: residuals?.tiles(index, blocks))
            row = index.end
        }
        residuals?.finish()
        // Weighing left them without a weight, so they passed for flagged; averages of them may be fewer.
        sums.beyond += batch.beyond
        sums.flagged = max(flagged, sums.flagged - batch.beyond)
        sums.unplannedBlocks = blocks.count - plan.blocks.count
    }

    /// Grids the rows of an index.
    private mutating func grid(
        _ batch: VisibilityBatch, _ index: RunIndex, less model: TileDegridder<Scalar>?
    ) async throws {
        sums.beyond += index.beyond
        sums.flagged += index.flaggedBeyond
        dirty.grow(to: blocks.count)
        psf?.grow(to: blocks.count)
        let work = TileGridder(
            batch: batch, index: index, plan: plan, blocks: blocks, dirty: dirty, psf: psf, scratch: scratch,
            residuals: model?.output)
        for colour in index.colours {
            let parts = try await mapTiles(colour.count) { tile in
                model?.predict(colour[tile])
                return work.grid(colour[tile])
            }
            for part in parts { sums += part }
        }
    }

    /// Transforms the planes to images: the dirty image, and the point spread function if it was gridded.
    ///
    /// Planes that nobody else holds are let go of as soon as their image is made.
    ///
    /// - Throws: `ImagingError.nothingToImage` when nothing unflagged was gridded.
    consuming func images() async throws -> (dirty: [Scalar], psf: [Scalar]?) {
        guard sums.used > 0, sums.weight > 0 else {
            throw ImagingError.nothingToImage(flagged: sums.flagged, beyond: sums.beyond)
        }
        let transform = FinalTransform<Scalar>(plan, blocks)
        let image = try await transform.image(of: dirty, dividedBy: .weight(sums.weight))
        guard let psf else { return (image, nil) }
        dirty = BlockStorage(blocks: 0)
        // Its peak is 1 by definition; the gridded one is so within epsilon.
        return (image, try await transform.image(of: psf, dividedBy: .centre))
    }
}
