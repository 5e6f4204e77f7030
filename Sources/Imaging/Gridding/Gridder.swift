import Tiles
import Visibilities

/// Adds batches to the planes of a plan.
struct Gridder: Sendable {
    let plan: GridPlan
    private(set) var blocks: BlockMap
    private(set) var dirty: BlockStorage
    private(set) var psf: BlockStorage?
    private(set) var sums = GridSums()

    init(_ plan: GridPlan) {
        self.plan = plan
        blocks = plan.blocks
        dirty = BlockStorage(blocks: plan.blocks.count)
        psf = plan.settings.psf ? BlockStorage(blocks: plan.blocks.count) : nil
    }

    /// Grids a batch. Tiles of one colour run side by side; each cell gets its sums in a fixed order.
    mutating func add(_ batch: VisibilityBatch) async throws {
        try batch.check()
        guard batch.rows > 0, !batch.frequencies.isEmpty else { return }
        let index = try await RunIndex(batch, plan, &blocks)
        dirty.grow(to: blocks.count)
        psf?.grow(to: blocks.count)
        var added = GridSums()
        added.variance = batch.variance
        added.visibilityWeight = batch.visibilityWeight
        added.beyond = index.beyond
        added.flagged = index.flaggedBeyond
        let work = TileGridder(batch: batch, index: index, plan: plan, blocks: blocks, dirty: dirty, psf: psf)
        for colour in index.colours {
            let parts = try await mapTiles(colour.count) { work.grid(colour[$0]) }
            for part in parts { added += part }
        }
        sums += added
        sums.unplannedBlocks = blocks.count - plan.blocks.count
    }
}
