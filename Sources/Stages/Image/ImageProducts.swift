import Formats
import Foundation
import Imaging
import Logging
import Pipeline
import Visibilities

/// The files of one image, by wsclean's names.
struct ImageProducts: Sendable {
    private let dirty: PendingOutput
    private let psf: PendingOutput?
    private let picture: PendingOutput?

    /// Claims PREFIX-dirty.fits, PREFIX-psf.fits and PREFIX-dirty.png.
    init(_ prefix: String, psf: Bool, png: Bool, _ context: StageContext) throws {
        func claim(_ suffix: String) throws -> PendingOutput {
            try context.outputs.claim(prefix + suffix, suggesting: "choose another prefix")
        }
        dirty = try claim("-dirty.fits")
        self.psf = psf ? try claim("-psf.fits") : nil
        picture = png ? try claim("-dirty.png") : nil
    }

    /// Writes the results of a field, by its index, beside their final names.
    func write(
        _ result: ImageResult, of field: Int, _ cut: ObservationCut, weighting: WeightingRequest,
        _ context: StageContext
    ) throws {
        var header = header(result, of: field, cut, weighting: weighting)
        let noise = result.sums.noise(
            unit: header.unit,
            absolute: cut.observation.weightUnit == nil && cut.observation.visibilityUnit == "Jy")
        header.history = context.record.history() + [weighting.history, noise]
        context.logger.info("\(header.object): \(weighting.scheme) weights, \(noise)")
        let image = FITSImage(header: header, pixels: result.dirty)
        try image.write(to: dirty.temporaryPath)
        if let psf, let pixels = result.psf {
            var psfHeader = header
            psfHeader.unit = ""
            psfHeader.quantity = "Psf"
            try FITSImage(header: psfHeader, pixels: pixels).write(to: psf.temporaryPath)
        }
        if let picture {
            try SkyPicture(
                image, caption: "dirty image, \(weighting.scheme)",
                warning: cut.observation.visibilityUnit == "Jy" ? "" : "uncalibrated"
            ).write(to: picture.temporaryPath)
        }
        if let problem = result.beamProblem { context.logger.warning("\(problem); the header has no beam") }
        if result.sums.beyond > 0 {
            context.logger.warning(
                "\(result.sums.beyond) visibilities lie beyond the grid and were left out: finer than two pixels or beyond the w range of the schedule: use a smaller cell, or look at the uvw"
            )
        }
    }

    private func header(
        _ result: ImageResult, of index: Int, _ cut: ObservationCut, weighting: WeightingRequest
    ) -> ImageHeader {
        let observation = cut.observation
        let field = observation.fields[index]
        let windows = observation.spectralWindows
        let low =
            windows.compactMap { window in zip(window.frequencies, window.widths).map { $0 - $1 / 2 }.min() }
            .min() ?? 0
        let high =
            windows.compactMap { window in zip(window.frequencies, window.widths).map { $0 + $1 / 2 }.max() }
            .max() ?? 0
        let scans = observation.schedule.filter { $0.field == index }
        let start = scans.compactMap { scan in scan.times.first.map { $0 - (scan.intervals.first ?? 0) / 2 } }
            .min()
        let sums = result.sums
        return ImageHeader(
            width: result.geometry.width, height: result.geometry.height, cell: result.geometry.cell,
            phaseCentre: field.phaseCentre, frequency: sums.meanFrequency, bandwidth: high - low,
            unit: observation.visibilityUnit == "Jy" ? "Jy/beam" : "counts/beam", object: field.name,
            telescope: observation.telescope, observer: observation.observer, start: start,
            beam: result.beam.map {
                ImageBeam(major: $0.major, minor: $0.minor, positionAngle: $0.positionAngle)
            },
            weights: ImageWeights(
                scheme: weighting.scheme.wscleanName, imageWeight: sums.weight, normalisation: sums.weight,
                visibilities: Double(sums.used), effectiveVisibilities: sums.effectiveSamples,
                visibilityWeightSum: sums.visibilityWeight),
            origin: "Sluice \(Sluice.version)")
    }
}
