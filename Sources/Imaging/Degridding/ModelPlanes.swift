import Tiles

/// The planes of a model: the blocks of a plan, and those that batches need besides.
struct ModelPlanes<Scalar: ImagingScalar>: Sendable {
    let plan: GridPlan
    let memory = PredictionMemory<Scalar>()
    private let model: [Scalar]
    private(set) var storage: BlockStorage<Scalar>
    /// Blocks that are filled in.
    private var filled = 0

    /// Transforms a model, [row][column], to the blocks of a plan.
    init(_ plan: GridPlan, model: [Scalar]) async throws {
        self.plan = plan
        self.model = model
        storage = BlockStorage(blocks: plan.blocks.count)
        try await extend(to: plan.blocks)
    }

    /// Fills in the blocks that a map has besides; it begins with the plan's.
    mutating func extend(to blocks: BlockMap) async throws {
        guard blocks.count > filled else { return }
        storage.grow(to: blocks.count)
        try await ModelTransform(plan, blocks).fill(storage, with: model, from: filled)
        filled = blocks.count
    }

    /// Predicts the visibilities of a batch, as many rows at a time as an index holds.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together; the batch is then as it was.
    func predict(into batch: inout VisibilityBatch, _ how: Prediction) async throws -> PredictionCounts {
        try batch.check()
        var counts = PredictionCounts()
        guard batch.rows > 0, !batch.frequencies.isEmpty else { return counts }
        var (blocks, planes) = (plan.blocks, self)
        let cutter = ChannelCutter(batch.frequencies, plan.axes, support: plan.scheme.support)
        var row = 0
        while row < batch.rows {
            let index = try await RunIndex(batch, from: row, cutter, plan, &blocks)
            let rows = row..<index.end
            try await planes.extend(to: blocks)
            let output = memory.take(rows.count * batch.frequencies.count)
            defer { memory.give(output) }
            let work = TileDegridder(
                frequencies: batch.frequencies, uvw: batch.uvw, index: index, plan: plan, blocks: blocks,
                planes: planes.storage, output: output, firstRow: rows.lowerBound)
            let tiles = index.colours.flatMap { $0 }
            try await inTiles(tiles.count) { work.predict(tiles[$0]) }
            counts.predicted += batch.take(output, rows, how, plan.axes)
            row = rows.upperBound
        }
        counts.unplannedBlocks = blocks.count - plan.blocks.count
        counts.beyond = batch.sampleCount - counts.predicted
        return counts
    }
}
