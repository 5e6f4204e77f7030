import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct ConvolverTests {
    @Test(
        "images are convolved as by direct sums",
        arguments: [(20, 33, 7, 7), (37, 18, 8, 6), (5, 3, 9, 5), (64, 16, 1, 1), (9, 70, 18, 140)])
    func directSum(_ width: Int, _ height: Int, _ kernelWidth: Int, _ kernelHeight: Int) async throws {
        var random = Seeded(UInt64(width * height))
        let image = (0..<width * height).map { _ in Float.random(in: -1...1, using: &random) }
        let kernel = (0..<kernelWidth * kernelHeight).map { _ in Float.random(in: -1...1, using: &random) }
        let (x0, y0) = (kernelWidth / 2, kernelHeight / 2)
        let convolver = Convolver(
            width: width, height: height, reachX: (kernelWidth + 1) / 2, reachY: (kernelHeight + 1) / 2)
        let factors = [
            try await convolver.spectrum(image, width: width, height: height),
            try await convolver.spectrum(
                kernel, width: kernelWidth, height: kernelHeight, centreX: x0, centreY: y0),
        ]
        let result = try await convolver.image(factors, width: width, height: height)
        var worst = 0.0
        for pixel in stride(from: 0, to: width * height, by: 7) {
            var sum = 0.0
            for y in 0..<height {
                for x in 0..<width {
                    let (column, row) = (pixel % width - x + x0, pixel / width - y + y0)
                    guard column >= 0, column < kernelWidth, row >= 0, row < kernelHeight else { continue }
                    sum += Double(image[y * width + x] * kernel[row * kernelWidth + column])
                }
            }
            worst = max(worst, abs(Double(result[pixel]) - sum))
        }
        #expect(worst < 2e-6 * Double(kernel.count).squareRoot() * 4)
    }

    @Test("a kernel comes back with its centre where it is asked for")
    func centre() async throws {
        let convolver = Convolver(width: 30, height: 20, reachX: 6, reachY: 6)
        let kernel = ScaleKernel(width: 9.5)
        #expect(abs(kernel.values.reduce(0, +) - 1) < 1e-6)
        let spectrum = try await convolver.spectrum(
            kernel.values, width: kernel.edge, height: kernel.edge, centreX: kernel.reach,
            centreY: kernel.reach)
        let image = try await convolver.image([spectrum], width: 30, height: 20, centreX: 11, centreY: 8)
        var painted = [Float](repeating: 0, count: 600)
        kernel.paint([(8 * 30 + 11, 1)], on: &painted, width: 30, height: 20)
        #expect(zip(image, painted).allSatisfy { abs($0 - $1) < 1e-7 })
    }
}

@Suite struct RestoreTests {
    @Test("points become the beam times their flux, at the beam's angle, and residuals stay as they are")
    func points() async throws {
        let geometry = try ImageGeometry(width: 64, height: 64, cell: 1e-5)
        let psf = (0..<4096).map { pixel -> Float in
            let (east, north) = (Double(32 - pixel % 64), Double(pixel / 64 - 32))
            return Float(exp(-0.05 * east * east - 0.12 * north * north + 0.06 * east * north))
        }
        let beam = try RestoringBeam(fitting: psf, geometry)
        var model = [Float](repeating: 0, count: 51 * 40)
        model[20 * 51 + 17] = 2
        model[3 * 51 + 50] = -0.5
        let residual = (0..<51 * 40).map { Float($0 % 7) * 0.01 }
        let image = try await restored(
            model: model, residual: residual, width: 51, height: 40, cell: 1e-5, beam: beam)
        for pixel in image.indices {
            func part(_ column: Int, _ row: Int) -> Double {
                let (east, north) = (Double(column - pixel % 51), Double(pixel / 51 - row))
                return exp(-0.05 * east * east - 0.12 * north * north + 0.06 * east * north)
            }
            let expected = 2 * part(17, 20) - 0.5 * part(50, 3) + Double(residual[pixel])
            #expect(abs(Double(image[pixel]) - expected) < 2e-6)
        }
        let flat = try await restored(
            model: model.map { _ in 0 }, residual: residual, width: 51, height: 40, cell: 1e-5, beam: beam)
        #expect(flat == residual)
    }

    @Test("sizes that do not fit, and beams larger than the image, are refused")
    func refusals() async throws {
        let geometry = try ImageGeometry(width: 32, height: 32, cell: 1e-5)
        let psf = (0..<1024).map { pixel -> Float in
            let (x, y) = (Double(16 - pixel % 32), Double(pixel / 32 - 16))
            return Float(exp(-0.1 * (x * x + y * y)))
        }
        let beam = try RestoringBeam(fitting: psf, geometry)
        for (count, cell) in [(5, 1e-5), (6, 0), (6, 1e-5), (6, -.infinity), (6, .nan)] {
            let image = [Float](repeating: 0, count: count)
            await #expect(throws: ImagingError.self) {
                try await restored(
                    model: image, residual: image, width: 3, height: 2, cell: cell, beam: beam)
            }
        }
    }
}

@Suite struct RobustNoiseTests {
    @Test("the noise is the scaled median of absolute values, exactly", arguments: [1, 2, 1000, 263_001])
    func median(_ count: Int) async throws {
        var random = Seeded(UInt64(count))
        let values = (0..<count).map { _ in Float.random(in: -3...3, using: &random) }
        let sorted = values.map { abs($0) }.sorted()
        #expect(try await robustNoise(values) == 1.4826 * Double(sorted[count / 2]))
    }

    @Test("local shares undo a change of noise over the image")
    func local() async throws {
        var random = Seeded(9)
        let image = (0..<160 * 90).map { Float(random.normal()) * ($0 % 160 < 80 ? 1 : 4) }
        let shares = try await localNoiseShare(image, width: 160, height: 90, window: 30)
        #expect(abs(shares[45 * 160 + 20] - 1) < 0.2)
        #expect(abs(shares[45 * 160 + 140] - 0.25) < 0.06)
        #expect(shares.allSatisfy { $0 > 0 && $0 <= 1 })
    }
}
