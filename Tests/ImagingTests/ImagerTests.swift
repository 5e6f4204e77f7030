import Foundation
import Testing
import Tiles
import Visibilities

@testable import Imaging

@Suite struct ImagerTests {
    @Test("the point spread function peaks with 1 at the phase centre", arguments: [1e-3, 1e-4, 1e-5])
    func psfPeak(_ epsilon: Double) async throws {
        let sky = SkyCase(rows: 150)
        let result = try await sky.image(sky.batch(seed: 2), epsilon: epsilon, psf: true)
        let psf = try #require(result.psf)
        #expect(abs(psf[32 * 64 + 32] - 1) < 1e-6)
        #expect(psf.allSatisfy { Double($0) < 1 + epsilon })
        #expect(result.beam != nil)
    }

    @Test("one and two threads give the same bits")
    func threads() async throws {
        let sky = SkyCase(width: 96, height: 80, field: 3, rows: 90)
        let batch = sky.batch(seed: 9)
        var images = [[Float]]()
        for width in [1, 2, 3] {
            let plan = try GridPlan(
                ImageSettings(geometry: sky.geometry(), psf: true),
                coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
            Threads.width = width
            defer { Threads.width = 1 }
            var imager = Imager(plan)
            try await imager.grid(batch)
            images.append(try await imager.finish().dirty)
        }
        #expect(images[0] == images[1] && images[1] == images[2])
    }

    @Test("looking at the images so far changes no bit of those of all")
    func soFar() async throws {
        let sky = SkyCase(rows: 80)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: true),
            coverage: UVCoverage(rows: sky.batch(seed: 5).uvw, frequencies: sky.batch(seed: 5).frequencies))
        var looked = Imager(plan)
        var plain = Imager(plan)
        let first = sky.batch(seed: 5)
        try await looked.grid(first)
        let snapshot = try await looked.snapshot()
        try await plain.grid(first)
        var second = sky.batch(seed: 6)
        second.uvw = first.uvw
        try await looked.grid(second)
        try await plain.grid(second)
        // Made after the second batch, it is the image of the first one.
        let early = try await Threads.$limit.withValue(1) { try await snapshot.images() }
        let alone = try await sky.image(first, epsilon: 1e-4, psf: true)
        #expect(early.dirty == alone.dirty && early.psf == alone.psf && early.sums == alone.sums)
        let (one, other) = (try await looked.finish(), try await plain.finish())
        #expect(one.dirty == other.dirty && one.psf == other.psf && one.dirty != early.dirty)
    }

    @Test("a look at the images so far has the blocks off the schedule, too, and a copy of them")
    func soFarOffSchedule() async throws {
        let sky = SkyCase(width: 128, height: 128, rows: 50)
        let first = sky.batch(seed: 4)
        let coverage = try UVCoverage(rows: Array(first.uvw[0..<5]), frequencies: first.frequencies)
        let plan = try GridPlan(ImageSettings(geometry: sky.geometry(), psf: true), coverage: coverage)
        var looked = Imager(plan)
        var plain = Imager(plan)
        var alone = Imager(plan)
        try await looked.grid(first)
        let snapshot = try await looked.snapshot()
        for batch in [sky.batch(seed: 5), first] { try await looked.grid(batch) }
        for batch in [first, sky.batch(seed: 5), first] { try await plain.grid(batch) }
        try await alone.grid(first)
        let (early, wanted) = (try await snapshot.images(), try await alone.finish())
        #expect(early.sums.unplannedBlocks > 0 && early.sums == wanted.sums)
        #expect(early.dirty == wanted.dirty && early.psf == wanted.psf)
        let (one, other) = (try await looked.finish(), try await plain.finish())
        #expect(one.sums.unplannedBlocks > early.sums.unplannedBlocks)
        #expect(one.dirty == other.dirty && one.psf == other.psf)
    }

    @Test("batches split by rows or channels add up to the same image")
    func batches() async throws {
        let sky = SkyCase(rows: 60, channels: 10)
        let batch = sky.batch(seed: 4)
        let whole = try await sky.image(batch, epsilon: 1e-4)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: false),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        var imager = Imager(plan)
        for channels in [0..<4, 4..<10] {
            let rows = batch.uvw.indices
            try await imager.grid(
                VisibilityBatch(
                    frequencies: Array(batch.frequencies[channels]), uvw: batch.uvw,
                    visibilities: rows.flatMap { row in channels.map { batch.visibilities[row * 10 + $0] } },
                    weights: rows.flatMap { row in channels.map { batch.weights[row * 10 + $0] } }))
        }
        let split = try await imager.finish()
        let peak = whole.dirty.map(abs).max() ?? 0
        #expect(zip(whole.dirty, split.dirty).allSatisfy { abs($0 - $1) < 1e-6 * peak })
        #expect(split.sums.used == whole.sums.used)
        #expect(abs(split.sums.meanFrequency / whole.sums.meanFrequency - 1) < 1e-12)
    }

    @Test("data off the schedule are imaged all the same, their blocks counted")
    func offSchedule() async throws {
        let sky = SkyCase(width: 128, height: 128, rows: 50)
        let batch = sky.batch(seed: 4)
        let highest = batch.uvw.sorted { abs($0.w) > abs($1.w) }
        let coverage = try UVCoverage(rows: Array(highest[0..<5]), frequencies: batch.frequencies)
        var imager = Imager(
            try GridPlan(ImageSettings(geometry: sky.geometry(), psf: false), coverage: coverage))
        try await imager.grid(batch)
        let result = try await imager.finish()
        #expect(result.sums.unplannedBlocks > 0)
        let pixels = [(3, 5), (64, 64), (120, 10), (17, 94)].map { (column: $0.0, row: $0.1) }
        #expect(relativeError(result.dirty, batch, result.geometry, at: pixels) < 1e-4)
    }

    @Test("the plan foresees every block that its schedule's data touch")
    func planned() async throws {
        for sky in DirtyImageTests.cases {
            let result = try await sky.image(sky.batch(seed: 1), epsilon: 1e-4)
            #expect(result.sums.unplannedBlocks == 0)
        }
    }

    @Test("every sample is counted once: used, flagged or beyond the grid")
    func counts() async throws {
        let sky = SkyCase(rows: 40, flagged: 0.2)
        var batch = sky.batch(seed: 8)
        batch.uvw[3] = UVW(1e6, 0, 0)
        batch.visibilities[0] = Complex64(.nan, 0)
        batch.weights[0] = 1
        batch.weights[1] = .infinity
        let result = try await sky.image(batch, epsilon: 1e-3)
        #expect(result.sums.beyond == batch.weights[24..<32].count { $0 > 0 })
        #expect(result.sums.used + result.sums.flagged + result.sums.beyond == batch.weights.count)
        #expect(result.dirty.allSatisfy { $0.isFinite })
    }

    @Test("an observation that is flagged throughout is an error")
    func nothing() async throws {
        let sky = SkyCase(rows: 10, flagged: 1.1)
        await #expect(throws: ImagingError.nothingToImage(flagged: 80, beyond: 0)) {
            try await sky.image(sky.batch(seed: 1), epsilon: 1e-4)
        }
    }

    @Test("arrays that do not fit, channels out of order and coordinates that are no numbers are refused")
    func refusals() async throws {
        let sky = SkyCase(rows: 5)
        let good = sky.batch(seed: 1)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry()),
            coverage: UVCoverage(rows: good.uvw, frequencies: good.frequencies))
        var imager = Imager(plan)
        var (short, reversed, lost) = (good, good, good)
        short.weights.removeLast()
        reversed.frequencies.reverse()
        lost.uvw[2].w = .nan
        for bad in [short, reversed, lost] {
            do {
                try await imager.grid(bad)
                Issue.record("gridded a bad batch")
            } catch { #expect(error is ImagingError) }
        }
        #expect(imager.sums.used == 0)
    }

    @Test(
        "sizes, cells and accuracies that make no image are refused",
        arguments: [
            (0, 64, 1e-5, 1e-4), (64, 1 << 17, 1e-9, 1e-4), (64, 64, 0, 1e-4), (64, 64, .nan, 1e-4),
            (64, 64, 0.03, 1e-4),
            (64, 64, 1e-5, 1e-7),
        ])
    func settings(_ width: Int, _ height: Int, _ cell: Double, _ epsilon: Double) {
        #expect(throws: ImagingError.self) {
            let geometry = try ImageGeometry(width: width, height: height, cell: cell)
            let coverage = try UVCoverage(rows: [UVW(10, 10, 1)], frequencies: [1e9])
            _ = try GridPlan(ImageSettings(geometry: geometry, epsilon: epsilon), coverage: coverage)
        }
    }
}
