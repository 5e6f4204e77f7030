import Foundation
import TestSupport
import Testing
import Tiles
import Visibilities

@testable import Imaging

@Suite struct DegridderTests {
    static let cases = [
        SkyCase(name: "one degree"),
        SkyCase(name: "small field, zenith", field: 0.2, declination: -30, hourAngle: 0.2),
        SkyCase(name: "wide field, low", field: 5, declination: 20, hourAngle: 4),
        SkyCase(name: "not square", width: 60, height: 38, field: 2, channels: 21),
        SkyCase(name: "odd, off centre", width: 51, height: 64, field: 2, centre: SIMD2(-0.03, 0.02)),
        SkyCase(name: "one pixel", width: 1, height: 1, field: 0.01, extent: 0.3, centre: SIMD2(0.1, 0)),
        SkyCase(name: "one visibility", rows: 1, channels: 1),
    ]

    @Test(
        "predictions follow the direct sum over the pixels within epsilon: corners, borders and the middle",
        arguments: cases, [1e-3, 1e-5])
    func accuracy(_ sky: SkyCase, _ epsilon: Double) async throws {
        var batch = sky.batch(seed: 11)
        let model = try sky.model()
        let degridder = try await Degridder(sky.plan(batch, epsilon: epsilon), model: model)
        let counts = try await degridder.predict(into: &batch, .replace)
        #expect(counts.predicted == batch.visibilities.count && counts.beyond == 0)
        #expect(counts.unplannedBlocks == 0)
        #expect(try predictionError(batch, model, sky.geometry()) < epsilon)
    }

    @Test(
        "degridding is the adjoint of gridding to 1e-6: every support, with and without w, on and off centre",
        arguments: 3...8, [nil, 3, 4, 5, 6, 7, 8])
    func adjoint(_ support: Int, _ planeSupport: Int?) async throws {
        let off = support % 2 == 1
        let sky = SkyCase(
            width: off ? 37 : 48, height: off ? 40 : 33, field: 3, declination: 30, rows: 40,
            centre: off ? SIMD2(0.02, 0.01) : .zero)
        let batch = sky.batch(seed: UInt64(support))
        func entry(_ support: Int, _ least: Double) throws -> KernelEntry {
            try #require(
                KernelEntry.table.first { $0.shape.support == support && $0.oversampling >= least })
        }
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        let scheme = try GriddingScheme(
            sky.geometry(), extent: CoverageExtent(coverage), kernel: entry(support, 1.6),
            planeKernel: planeSupport.map { try entry($0, 1.9) })
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: false), coverage: coverage, scheme: scheme)
        var random = Seeded(99)
        let model = (0..<sky.width * sky.height).map { _ in Float(random.normal()) }
        var imager = Imager(plan)
        try await imager.grid(batch)
        let result = try await imager.finish()
        let gridded = zip(result.dirty, model).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        var predicted = batch
        try await Degridder(plan, model: model).predict(into: &predicted, .replace)
        var (product, norm) = (0.0, 0.0)
        for (sample, weight) in batch.weights.enumerated() where weight > 0 {
            let (a, b) = (batch.visibilities[sample], predicted.visibilities[sample])
            product +=
                Double(weight) * (Double(a.real) * Double(b.real) + Double(a.imaginary) * Double(b.imaginary))
            norm +=
                Double(weight) * (Double(b.real) * Double(b.real) + Double(b.imaginary) * Double(b.imaginary))
        }
        let scale = (norm * Double(batch.weights.count { $0 > 0 })).squareRoot()
        #expect(abs(gridded * result.sums.weight - product) < 1e-6 * scale)
    }

    @Test("predictions are linear in the model")
    func linearity() async throws {
        let sky = SkyCase(rows: 30)
        var batches = [VisibilityBatch](repeating: sky.batch(seed: 3), count: 3)
        let one = try sky.model()
        let other = one.indices.map { Float($0 % 5) - 2 }
        let models = [one, other, zip(one, other).map { $0 + 3 * $1 }]
        for (index, model) in models.enumerated() {
            let degridder = try await Degridder(sky.plan(batches[index], epsilon: 1e-4), model: model)
            try await degridder.predict(into: &batches[index], .replace)
        }
        let peak = batches[2].visibilities.map { max(abs($0.real), abs($0.imaginary)) }.max() ?? 0
        for sample in batches[2].visibilities.indices {
            let (a, b) = (batches[0].visibilities[sample], batches[1].visibilities[sample])
            let sum = batches[2].visibilities[sample]
            #expect(abs(a.real + 3 * b.real - sum.real) < 2e-6 * peak)
            #expect(abs(a.imaginary + 3 * b.imaginary - sum.imaginary) < 2e-6 * peak)
        }
    }

    @Test("one, two and three threads give the same bits")
    func threads() async throws {
        let sky = SkyCase(width: 64, height: 48, field: 3, rows: 90)
        let batch = sky.batch(seed: 9)
        let model = try sky.model()
        var results = [[Complex64]]()
        for width in [1, 2, 3] {
            Threads.width = width
            defer { Threads.width = 1 }
            var predicted = batch
            try await Degridder(sky.plan(batch, epsilon: 1e-4), model: model).predict(
                into: &predicted, .add)
            results.append(predicted.visibilities)
        }
        #expect(results[0] == results[1] && results[1] == results[2])
    }

    @Test(
        "what is added and then subtracted leaves the visibilities within rounding, and subtracting is adding backwards"
    )
    func addSubtract() async throws {
        let sky = SkyCase(rows: 30)
        let batch = sky.batch(seed: 6)
        let degridder = try await Degridder(sky.plan(batch, epsilon: 1e-4), model: sky.model())
        var (changed, prediction) = (batch, batch)
        try await degridder.predict(into: &prediction, .replace)
        try await degridder.predict(into: &changed, .add)
        for (sample, value) in batch.visibilities.enumerated() {
            #expect(changed.visibilities[sample].real == value.real + prediction.visibilities[sample].real)
        }
        try await degridder.predict(into: &changed, .subtract)
        let peak = batch.visibilities.map { max(abs($0.real), abs($0.imaginary)) }.max() ?? 0
        for (value, original) in zip(changed.visibilities, batch.visibilities) {
            #expect(abs(value.real - original.real) < 1e-6 * peak)
            #expect(abs(value.imaginary - original.imaginary) < 1e-6 * peak)
        }
        #expect(changed.weights == batch.weights)
    }

    @Test("rows off the plan's coverage are predicted all the same, their blocks counted")
    func offPlan() async throws {
        let sky = SkyCase(rows: 50)
        var batch = sky.batch(seed: 4)
        let farthest = batch.uvw.sorted { abs($0.w) > abs($1.w) }.prefix(4)
        var part = VisibilityBatch(
            frequencies: batch.frequencies, uvw: Array(farthest),
            visibilities: Array(batch.visibilities.prefix(32)), weights: Array(batch.weights.prefix(32)))
        let model = try sky.model()
        let degridder = try await Degridder(sky.plan(part, epsilon: 1e-4), model: model)
        let counts = try await degridder.predict(into: &batch, .replace)
        #expect(counts.unplannedBlocks > 0)
        #expect(try predictionError(batch, model, sky.geometry()) < 1e-4)
        let again = try await degridder.predict(into: &part, .replace)
        #expect(again.unplannedBlocks == 0)
    }

    @Test("samples beyond the grid have no prediction: replaced ones lose their weight, others stay")
    func beyond() async throws {
        let sky = SkyCase(rows: 20, flagged: 0.3)
        var batch = sky.batch(seed: 4)
        let plan = try sky.plan(batch, epsilon: 1e-3)
        batch.uvw[3] = UVW(1e6, 0, 0)
        batch.visibilities[0] = Complex64(.nan, 1)
        let degridder = try await Degridder(plan, model: sky.model())
        var (replaced, added) = (batch, batch)
        let counts = try await degridder.predict(into: &replaced, .replace)
        try await degridder.predict(into: &added, .add)
        #expect(counts.beyond == 8 && counts.predicted == 19 * 8)
        for sample in 24..<32 {
            #expect(replaced.visibilities[sample] == Complex64(0, 0) && replaced.weights[sample] == 0)
            #expect(added.visibilities[sample] == batch.visibilities[sample])
        }
        #expect(added.weights == batch.weights)
        // Flagged samples are predicted too, whatever they were.
        #expect(replaced.visibilities.allSatisfy { $0.real.isFinite && $0.imaginary.isFinite })
        #expect(replaced.visibilities[0] != Complex64(0, 0))
    }

    @Test(
        "gridding less a model gives the bits of subtracting it first, on and off the plan, on any number of threads",
        arguments: [120, 3], [1, 2])
    func residuals(_ planned: Int, _ threads: Int) async throws {
        let sky = SkyCase(field: 3, rows: 120, flagged: 0.2)
        var batch = sky.batch(seed: 12)
        batch.visibilities[5] = Complex64(.nan, 0)
        batch.uvw[7] = UVW(1e6, 0, 0)
        let rows = sky.batch(seed: 12).uvw.sorted { abs($0.w) > abs($1.w) }.prefix(planned)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), epsilon: 1e-4, psf: true),
            coverage: UVCoverage(rows: Array(rows), frequencies: batch.frequencies))
        let degridder = try await Degridder(plan, model: sky.model())
        Threads.width = threads
        defer { Threads.width = 1 }
        var once = Imager(plan)
        var twice = Imager(plan)
        for _ in 0..<2 {
            try await once.grid(batch, less: degridder)
            var changed = batch
            try await degridder.predict(into: &changed, .subtract)
            try await twice.grid(changed)
        }
        let (a, b) = (try await once.finish(), try await twice.finish())
        #expect(a.dirty == b.dirty && a.psf == b.psf && a.sums == b.sums)
        #expect(a.sums.used > 0 && (a.sums.unplannedBlocks > 0) == (planned == 3))
    }

    @Test("a model on another plan's grid is refused")
    func foreign() async throws {
        let sky = SkyCase(rows: 10)
        let batch = sky.batch(seed: 1)
        let degridder = try await Degridder(sky.plan(batch, epsilon: 1e-2), model: sky.model())
        var imager = Imager(try sky.plan(batch, epsilon: 1e-5))
        do {
            try await imager.grid(batch, less: degridder)
            Issue.record("gridded less a foreign model")
        } catch { #expect(error is ImagingError) }
        #expect(imager.sums.used == 0)
    }

    @Test("an empty model predicts zeros, an empty batch stays empty")
    func nothing() async throws {
        let sky = SkyCase(rows: 5)
        var batch = sky.batch(seed: 1)
        let zeros = [Float](repeating: 0, count: sky.width * sky.height)
        let degridder = try await Degridder(sky.plan(batch, epsilon: 1e-4), model: zeros)
        try await degridder.predict(into: &batch, .replace)
        #expect(batch.visibilities.allSatisfy { $0 == Complex64(0, 0) })
        var empty = VisibilityBatch(frequencies: batch.frequencies)
        #expect(try await degridder.predict(into: &empty, .add) == PredictionCounts())
        var channelless = VisibilityBatch(frequencies: [], uvw: batch.uvw)
        #expect(try await degridder.predict(into: &channelless, .add) == PredictionCounts())
    }

    @Test("models of another size or with blanks, and batches whose arrays do not fit, are refused")
    func refusals() async throws {
        let sky = SkyCase(rows: 5)
        let batch = sky.batch(seed: 1)
        let plan = try sky.plan(batch, epsilon: 1e-4)
        var blank = try sky.model()
        await #expect(throws: ImagingError.self) { try await Degridder(plan, model: Array(blank.dropLast())) }
        blank[7] = .nan
        await #expect(throws: ImagingError.self) { try await Degridder(plan, model: blank) }
        let degridder = try await Degridder(plan, model: sky.model())
        var (short, lost) = (batch, batch)
        short.visibilities.removeLast()
        lost.uvw[1].v = .infinity
        for bad in [short, lost] {
            var changed = bad
            do {
                try await degridder.predict(into: &changed, .replace)
                Issue.record("predicted a bad batch")
            } catch { #expect(error is ImagingError) }
            #expect(changed.weights == bad.weights)
        }
    }
}

extension SkyCase {
    /// Sources at all corners, on the borders, around the middle and somewhere else.
    fileprivate func model() throws -> [Float] {
        var model = [Float](repeating: 0, count: width * height)
        let columns = [0, width - 1, width / 2, width / 3, width / 2 + width / 8]
        let rows = [0, height - 1, height / 2, height / 5]
        for (index, column) in columns.enumerated() {
            for (other, row) in rows.enumerated() {
                model[row * width + column] = 0.1 + Float((index * 7 + other * 3) % 5)
            }
        }
        return model
    }

    fileprivate func plan(_ batch: VisibilityBatch, epsilon: Double) throws -> GridPlan {
        try GridPlan(
            ImageSettings(geometry: geometry(), epsilon: epsilon, psf: false),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
    }
}

/// Error of predicted visibilities against the direct sum over a model's pixels in double precision, relative to the
/// rms of visibilities of such sources.
private func predictionError(_ batch: VisibilityBatch, _ model: [Float], _ image: ImageGeometry) -> Double {
    let sources = model.indices.filter { model[$0] != 0 }.map { pixel in
        (l: image.l(pixel % image.width), m: image.m(pixel / image.width), flux: Double(model[pixel]))
    }
    var difference = 0.0
    let norm = sources.reduce(0) { $0 + $1.flux * $1.flux } * Double(batch.visibilities.count)
    for (row, uvw) in batch.uvw.enumerated() {
        for (channel, frequency) in batch.frequencies.enumerated() {
            var truth = SIMD2<Double>.zero
            for source in sources {
                let angle = 2 * .pi * phase(uvw, frequency, source.l, source.m)
                truth += SIMD2(cos(angle), sin(angle)) * source.flux
            }
            let value = batch.visibilities[row * batch.frequencies.count + channel]
            let error = SIMD2(Double(value.real), Double(value.imaginary)) - truth
            difference += (error * error).sum()
        }
    }
    return (difference / norm).squareRoot()
}
