/// What is done with the predicted visibilities of a batch.
public enum Prediction: Sendable, Hashable {
    /// They take the place of the visibilities.
    case replace
    /// They are added to the visibilities.
    case add
    /// They are taken off the visibilities.
    case subtract
}

/// Samples of a prediction.
public struct PredictionCounts: Sendable, Hashable {
    /// Samples predicted.
    public var predicted = 0
    /// Samples beyond the uv grid (finer fringes than two pixels), for which there is no prediction.
    public var beyond = 0
    /// Blocks that the plan did not foresee, transformed for this batch alone.
    public var unplannedBlocks = 0
}
