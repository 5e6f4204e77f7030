import Foundation
import Testing

@testable import Imaging

@Suite struct KernelEntryTests {
    /// What the polynomials of a kernel make of exp(2πi x d) at offsets t, less the exact value, relative to it: mean square.
    private func aliasing(_ kernel: GriddingKernel, at x: Double) -> Double {
        let steps = 60
        let squares = (0..<steps).map { step -> Double in
            let t = 2 * (Double(step) + 0.5) / Double(steps) - 1
            var (real, imaginary) = (0.0, 0.0)
            for (cell, powers) in kernel.powers.enumerated() {
                let value = powers.reversed().reduce(0) { $0 * t + $1 }
                let angle = 2 * .pi * x * (Double(cell) - Double(kernel.support - 1) / 2 - t / 2)
                real += value * cos(angle)
                imaginary += value * sin(angle)
            }
            let scale = 1 / kernel.transform(x)
            return pow(real * scale - 1, 2) + pow(imaginary * scale, 2)
        }
        return squares.reduce(0, +) / Double(steps)
    }

    @Test(
        "the table's errors are those of the evaluated polynomials: mean over the image, and worst",
        arguments: [
            (3, 2.0), (4, 1.5), (5, 2.25), (6, 1.5), (7, 1.4), (8, 1.25), (10, 1.6), (13, 1.75), (15, 1.4),
        ])
    func errors(_ support: Int, _ oversampling: Double) throws {
        let entry = try #require(
            KernelEntry.table.first { $0.shape.support == support && $0.oversampling == oversampling })
        let kernel = GriddingKernel(entry.shape)
        // Midpoints, the mean over pixels; the aliasing of wide kernels is in narrow parts of it.
        let points = support > 10 ? 48 : 12
        let squares = (0..<points).map {
            aliasing(kernel, at: (Double($0) + 0.5) / Double(2 * points) / oversampling)
        }
        let mean = (squares.reduce(0, +) / Double(points)).squareRoot()
        #expect(abs(mean / entry.error - 1) < 0.2)
        let edges = (0...12).map { aliasing(kernel, at: Double($0) / 24 / oversampling) }
        let worst = try #require(edges.max()).squareRoot()
        #expect(worst < 1.5 * entry.worstError && worst > 0.8 * entry.worstError)
    }

    @Test("wider kernels and finer grids alias less, and raise the image's edge more or less")
    func order() {
        for entry in KernelEntry.table {
            let finer = KernelEntry.table.filter {
                $0.shape.support == entry.shape.support && $0.oversampling > entry.oversampling
            }
            #expect(finer.allSatisfy { $0.error < entry.error && $0.worstError < entry.worstError })
            #expect(entry.edgeTaper >= entry.taper && entry.taper >= 1)
        }
        #expect(Set(KernelEntry.table.map(\.shape.support)) == Set(3...16))
    }
}
