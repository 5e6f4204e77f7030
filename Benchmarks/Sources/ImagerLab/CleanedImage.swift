import BenchmarkSupport
import Foundation
import Imaging

/// CLEAN of a case by Briggs' weights: seconds of its parts, and float32 images PREFIX-dirty.f4, -psf, -model, -residual and -image.
struct CleanedImage {
    static let options = ["--mgain", "--auto-threshold", "--auto-mask", "--multiscale"]

    private let settings: ImageSettings
    private let clean: CleanSettings
    private let robustness: Double

    init(_ settings: ImageSettings, _ options: Options) throws {
        var (imaging, clean) = (settings, CleanSettings())
        imaging.psf = true
        clean.majorGain = try options.number("--mgain", Double.init) ?? clean.majorGain
        clean.automaticThreshold = try options.number("--auto-threshold", Double.init) ?? 1
        clean.automaticMask = try options.number("--auto-mask", Double.init) ?? 4
        if options.value(after: "--multiscale") == "yes" { clean.scales = .automatic }
        (self.settings, self.clean) = (imaging, clean)
        robustness = try options.number("--robust", Double.init) ?? 0
    }

    /// Weighs, images, cleans and restores; prints the log and what each part took.
    func make(_ visibilities: ImagerCase, rows: Int, prefix: String?) async throws {
        let clock = ContinuousClock()
        let (start, processor) = (clock.now, Foundation.clock())
        let batches = visibilities.batches(rows: rows)
        var density = DensityGrid(settings.geometry)
        for batch in batches { try density.add(batch) }
        let weights = try ImagingWeights(.briggs(robustness), density: density)
        let plan = try GridPlan(
            settings,
            coverage: try UVCoverage(rows: visibilities.uvw, frequencies: visibilities.frequencies))
        var imager = Imager(plan)
        var store = MemoryStore()
        for var batch in batches {
            try batch.weigh(by: weights)
            try await imager.grid(batch)
            store.append(batch)
        }
        let result = try await imager.finish()
        guard let psf = result.psf, let beam = result.beam else {
            throw OptionError("no restoring beam", "--cell", "use smaller pixels")
        }
        let imaged = clock.now
        let (width, height) = (settings.geometry.width, settings.geometry.height)
        let cycle = TimedCycle(GriddedResiduals([GriddedResiduals.Channel(plan, store)]))
        let cleaned = try await Imaging.clean(
            dirty: [result.dirty], psfs: [psf], field: try CleanField(width: width, height: height),
            settings: clean, cycle: cycle, log: { print($0) })
        let done = clock.now
        let image = try await restored(
            model: cleaned.models[0], residual: cleaned.residuals[0], width: width, height: height,
            cell: settings.geometry.cell, beam: beam)
        let (end, majors) = (clock.now, await cycle.seconds)
        print(
            "ended: \(cleaned.ended); \(cleaned.components.count) components, noise \(cleaned.noise) Jy/beam")
        print(
            String(
                format:
                    "total %.3f s, first image %.3f, majors %.3f, minors %.3f, restore %.3f, processor %.3f s",
                (end - start) / .seconds(1), (imaged - start) / .seconds(1), majors,
                (done - imaged) / .seconds(1) - majors, (end - done) / .seconds(1),
                Double(Foundation.clock() - processor) / Double(CLOCKS_PER_SEC)))
        print(
            String(
                format: "beam %.3f x %.3f arcsec, %.2f deg", beam.major * 180 / .pi * 3600,
                beam.minor * 180 / .pi * 3600, beam.positionAngle * 180 / .pi))
        guard let prefix else { return }
        for (name, pixels) in [
            ("dirty", result.dirty), ("psf", psf), ("model", cleaned.models[0]),
            ("residual", cleaned.residuals[0]), ("image", image),
        ] {
            try pixels.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: "\(prefix)-\(name).f4"))
        }
    }
}

/// Major cycles that are timed.
private actor TimedCycle: MajorCycle {
    private let cycle: GriddedResiduals
    private(set) var seconds = 0.0

    init(_ cycle: GriddedResiduals) { self.cycle = cycle }

    func residuals(of models: [[Float]]) async throws -> [[Float]] {
        let clock = ContinuousClock()
        let start = clock.now
        let residuals = try await cycle.residuals(of: models)
        seconds += (clock.now - start) / .seconds(1)
        return residuals
    }
}
