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
/// ω / (1 + f² W) with f² = (5 · 10⁻ᴿ)² / (Σ W² / Σ ω), times a taper, within a range of uv distances.
public struct ImagingWeights: Sendable {
    /// The cells outside of which samples do not count; nil for all of the uv plane.
    private let axes: DensityAxes?
    /// What ω is multiplied by in each cell; nil where it stays.
    private let factors: TiledCells<Float>?
    private let range: UVRange
    private let taper: UVTaper

    /// Weights by a density that is complete.
    ///
    /// - Parameter image: what natural weights are for, so that samples beyond its grid do not count; nil leaves that to who grids.
    /// - Throws: `ImagingError.setting` for a robustness that is no number, or a density that is missing.
    public init(
        _ weighting: ImageWeighting, density: DensityGrid?, on image: ImageGeometry? = nil,
        range: UVRange = .all, taper: UVTaper = .none
    ) throws(ImagingError) {
        (self.range, self.taper) = (range, taper)
        guard weighting != .natural else {
            axes = image.map { DensityAxes($0, .wsclean) }
            factors = nil
            return
        }
        guard let density else {
            throw .setting("weight", reason: "\(weighting) needs a density of visibilities")
        }
        var (constant, factor) = (0.0, 1.0)
        if case .briggs(let robustness) = weighting {
            guard robustness.isFinite, abs(robustness) <= 10 else {
                throw .setting("weight", reason: "robustness \(robustness) is outside -10 to 10")
            }
            let sharpness = 5 * pow(10, -robustness)
            (constant, factor) = (1, sharpness * sharpness / density.effectiveDensity)
        }
        axes = density.axes
        guard density.weight > 0 else {
            // Nothing is within the range: what comes all the same has no density to be divided by.
            factors = density.density.map { _ in 0 }
            return
        }
        factors = density.density.map { density in
            let divisor = constant + factor * density
            return divisor > 0 ? Float(1 / divisor) : 0
        }
    }

    /// Most bytes of the weights of an image; while they are made the density is held too.
    public static func bytes(_ image: ImageGeometry, cells: DensityCells = .wsclean) -> Int {
        TiledCells<Float>.bytes(DensityAxes(image, cells).count)
    }

    /// Turns visibility weights, [row][channel], into imaging weights.
    ///
    /// - Returns: Σ w² / ω, the variance of the weighted sum (noise is √(Σ w² / ω) / Σ w), Σ ω, and unflagged samples
    ///   beyond the cells.
    func apply(
        to weights: inout [Float], _ uvw: [UVW], _ frequencies: [Double]
    ) -> (variance: Double, visibilityWeight: Double, beyond: Int) {
        let channels = frequencies.count
        var sums = WeighingSums()
        var factors = [Float](repeating: 1, count: channels)
        var places = [Int64](repeating: 0, count: channels)
        var beyond = 0
        weights.withUnsafeMutableBufferPointer { weights in
            guard let first = weights.baseAddress else { return }
            for (row, uvw) in uvw.enumerated() {
                let inside = find(uvw, frequencies, &places, &factors)
                for channel in inside where places[channel] < 0 {
                    let weight = first[row * channels + channel]
                    if weight > 0, weight < .infinity { beyond += 1 }
                }
                factors.withUnsafeBufferPointer { factors in
                    guard let factors = factors.baseAddress else { return }
                    sums.weigh(first + row * channels, factors: factors, count: channels)
                }
            }
        }
        return (sums.variance.sum(), sums.visibilityWeight.sum(), beyond)
    }

    /// Fills in what the weights of a row's channels are multiplied by; 0 outside the cells and the range.
    ///
    /// - Returns: the channels within the range.
    private func find(
        _ uvw: UVW, _ frequencies: [Double], _ places: inout [Int64], _ factors: inout [Float]
    ) -> Range<Int> {
        let inside = range.channels(uvw, frequencies)
        axes?.find(uvw, frequencies.span, &places)
        if let known = self.factors {
            for channel in inside {
                let place = Int(places[channel])
                factors[channel] = place >= 0 ? known[place] : 0
            }
        } else {
            for channel in inside { factors[channel] = places[channel] >= 0 ? 1 : 0 }
        }
        taper.apply(to: &factors, uvw, frequencies, inside)
        for channel in 0..<inside.lowerBound { factors[channel] = 0 }
        for channel in inside.upperBound..<frequencies.count { factors[channel] = 0 }
        return inside
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
        beyond += sums.beyond
    }
}
