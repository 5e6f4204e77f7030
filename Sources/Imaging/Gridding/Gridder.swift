import Tiles
import Visibilities

/// Adds batches to the planes of a plan.
struct Gridder: Sendable {
    let plan: GridPlan
    private(set) var blocks: BlockMap
    private(set) var dirty: BlockStorage
    private(set) var psf: BlockStorage?
    private(set) var sums = GridSums()
    private let scratch: ScratchPool

    init(_ plan: GridPlan) {
        self.plan = plan
        blocks = plan.blocks
        dirty = BlockStorage(blocks: plan.blocks.count)
        psf = plan.settings.psf ? BlockStorage(blocks: plan.blocks.count) : nil
        scratch = ScratchPool(lines: (TileGridder.scratchBytes(plan) + 63) / 64)
    }

    /// Grids a batch, or what a model leaves of it. Tiles of one colour run side by side; each cell gets its sums in a
    /// fixed order.
    mutating func add(_ batch: VisibilityBatch, less model: Degridder? = nil) async throws {
        try batch.check()
        guard model?.lies(on: plan) ?? true else {
            throw ImagingError.setting("model", reason: "it was transformed for another plan's grid")
        }
        guard batch.rows > 0, !batch.frequencies.isEmpty else { return }
        var residuals = model.map { Residuals($0, of: batch) }
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
        sums.unplannedBlocks = blocks.count - plan.blocks.count
    }

    /// Grids the rows of an index.
    private mutating func grid(
        _ batch: VisibilityBatch, _ index: RunIndex, less model: TileDegridder?
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
}
