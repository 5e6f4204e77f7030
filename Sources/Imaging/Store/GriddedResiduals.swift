/// Exact residuals of the visibilities of some output channels (Schwab 1984, sect. III): the model is predicted and
/// taken off them, and what is left is imaged.
public struct GriddedResiduals: MajorCycle {
    /// An output channel: its grid and its weighted visibilities.
    public struct Channel: Sendable {
        private let plan: GridPlan
        private let store: any VisibilityStore

        /// A channel of visibilities that a plan is made for.
        public init(_ plan: GridPlan, _ store: any VisibilityStore) {
            (self.plan, self.store) = (plan.withoutPSF, store)
        }

        /// What is left of the visibilities without a model, imaged.
        fileprivate func residual(of model: [Float]) async throws -> [Float] {
            let degridder = model.contains { $0 != 0 } ? try await Degridder(plan, model: model) : nil
            var imager = Imager(plan)
            for number in 0..<store.count {
                let batch = try await store.batch(number)
                if let degridder {
                    try await imager.grid(batch, less: degridder)
                } else {
                    try await imager.grid(batch)
                }
            }
            return try await imager.finish().dirty
        }
    }

    private let channels: [Channel?]
    /// From one residual to the next.
    private let memory = SpareMemory()

    /// Residuals of channels; nil for one without visibilities, whose residual is 0 everywhere.
    public init(_ channels: [Channel?]) { self.channels = channels }

    /// The residual of each output channel, Jy/beam, of a model in Jy/pixel; all are [row][column].
    public func residuals(of models: [[Float]]) async throws -> [[Float]] {
        guard models.count == channels.count else {
            throw ImagingError.shape("\(models.count) models of \(channels.count) channels")
        }
        return try await SpareMemory.$current.withValue(memory) {
            var residuals: [[Float]] = []
            for (channel, model) in zip(channels, models) {
                residuals.append(
                    try await channel?.residual(of: model) ?? [Float](repeating: 0, count: model.count))
            }
            return residuals
        }
    }

    /// Bytes that a channel's residual takes, and that are kept for the next one: the planes of the model and of what is left.
    public static func bytes(_ plan: GridPlan) -> Int {
        Degridder.bytes(plan) + plan.withoutPSF.finalBytes
    }
}
