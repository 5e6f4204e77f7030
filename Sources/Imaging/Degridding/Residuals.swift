import Visibilities

/// What a model leaves of a batch, tile by tile just before each is gridded: one index, one sweep over the samples.
struct Residuals: Sendable {
    private let batch: VisibilityBatch
    private let plan: GridPlan
    private var planes: ModelPlanes
    private let output: PredictedSamples
    private let memory: PredictionMemory

    init(_ degridder: Degridder, of batch: VisibilityBatch) {
        self.batch = batch
        plan = degridder.plan
        planes = degridder.planes
        memory = degridder.memory
        output = memory.take(batch.visibilities.count)
    }

    /// Leaves the memory to the next batch; no tile may follow.
    func finish() { memory.give(output) }

    /// What fills in the samples of each tile of an index.
    ///
    /// - Parameter blocks: those of the gridder, which begin with the plan's.
    mutating func tiles(_ index: RunIndex, _ blocks: BlockMap) async throws -> TileDegridder {
        try await planes.extend(to: blocks)
        return TileDegridder(
            frequencies: batch.frequencies, uvw: batch.uvw, index: index, plan: plan, blocks: blocks,
            planes: planes.storage, output: output, visibilities: batch.visibilities)
    }
}
