import BenchmarkSupport
import Foundation
import Imaging

/// CLEAN of a case by Briggs' weights: seconds of its parts, and float32 images PREFIX-dirty.f4, -psf, -model, -residual and -image of the
/// whole band, PREFIX-0-dirty.f4 and so on of several output channels, and PREFIX-beam.txt, in radians.
struct CleanedImage {
    static let options = [
        "--mgain", "--auto-threshold", "--auto-mask", "--multiscale", "--channels", "--terms", "--log-terms",
    ]

    private let settings: ImageSettings
    private let clean: CleanSettings
    private let robustness: Double
    private let channels: Int

    init(_ settings: ImageSettings, _ options: Options) throws {
        var (imaging, clean) = (settings, CleanSettings())
        imaging.psf = true
        clean.majorGain = try options.number("--mgain", Double.init) ?? clean.majorGain
        clean.automaticThreshold = try options.number("--auto-threshold", Double.init) ?? 1
        clean.automaticMask = try options.number("--auto-mask", Double.init) ?? 4
        if options.value(after: "--multiscale") == "yes" { clean.scales = .automatic }
        if let terms = try options.number("--terms", { Int($0) }) {
            clean.spectrum = .polynomial(terms: terms)
        }
        if let terms = try options.number("--log-terms", { Int($0) }) {
            clean.spectrum = .logarithmic(terms: terms)
        }
        (self.settings, self.clean) = (imaging, clean)
        robustness = try options.number("--robust", Double.init) ?? 0
        channels = max(try options.number("--channels") { Int($0) } ?? 1, 1)
    }

    /// Weighs, images, cleans and restores; prints the log and what each part took.
    func make(_ visibilities: ImagerCase, rows: Int, prefix: String?) async throws {
        let clock = ContinuousClock()
        let (start, processor) = (clock.now, Foundation.clock())
        var density = DensityGrid(settings.geometry)
        for batch in visibilities.batches(rows: rows) { try density.add(batch) }
        let weights = try ImagingWeights(.briggs(robustness), density: density)
        var parts: [ChannelPart] = []
        let count = visibilities.frequencies.count
        for channel in 0..<channels {
            let range = channel * count / channels..<(channel + 1) * count / channels
            parts.append(
                try await ChannelPart(visibilities.channels(range), rows: rows, settings, weights))
        }
        let imaged = clock.now
        let (width, height) = (settings.geometry.width, settings.geometry.height)
        let cycle = TimedCycle(GriddedResiduals(parts.map { $0.channel }))
        let cleaned = try await Imaging.clean(
            dirty: parts.map { $0.dirty }, psfs: parts.map { $0.psf },
            field: try CleanField(
                width: width, height: height,
                channels: parts.map { CleanField.Channel(frequency: $0.frequency, weight: $0.weight) }),
            settings: clean, cycle: cycle, log: { print($0.description(unit: "Jy/beam")) })
        let done = clock.now
        var images = CleanedProducts(parts, cleaned)
        try await images.restore(settings.geometry)
        let (end, majors) = (clock.now, await cycle.seconds)
        let said = cleaned.summary.lines(unit: "Jy/beam")
        print("\(said.made)\n\(said.ended)")
        print(
            String(
                format:
                    "total %.3f s, first image %.3f, majors %.3f, minors %.3f, restore %.3f, processor %.3f s",
                (end - start) / .seconds(1), (imaged - start) / .seconds(1), majors,
                (done - imaged) / .seconds(1) - majors, (end - done) / .seconds(1),
                Double(Foundation.clock() - processor) / Double(CLOCKS_PER_SEC)))
        print(parts[0].summary)
        if let prefix { try images.write(prefix) }
    }
}

/// An output channel: its images and its visibilities.
struct ChannelPart {
    let dirty: [Float]
    let psf: [Float]
    let weight: Double
    let frequency: Double
    let channel: GriddedResiduals.Channel
    let summary: String

    init(_ part: ImagerCase, rows: Int, _ settings: ImageSettings, _ weights: ImagingWeights) async throws {
        let plan = try GridPlan(
            settings, coverage: try UVCoverage(rows: part.uvw, frequencies: part.frequencies))
        var imager = Imager(plan)
        var store = MemoryStore()
        for var batch in part.batches(rows: rows) {
            try batch.weigh(by: weights)
            try await imager.grid(batch)
            store.append(batch)
        }
        let result = try await imager.finish()
        (dirty, psf) = (result.dirty, result.psf ?? [])
        (weight, frequency) = (result.sums.weight, result.sums.meanFrequency)
        channel = GriddedResiduals.Channel(plan, store)
        summary = "\(plan.summary)"
    }
}

/// Images of the channels, and of the whole band.
private struct CleanedProducts {
    private var channels: [[String: [Float]]]
    private var band: [String: [Float]]
    private var beam: RestoringBeam?

    init(_ parts: [ChannelPart], _ cleaned: CleanResult) {
        channels = parts.indices.map {
            [
                "dirty": parts[$0].dirty, "psf": parts[$0].psf, "model": cleaned.models[$0],
                "residual": cleaned.residuals[$0],
            ]
        }
        let sum = parts.reduce(0) { $0 + $1.weight }
        band = channels[0]
        guard channels.count > 1 else { return }
        for name in channels[0].keys {
            var mean = [Float](repeating: 0, count: parts[0].dirty.count)
            for (part, images) in zip(parts, channels) {
                let (weight, image) = (Float(part.weight / sum), images[name] ?? [])
                for pixel in mean.indices { mean[pixel] += weight * image[pixel] }
            }
            band[name] = mean
        }
    }

    mutating func restore(_ geometry: ImageGeometry) async throws {
        beam = try await Self.restore(&band, geometry)
        guard channels.count > 1 else { return }
        for channel in channels.indices { _ = try await Self.restore(&channels[channel], geometry) }
    }

    private static func restore(
        _ images: inout [String: [Float]], _ geometry: ImageGeometry
    ) async throws -> RestoringBeam {
        let beam = try RestoringBeam(fitting: images["psf"] ?? [], geometry)
        images["image"] = try await restored(
            model: images["model"] ?? [], residual: images["residual"] ?? [], width: geometry.width,
            height: geometry.height, cell: geometry.cell, beam: beam)
        return beam
    }

    func write(_ prefix: String) throws {
        for (name, pixels) in band { try Self.write(pixels, "\(prefix)-\(name).f4") }
        if let beam {
            try Data("\(beam.major) \(beam.minor) \(beam.positionAngle)\n".utf8)
                .write(to: URL(fileURLWithPath: "\(prefix)-beam.txt"))
        }
        guard channels.count > 1 else { return }
        for (number, images) in channels.enumerated() {
            for (name, pixels) in images { try Self.write(pixels, "\(prefix)-\(number)-\(name).f4") }
        }
    }

    private static func write(_ pixels: [Float], _ path: String) throws {
        try pixels.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
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
