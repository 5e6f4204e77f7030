/// Visibilities of another store, with imaging weights in the place of their own.
public struct WeighedStore: VisibilityStore {
    private var kept: any VisibilityStore
    private let weights: ImagingWeights

    /// A store whose batches are weighed whenever they are read.
    public init(_ kept: any VisibilityStore, _ weights: ImagingWeights) {
        (self.kept, self.weights) = (kept, weights)
    }

    /// Batches that it holds.
    public var count: Int { kept.count }

    /// Takes in a batch with visibility weights, after all others.
    public mutating func append(_ batch: VisibilityBatch) async throws { try await kept.append(batch) }

    /// A batch with imaging weights, by its number from 0.
    public func batch(_ number: Int) async throws -> VisibilityBatch {
        var batch = try await kept.batch(number)
        try batch.weigh(by: weights)
        return batch
    }
}
