import Visibilities

/// What a model leaves of a batch, tile by tile just before each is gridded: one index, one sweep over the samples.
struct Residuals<Scalar: ImagingScalar>: Sendable {
    private let batch: VisibilityBatch
    private var planes: ModelPlanes<Scalar>
    private let output: PredictedSamples<Scalar>

    init(_ planes: ModelPlanes<Scalar>, of batch: VisibilityBatch) {
        self.batch = batch
        self.planes = planes
        output = planes.memory.take(batch.sampleCount)
    }

    /// Leaves the memory to the next batch; no tile may follow.
    func finish() { planes.memory.give(output) }

    /// What fills in the samples of each tile of an index.
    ///
    /// - Parameter blocks: those of the gridder, which begin with the plan's.
    mutating func tiles(_ index: RunIndex, _ blocks: BlockMap) async throws -> TileDegridder<Scalar> {
        try await planes.extend(to: blocks)
        return TileDegridder(
            frequencies: batch.frequencies, uvw: batch.uvw, index: index, plan: planes.plan, blocks: blocks,
            planes: planes.storage, output: output, observed: batch)
    }
}
