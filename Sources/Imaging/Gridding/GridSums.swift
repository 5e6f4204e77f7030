/// Exact sums over the gridded samples.
public struct GridSums: Sendable, Hashable {
    /// Sum of imaging weights.
    public var weight = 0.0
    /// Sum of imaging weight times frequency, Hz.
    public var weightedFrequency = 0.0
    /// Sum of squared imaging weights.
    public var squaredWeight = 0.0
    /// Sum of the visibilities' own weights ω, of all unflagged samples that were weighed, on the grid or beyond.
    public var visibilityWeight = 0.0
    /// Variance of the weighted sum, Σ w² / ω, of all batches that were weighed.
    public var variance = 0.0
    /// Samples gridded.
    public var used = 0
    /// Samples of weight 0, or with a value that is no finite number.
    public var flagged = 0
    /// Unflagged samples beyond the uv grid (finer fringes than two pixels); refused, never wrapped.
    public var beyond = 0
    /// Blocks that the schedule did not foresee.
    public var unplannedBlocks = 0

    /// Nothing gridded.
    public init() {}

    /// Mean frequency by imaging weight, Hz.
    public var meanFrequency: Double { weight > 0 ? weightedFrequency / weight : 0 }

    /// Expected noise of the image, √(Σ w² / ω) / Σ w, in the visibilities' unit.
    public var thermalNoise: Double { weight > 0 ? variance.squareRoot() / weight : 0 }

    /// Noise that natural weights would have, 1 / √(Σ ω), in the visibilities' unit.
    public var naturalNoise: Double { visibilityWeight > 0 ? 1 / visibilityWeight.squareRoot() : 0 }

    /// As many samples of equal weight would have the same noise, (Σ w)² / Σ w².
    public var effectiveSamples: Double { squaredWeight > 0 ? weight * weight / squaredWeight : 0 }

    /// Adds the sums of other samples.
    public static func += (a: inout GridSums, b: GridSums) {
        a.weight += b.weight
        a.weightedFrequency += b.weightedFrequency
        a.squaredWeight += b.squaredWeight
        a.visibilityWeight += b.visibilityWeight
        a.variance += b.variance
        a.used += b.used
        a.flagged += b.flagged
        a.beyond += b.beyond
        a.unplannedBlocks += b.unplannedBlocks
    }
}
