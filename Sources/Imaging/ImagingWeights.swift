import Visibilities

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How visibilities are weighted in an image.
public enum ImageWeighting: Sendable, Hashable, CustomStringConvertible {
    /// By 1/σ² alone: least noise.
    case natural
    /// Divided by the density: finest beam.
    case uniform
    /// Briggs' compromise with robustness R, -2 (uniform) ... 2 (natural) (Briggs 1995, thesis, chapter 3).
    case briggs(Double)

    /// As pipeline files spell it.
    public var description: String {
        switch self {
        case .natural: "natural"
        case .uniform: "uniform"
        case .briggs(let robustness): "briggs \(robustness)".replacing(#/\.0$/#, with: "")
        }
    }
}

/// Imaging weights of samples from their visibility weights ω = 1/σ² and the density W of their cell: ω, ω / W, or
/// ω / (1 + f² W) with f² = (5 · 10⁻ᴿ)² / (Σ W² / Σ ω).
public struct ImagingWeights: Sendable {
    private let density: DensityGrid?
    /// Imaging weight = ω / (constant + factor W).
    private let constant: Float
    private let factor: Float

    /// Weights by a density that is complete.
    ///
    /// - Throws: `ImagingError.setting` for a robustness that is no number, or a density that is missing or empty.
    public init(_ weighting: ImageWeighting, density: DensityGrid?) throws(ImagingError) {
        if case .natural = weighting {
            (self.density, constant, factor) = (nil, 1, 0)
            return
        }
        guard let density, density.weight > 0 else {
            throw .setting(
                "weight", reason: "\(weighting) needs a density of visibilities, none were counted")
        }
        self.density = density
        switch weighting {
        case .natural, .uniform: (constant, factor) = (0, 1)
        case .briggs(let robustness):
            guard robustness.isFinite, abs(robustness) <= 10 else {
                throw .setting("weight", reason: "robustness \(robustness) is outside -10 to 10")
            }
            let sharpness = 5 * pow(10, -robustness)
            (constant, factor) = (1, Float(sharpness * sharpness / density.effectiveDensity))
        }
    }

    /// Turns the visibility weights of one row into imaging weights.
    ///
    /// - Returns: Σ w² / ω, the variance of the weighted sum (noise is √(Σ w² / ω) / Σ w), and Σ ω.
    func apply(
        to weights: inout MutableSpan<Float>, from start: Int, _ uvw: UVW, _ frequencies: Span<Double>
    ) -> (variance: Double, visibilityWeight: Double) {
        var (variance, total) = (0.0, 0.0)
        let row = density?.row(uvw)
        for channel in frequencies.indices {
            let natural = weights[start + channel]
            guard natural > 0, natural < .infinity else {
                weights[start + channel] = 0
                continue
            }
            var divisor = constant
            if let row, let density { divisor += factor * density.density(row, frequencies[channel]) }
            let weight = divisor > 0 ? natural / divisor : 0
            weights[start + channel] = weight
            variance += Double(weight) * Double(weight / natural)
            total += Double(natural)
        }
        return (variance, total)
    }
}

extension VisibilityBatch {
    /// Turns visibility weights into imaging weights, in place, once.
    ///
    /// - Throws: `ImagingError` when the arrays do not fit together.
    public mutating func weigh(by imagingWeights: ImagingWeights) throws(ImagingError) {
        try check()
        let channels = frequencies.count
        var weighted = [Float]()
        swap(&weighted, &weights)
        var span = weighted.mutableSpan
        for (row, uvw) in uvw.enumerated() {
            let sums = imagingWeights.apply(to: &span, from: row * channels, uvw, frequencies.span)
            variance += sums.variance
            visibilityWeight += sums.visibilityWeight
        }
        weights = weighted
    }
}
