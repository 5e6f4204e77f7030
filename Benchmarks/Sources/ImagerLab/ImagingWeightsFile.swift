import BenchmarkSupport
import Foundation
import Imaging

/// Imaging weights of raw visibilities, by a rule and a density: what weighting is judged by against other programs.
struct ImagingWeightsFile {
    /// Options besides those of the case.
    static let options = ["--robust", "--rule", "--super", "--density"]

    private let density: DensityGrid
    private let weights: ImagingWeights

    /// Counts the density, from the weights of the case or (`--density predicted`) from its coordinates alone.
    init(_ visibilities: ImagerCase, _ image: ImageGeometry, _ options: Options) throws {
        let rule = DensityRule(rawValue: options.value(after: "--rule") ?? DensityRule.wsclean.rawValue)
        guard let rule else { throw OptionError("no such rule", "--rule", "write wsclean or casa") }
        let factor = try options.number("--super", Double.init) ?? 1
        var density = DensityGrid(image, cells: try DensityCells(rule, enlarged: factor))
        if options.value(after: "--density") == "predicted" {
            density.predict(
                try UVCoverage(rows: visibilities.uvw, frequencies: visibilities.frequencies))
        } else {
            for batch in visibilities.batches(rows: 4096) { try density.add(batch) }
        }
        self.density = density
        let robustness = try options.number("--robust", Double.init) ?? 0
        weights = try ImagingWeights(.briggs(robustness), density: density)
    }

    /// Writes them as Float32, [row][channel].
    func write(_ visibilities: ImagerCase, to path: String) throws {
        var bytes = Data()
        for var batch in visibilities.batches(rows: 4096) {
            try batch.weigh(by: weights)
            batch.weights.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        try bytes.write(to: URL(fileURLWithPath: path))
    }
}
