import Foundation
import TestSupport
import Testing
import Tiles
import Visibilities

@testable import Imaging

@Suite struct DoublePrecisionTests {
    static let cases = [
        SkyCase(name: "one degree", rows: 60, channels: 4),
        SkyCase(
            name: "wide field, low, odd, off centre", width: 51, height: 40, field: 5, declination: 20,
            hourAngle: 4, rows: 40, channels: 5, centre: SIMD2(0.02, -0.013)),
        SkyCase(name: "one visibility", rows: 1, channels: 1, flagged: 0),
    ]

    @Test(
        "the l2 error of images in double precision stays below epsilon: anywhere and in the corners",
        arguments: cases, [1e-3, 1e-6, 1e-8, 1e-10])
    func accuracy(_ sky: SkyCase, _ epsilon: Double) async throws {
        let batch = sky.batch(seed: 7)
        let result = try await sky.image(batch, epsilon: epsilon, psf: true, precision: .double)
        let doubles = try #require(result.doubles)
        #expect(result.dirty == doubles.dirty.map { Float($0) })
        #expect(doubles.psf?[sky.height / 2 * sky.width + sky.width / 2] == 1)
        var random = Seeded(3)
        let pixels = (0..<40).map { _ in
            (
                column: Int.random(in: 0..<sky.width, using: &random),
                row: Int.random(in: 0..<sky.height, using: &random)
            )
        }
        let corners = [0, sky.width - 1].flatMap { column in
            [0, sky.height - 1].map { (column: column, row: $0) }
        }
        #expect(relativeError(doubles.dirty, batch, result.geometry, at: pixels) < epsilon)
        #expect(relativeError(doubles.dirty, batch, result.geometry, at: corners) < 2 * epsilon)
    }

    @Test(
        "predictions in double precision follow a source's closed form within epsilon, wherever it lies",
        arguments: [1e-6, 1e-8, 1e-10])
    func prediction(_ epsilon: Double) async throws {
        let sky = SkyCase(width: 50, height: 41, field: 3, declination: 10, rows: 40, channels: 5)
        var batch = sky.batch(seed: 5).inDoublePrecision
        let image = try sky.geometry()
        for (column, row) in [(0, 0), (49, 3), (25, 20), (31, 40)] {
            var model = [Double](repeating: 0, count: sky.width * sky.height)
            model[row * sky.width + column] = 1.7
            let degridder = try await Degridder(sky.plan(batch, epsilon: epsilon), model: model)
            try await degridder.predict(into: &batch, .replace)
            var difference = 0.0
            for (sample, value) in batch.doubles.enumerated() {
                let turns = phase(
                    batch.uvw[sample / 5], batch.frequencies[sample % 5], image.l(column), image.m(row))
                let error = value - 1.7 * SIMD2(cos(2 * .pi * turns), sin(2 * .pi * turns))
                difference += (error * error).sum()
            }
            #expect((difference / Double(batch.doubles.count)).squareRoot() < 1.7 * epsilon)
        }
    }

    @Test(
        "degridding in double precision is the adjoint of gridding to 1e-12: every support, on and off centre",
        arguments: 3...16)
    func adjoint(_ support: Int) async throws {
        let off = support % 2 == 1
        let sky = SkyCase(
            width: off ? 37 : 48, height: off ? 40 : 33, field: 3, declination: 30, rows: 40, channels: 4,
            centre: off ? SIMD2(0.02, 0.01) : .zero)
        let batch = sky.batch(seed: UInt64(support)).inDoublePrecision
        func entry(_ support: Int, _ least: Double) throws -> KernelEntry {
            try #require(
                KernelEntry.table.first { $0.shape.support == support && $0.oversampling >= least })
        }
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        let scheme = try GriddingScheme(
            sky.geometry(), extent: CoverageExtent(coverage), kernel: entry(support, 1.5),
            planeKernel: entry(19 - support, 1.5), precision: .double)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: false, precision: .double), coverage: coverage,
            scheme: scheme)
        var random = Seeded(99)
        let model = (0..<sky.width * sky.height).map { _ in random.normal() }
        var imager = Imager(plan)
        try await imager.grid(batch)
        let result = try await imager.finish()
        let dirty = try #require(result.doubles).dirty
        let gridded = zip(dirty, model).reduce(0.0) { $0 + $1.0 * $1.1 }
        var predicted = batch
        try await Degridder(plan, model: model).predict(into: &predicted, .replace)
        var (product, norm) = (0.0, 0.0)
        for (sample, weight) in batch.weights.enumerated() where weight > 0 {
            let (a, b) = (batch.doubles[sample], predicted.doubles[sample])
            product += Double(weight) * (a * b).sum()
            norm += Double(weight) * (b * b).sum()
        }
        let scale = (norm * Double(batch.weights.count { $0 > 0 })).squareRoot()
        #expect(abs(gridded * result.sums.weight - product) < 1e-12 * scale)
    }

    @Test("one, two and three threads give the same bits, gridding what a model leaves")
    func threads() async throws {
        let sky = SkyCase(width: 64, height: 48, field: 3, rows: 60)
        let batch = sky.batch(seed: 9)
        var images = [[Double]]()
        for width in [1, 2, 3] {
            Threads.width = width
            defer { Threads.width = 1 }
            let plan = try sky.plan(batch, epsilon: 1e-7)
            let model = (0..<64 * 48).map { $0 % 101 == 0 ? Float(1) : 0 }
            var imager = Imager(plan)
            try await imager.grid(batch, less: Degridder(plan, model: model))
            images.append(try #require(try await imager.finish().doubles).dirty)
        }
        #expect(images[0] == images[1] && images[1] == images[2])
    }

    @Test(
        "gridding less a model gives the bits of subtracting it first from visibilities in double precision")
    func residuals() async throws {
        let sky = SkyCase(field: 3, rows: 60, flagged: 0.2)
        var batch = sky.batch(seed: 12).inDoublePrecision
        batch.doubles[5] = SIMD2(.nan, 0)
        let plan = try sky.plan(batch, epsilon: 1e-6)
        let model = (0..<64 * 64).map { $0 % 97 == 0 ? 0.3 : 0.0 }
        let degridder = try await Degridder(plan, model: model)
        var once = Imager(plan)
        var twice = Imager(plan)
        try await once.grid(batch, less: degridder)
        try await degridder.predict(into: &batch, .subtract)
        try await twice.grid(batch)
        let (a, b) = (try await once.finish(), try await twice.finish())
        #expect(a.doubles?.dirty == b.doubles?.dirty && a.sums == b.sums && a.sums.used > 0)
    }

    @Test("either precision takes visibilities of either, and both images agree")
    func mixed() async throws {
        let sky = SkyCase(rows: 40)
        let batch = sky.batch(seed: 3)
        let single = try await sky.image(batch, epsilon: 1e-5)
        let fromDoubles = try await sky.image(batch.inDoublePrecision, epsilon: 1e-5)
        let double = try await sky.image(batch, epsilon: 1e-9, precision: .double)
        #expect(single.dirty == fromDoubles.dirty && single.doubles == nil)
        let peak = Double(single.dirty.map(abs).max() ?? 0)
        let doubles = try #require(double.doubles).dirty
        #expect(zip(single.dirty, doubles).allSatisfy { abs(Double($0) - $1) < 1e-4 * peak })
    }

    @Test("each precision refuses accuracies that it does not keep", arguments: [1e-11, 0, .nan, 0.02])
    func refusals(_ epsilon: Double) throws {
        let sky = SkyCase(rows: 3)
        let batch = sky.batch(seed: 1)
        #expect(throws: ImagingError.self) { try sky.plan(batch, epsilon: epsilon) }
        #expect(throws: ImagingError.self) {
            let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
            _ = try GridPlan(ImageSettings(geometry: sky.geometry(), epsilon: 1e-6), coverage: coverage)
        }
    }

    @Test("a batch has visibilities of one precision")
    func bothPrecisions() async throws {
        let sky = SkyCase(rows: 4)
        var batch = sky.batch(seed: 1)
        batch.doubles = batch.inDoublePrecision.doubles
        var imager = Imager(try sky.plan(batch, epsilon: 1e-6))
        do {
            try await imager.grid(batch)
            Issue.record("gridded visibilities of both precisions")
        } catch { #expect(error is ImagingError) }
    }

    @Test("a plan in double precision holds twice the bytes of the same blocks in single precision")
    func memory() throws {
        let sky = SkyCase(rows: 20)
        let batch = sky.batch(seed: 1)
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        func plan(_ precision: Precision) throws -> GridPlan {
            let settings = try ImageSettings(
                geometry: sky.geometry(), epsilon: 1e-3, psf: true, precision: precision)
            let entry = KernelEntry.table[20]
            return GridPlan(
                settings, coverage: coverage,
                scheme: GriddingScheme(
                    settings.geometry, extent: CoverageExtent(coverage), kernel: entry, planeKernel: entry))
        }
        let (single, double) = (try plan(.single), try plan(.double))
        #expect(single.blocks == double.blocks)
        #expect(double.streamingBytes - single.streamingBytes == single.blockCount * 2 * 2048)
        #expect(double.finalBytes > single.finalBytes && Degridder.bytes(double) > Degridder.bytes(single))
    }

    @Test("cosines and sines are right to 4e-16 for thousands of turns")
    func phasors() {
        var random = Seeded(17)
        for _ in 0..<200 {
            let turns = SIMD8<Double>.random(in: -4000...4000, using: &random)
            let (cosine, sine) = Double.phasor(turns: turns)
            for lane in 0..<8 {
                let fraction = turns[lane] - turns[lane].rounded()
                #expect(abs(cosine[lane] - cos(2 * .pi * fraction)) < 4e-16)
                #expect(abs(sine[lane] - sin(2 * .pi * fraction)) < 4e-16)
            }
        }
    }
}

extension SkyCase {
    fileprivate func plan(_ batch: VisibilityBatch, epsilon: Double) throws -> GridPlan {
        try GridPlan(
            ImageSettings(geometry: geometry(), epsilon: epsilon, psf: false, precision: .double),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
    }
}

extension VisibilityBatch {
    /// The same visibilities as doubles.
    fileprivate var inDoublePrecision: VisibilityBatch {
        VisibilityBatch(
            frequencies: frequencies, uvw: uvw,
            doubles: visibilities.map { SIMD2(Double($0.real), Double($0.imaginary)) }, weights: weights)
    }
}
