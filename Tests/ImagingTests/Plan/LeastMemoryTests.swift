import Foundation
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

    /// Resident memory of this process, bytes; 0 where the system does not tell.
    private var resident: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (fields.flatMap { Int($0[1]) } ?? 0) * 4096
    }

    @Test("an absurd field is refused at once, before its blocks fill the memory")
    func absurd() throws {
        let field = try ImageGeometry(width: 65536, height: 65536, cell: 2 / 3600 * .pi / 180)
        let coverage = try coverage(rows: 20_000, channels: 128)
        let before = resident
        let start = ContinuousClock.now
        #expect {
            try GridPlan(ImageSettings(geometry: field), coverage: coverage, memory: 1 << 30)
        } throws: { error in
            guard case .memory(let least) = error as? ImagingError else { return false }
            return least > 1 << 30
        }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(resident - before < 100 << 20)
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
