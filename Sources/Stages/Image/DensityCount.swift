import Imaging

/// The density of the samples of one image, or of all output channels of an interval, counted as they come.
final class DensityCount {
    private var density: DensityGrid?
    private var complete: ImagingWeights?

    init(_ density: DensityGrid?) { self.density = density }

    func add(_ batch: VisibilityBatch) throws { try density?.add(batch) }

    /// Weights by all that was counted, which is let go; nil where nothing was.
    func weights(_ weighting: WeightingRequest) throws -> ImagingWeights? {
        if complete == nil, let counted = density.take(), counted.weight > 0 {
            complete = try weighting.weights(counted)
        }
        return complete
    }
}
