import Foundation
import Imaging

/// How an image's visibilities are to be weighted: the scheme, where it counts, what it leaves out.
struct WeightingRequest: Sendable {
    let scheme: ImageWeighting
    let cells: DensityCells
    let range: UVRange
    let taper: UVTaper
    /// Whether all output channels count together.
    let isShared: Bool
    /// Whether the density is that of the samples themselves, which are kept for it.
    let isExact: Bool

    /// Bytes of the density of an image while it is counted; 0 where none is.
    func densityBytes(_ image: ImageGeometry) -> Int {
        scheme == .natural ? 0 : DensityGrid.bytes(image, cells: cells)
    }

    /// Bytes of the weights of an image.
    func weightBytes(_ image: ImageGeometry) -> Int {
        scheme == .natural ? 0 : ImagingWeights.bytes(image, cells: cells)
    }

    /// Imaging weights with the density that a schedule predicts.
    func weights(_ image: ImageGeometry, _ coverages: [UVCoverage]) throws -> ImagingWeights {
        var counted = emptyDensity(image)
        for coverage in coverages { counted?.predict(coverage) }
        return try weights(counted, on: image)
    }

    /// Imaging weights with a density that is complete.
    func weights(_ density: DensityGrid?, on image: ImageGeometry? = nil) throws -> ImagingWeights {
        try ImagingWeights(scheme, density: density, on: image, range: range, taper: taper)
    }

    /// A density that nothing was counted in; nil where none is needed.
    func emptyDensity(_ image: ImageGeometry) -> DensityGrid? {
        scheme == .natural ? nil : DensityGrid(image, cells: cells, range: range)
    }

    /// The scheme and where its density was counted, for the history of an image.
    var history: String {
        scheme == .natural
            ? "weighting natural"
            : "weighting \(scheme); density \(isExact ? "of the samples" : "predicted from the schedule") in \(cells)"
    }
}

extension GridSums {
    /// What the weights say about the noise, `1.23 times the noise of natural weights`, and how much it is where weights
    /// are inverse variances.
    func noise(unit: String, absolute: Bool) -> String {
        let ratio = String(format: "%.4g times the noise of natural weights", thermalNoise / naturalNoise)
        return absolute ? String(format: "thermal noise %.4g \(unit), ", thermalNoise) + ratio : ratio
    }
}

extension ImageWeighting {
    /// As wsclean writes it into its card WSCWEIGH.
    var wscleanName: String {
        switch self {
        case .natural, .uniform: description
        case .briggs(let robustness): "Briggs'(\(String(format: "%g", robustness)))"
        }
    }
}
