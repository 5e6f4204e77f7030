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

    /// Turns visibility weights, [row][channel], into imaging weights.
    ///
    /// - Returns: Σ w² / ω, the variance of the weighted sum (noise is √(Σ w² / ω) / Σ w), and Σ ω.
    func apply(
        to weights: inout [Float], _ uvw: [UVW], _ frequencies: [Double]
    ) -> (variance: Double, visibilityWeight: Double) {
        let channels = frequencies.count
        var sums = WeighingSums()
        var densities = [Float](repeating: 0, count: channels)
        weights.withUnsafeMutableBufferPointer { weights in
            guard let first = weights.baseAddress else { return }
            for (row, uvw) in uvw.enumerated() {
                density?.look(up: uvw, frequencies, into: &densities)
                densities.withUnsafeBufferPointer { densities in
                    guard let densities = densities.baseAddress else { return }
                    sums.weigh(
                        first + row * channels, densities: densities, count: channels, constant: constant,
                        factor: factor)
                }
            }
        }
        return (sums.variance.sum(), sums.visibilityWeight.sum())
    }
}

extension VisibilityBatch {
    /// Turns visibility weights into imaging weights, in place, once.
    ///
    /// - Throws: `ImagingError` when the arrays do not fit together.
    public mutating func weigh(by imagingWeights: ImagingWeights) throws(ImagingError) {
        try check()
        let sums = imagingWeights.apply(to: &weights, uvw, frequencies)
        variance += sums.variance
        visibilityWeight += sums.visibilityWeight
    }
}
