import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Imaging

/// What nobody means to image: the right result or a clear error.
@Suite("Odd input of the imager") struct OddInputTests {
    private func image(
        _ batch: VisibilityBatch, width: Int = 32, height: Int = 32, cell: Double = 1e-4
    ) async throws -> ImageResult {
        let geometry = try ImageGeometry(width: width, height: height, cell: cell)
        var imager = Imager(
            try GridPlan(
                ImageSettings(geometry: geometry),
                coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)))
        try await imager.grid(batch)
        return try await imager.finish()
    }

    private func one(_ uvw: UVW, weight: Float = 2) -> VisibilityBatch {
        VisibilityBatch(
            frequencies: [1.4e9], uvw: [uvw], visibilities: [Complex64(0.6, -0.8)], weights: [weight])
    }

    @Test(
        "one visibility of one channel is one fringe, with w and without, of any shape of image",
        arguments: [UVW(80, -120, 0), UVW(0, 0, 0), UVW(-300, 40, 900), UVW(0, 0, -2000)],
        [(32, 32), (1, 1), (2, 3), (33, 8)])
    func fringe(_ uvw: UVW, _ size: (Int, Int)) async throws {
        let batch = one(uvw)
        let result = try await image(batch, width: size.0, height: size.1)
        for row in 0..<size.1 {
            for column in 0..<size.0 {
                let truth = directSum(batch, result.geometry, column: column, row: row)
                #expect(abs(Double(result.dirty[row * size.0 + column]) - truth) < 2e-4)
            }
        }
        #expect(result.sums.used == 1 && result.sums.weight == 2)
    }

    @Test(
        "weights that are no weights flag their samples",
        arguments: [Float.nan, -1, 0, .infinity, -.infinity])
    func weights(_ odd: Float) async throws {
        var batch = one(UVW(10, 20, 30))
        batch.uvw.append(UVW(30, 20, 10))
        batch.visibilities.append(Complex64(1, 0))
        batch.weights.append(odd)
        let (with, without) = (try await image(batch), try await image(one(UVW(10, 20, 30))))
        #expect(with.sums.used == 1 && with.sums.flagged == 1)
        #expect(zip(with.dirty, without.dirty).allSatisfy { abs($0 - $1) < 2e-4 })
        await #expect(throws: ImagingError.nothingToImage(flagged: 1, beyond: 0)) {
            try await image(one(UVW(10, 20, 30), weight: odd))
        }
    }

    @Test("nothing at all is an error, and so is a coverage without rows or channels")
    func nothing() async throws {
        let geometry = try ImageGeometry(width: 32, height: 32, cell: 1e-4)
        let coverage = try UVCoverage(rows: [UVW(1, 2, 3)], frequencies: [1e9])
        for batch in [VisibilityBatch(frequencies: [1e9]), VisibilityBatch(frequencies: [])] {
            var imager = Imager(try GridPlan(ImageSettings(geometry: geometry), coverage: coverage))
            try? await imager.grid(batch)
            let made = imager
            await #expect(throws: ImagingError.nothingToImage(flagged: 0, beyond: 0)) {
                _ = try await made.snapshot().images()
            }
        }
        #expect(throws: ImagingError.self) { try UVCoverage(rows: [UVW(1, 2, 3)], frequencies: []) }
    }

    @Test("what lies beyond the grid is counted and never wrapped round: the image is that of the rest")
    func beyond() async throws {
        // Pixels of 1e-4 rad see up to 5000 wavelengths: 1070 m at 1.4 GHz.
        let near = one(UVW(500, -800, 100))
        for far in [UVW(1080, 0, 0), UVW(0, -1500, 3), UVW(1e9, 1e9, 1e9), UVW(5, 5, 1e12)] {
            var batch = near
            batch.uvw.append(far)
            batch.visibilities.append(Complex64(100, 100))
            batch.weights.append(1)
            let geometry = try ImageGeometry(width: 32, height: 32, cell: 1e-4)
            let plan = try GridPlan(
                ImageSettings(geometry: geometry),
                coverage: UVCoverage(rows: near.uvw, frequencies: near.frequencies))
            var imager = Imager(plan)
            try await imager.grid(batch)
            let result = try await imager.finish()
            #expect(result.sums.beyond == 1 && result.sums.used == 1)
            let alone = try await image(near)
            #expect(result.dirty == alone.dirty)
        }
    }

    @Test("uvw and frequencies that are no numbers, and sizes and cells that make no image, are refused")
    func refused() async throws {
        for odd in [Double.nan, .infinity, -.infinity] {
            await #expect(throws: ImagingError.self) { try await image(one(UVW(odd, 0, 0))) }
        }
        for (width, cell) in [
            (0, 1e-4), (-5, 1e-4), (1 << 17, 1e-9), (32, 0), (32, -1e-4), (32, .nan), (32, 1),
        ] {
            #expect(throws: ImagingError.self) { try ImageGeometry(width: width, height: 32, cell: cell) }
        }
        // A cell of a millionth of the finest fringe is wasteful, and right.
        let fine = try await image(one(UVW(80, 120, 5)), cell: 1e-12)
        #expect(fine.dirty.allSatisfy { abs($0 - 0.6) < 2e-4 })
    }
}
