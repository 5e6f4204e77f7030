import TestSupport
import Testing
import Visibilities

@testable import Imaging

@Suite("Least memory of a grid") struct LeastMemoryTests {
    /// Rows of an array of 8 km in L band.
    private func coverage(rows: Int, channels: Int) throws -> UVCoverage {
        var random = Seeded(8)
        let uvw = (0..<rows).map { _ in
            UVW(3000 * random.normal(), 3000 * random.normal(), 2000 * random.normal())
        }
        let step = 0.85e9 / Double(channels)
        return try UVCoverage(rows: uvw, frequencies: (0..<channels).map { 0.86e9 + step * Double($0) })
    }

    /// A field far too wide for an array of 8 km.
    private var absurd: ImageSettings {
        get throws {
            ImageSettings(
                geometry: try ImageGeometry(width: 65536, height: 65536, cell: 2 / 3600 * .pi / 180))
        }
    }

    @Test("an absurd field is refused before its blocks are listed")
    func refused() throws {
        #expect {
            try GridPlan(absurd, coverage: coverage(rows: 5000, channels: 64), memory: 1 << 30)
        } throws: { error in
            guard case .memory(let least) = error as? ImagingError else { return false }
            return least > 1 << 30
        }
    }

    @Test("no more rows are looked at than it takes, and how many threads look changes nothing")
    func looks() throws {
        let (settings, all) = (try absurd, try coverage(rows: 3 * LeastMemory.rowsAtOnce, channels: 32))
        let first = try coverage(rows: LeastMemory.rowsAtOnce, channels: 32)
        let extent = CoverageExtent(all)
        let scheme = try GriddingScheme(
            settings.geometry, extent: extent, samples: all.samples, epsilon: settings.epsilon,
            precision: settings.precision)
        let least = LeastMemory(settings, scheme, extent)
        let bytes = try #require(least.above(1 << 30, first, stretches: 1))
        for stretches in [1, 3] { #expect(least.above(1 << 30, all, stretches: stretches) == bytes) }
        #expect(least.above(bytes, first, stretches: 2) == nil)
    }

    @Test("it is no more than the grid takes, so that what fits is planned as it is without a limit")
    func bound() throws {
        for (size, cell) in [(256, 4e-5), (512, 6e-5), (200, 1e-4)] {
            let field = try ImageGeometry(width: size, height: size, cell: cell)
            for psf in [false, true] {
                let (settings, coverage) = (
                    ImageSettings(geometry: field, psf: psf), try coverage(rows: 150, channels: 16)
                )
                let plan = try GridPlan(settings, coverage: coverage)
                let limited = try GridPlan(settings, coverage: coverage, memory: plan.streamingBytes)
                #expect(limited.blocks == plan.blocks)
                #expect {
                    try GridPlan(settings, coverage: coverage, memory: 1000)
                } throws: { error in
                    guard case .memory(let least) = error as? ImagingError else { return false }
                    return (1001...plan.streamingBytes).contains(least)
                }
            }
        }
    }
}
