import Foundation
import TestSupport

@testable import Imaging

/// Visibilities of a few antennas, summed directly in double precision both ways: an exact major cycle whose point
/// spread function changes over the field through the w terms.
struct CleanSky: MajorCycle {
    let width: Int
    let height: Int
    /// cos and sin of the phases, [visibility][pixel].
    private let cosines: [[Double]]
    private let sines: [[Double]]
    /// Point spread function of twice the width and height.
    private let wide: [Float]?
    private(set) var real: [Double]
    private(set) var imaginary: [Double]

    /// - Parameters:
    ///   - beam: pixels across the main lobe, roughly.
    ///   - w: turns of a visibility's w phase at the image's corner, at most.
    ///   - widePSF: whether its point spread function is twice as wide and high as the image.
    init(
        width: Int, height: Int, beam: Double = 3, w: Double = 0.3, count: Int = 700, widePSF: Bool = false,
        seed: UInt64 = 7
    ) {
        self.width = width
        self.height = height
        var random = Seeded(seed)
        var (cosines, sines, wide) = (
            [[Double]](), [[Double]](), [Double](repeating: 0, count: 4 * width * height)
        )
        let corner = Double(width * width + height * height) / 4
        for _ in 0..<count {
            // Turns per pixel, denser at the centre.
            let (u, v) = (0.35 / beam * random.normal(), 0.35 / beam * random.normal())
            let depth = w * Double.random(in: -1...1, using: &random) / corner
            if widePSF {
                for pixel in wide.indices {
                    let (x, y) = (Double(pixel % (2 * width) - width), Double(pixel / (2 * width) - height))
                    wide[pixel] += cos(2 * .pi * (u * x + v * y + depth * (x * x + y * y))) / Double(count)
                }
            }
            let phases = (0..<width * height).map { pixel -> Double in
                let (x, y) = (Double(pixel % width - width / 2), Double(pixel / width - height / 2))
                return 2 * .pi * (u * x + v * y + depth * (x * x + y * y))
            }
            cosines.append(phases.map { cos($0) })
            sines.append(phases.map { sin($0) })
        }
        self.wide = widePSF ? wide.map { Float($0) } : nil
        self.cosines = cosines
        self.sines = sines
        real = [Double](repeating: 0, count: count)
        imaginary = real
    }

    /// Adds what a model looks like, and noise of some rms in the image.
    mutating func observe(_ model: [Float], noise: Double = 0, seed: UInt64 = 3) {
        var random = Seeded(seed)
        for visibility in real.indices {
            let (x, y) = predict(model, visibility)
            let rms = noise * Double(2 * real.count).squareRoot()
            real[visibility] += x + (noise > 0 ? rms / 2.0.squareRoot() * random.normal() : 0)
            imaginary[visibility] += y + (noise > 0 ? rms / 2.0.squareRoot() * random.normal() : 0)
        }
    }

    private func predict(_ model: [Float], _ visibility: Int) -> (Double, Double) {
        var (x, y) = (0.0, 0.0)
        for pixel in model.indices where model[pixel] != 0 {
            x += Double(model[pixel]) * cosines[visibility][pixel]
            y += Double(model[pixel]) * sines[visibility][pixel]
        }
        return (x, y)
    }

    private func image(_ real: [Double], _ imaginary: [Double]) -> [Float] {
        var sum = [Double](repeating: 0, count: width * height)
        for visibility in real.indices {
            let (x, y) = (real[visibility], imaginary[visibility])
            cosines[visibility].withUnsafeBufferPointer { cosines in
                sines[visibility].withUnsafeBufferPointer { sines in
                    for pixel in sum.indices { sum[pixel] += x * cosines[pixel] + y * sines[pixel] }
                }
            }
        }
        return sum.map { Float($0 / Double(real.count)) }
    }

    var dirty: [Float] { image(real, imaginary) }
    var psf: [Float] {
        image([Double](repeating: 1, count: real.count), [Double](repeating: 0, count: real.count))
    }

    func residual(of model: [Float]) -> [Float] {
        let predicted = real.indices.map { predict(model, $0) }
        return image(
            zip(real, predicted).map { $0 - $1.0 }, zip(imaginary, predicted).map { $0 - $1.1 })
    }

    func residuals(of models: [[Float]]) async throws -> [[Float]] { models.map { residual(of: $0) } }

    /// Cleans what was observed.
    func clean(_ settings: CleanSettings) async throws -> CleanResult {
        let scale = wide == nil ? 1 : 2
        return try await Imaging.clean(
            dirty: [dirty], psfs: [wide ?? psf],
            field: CleanField(
                width: width, height: height, psfWidth: scale * width, psfHeight: scale * height),
            settings: settings, cycle: self)
    }

    /// An image of some points.
    func points(_ sources: [(column: Int, row: Int, flux: Float)]) -> [Float] {
        var image = [Float](repeating: 0, count: width * height)
        for source in sources { image[source.row * width + source.column] += source.flux }
        return image
    }
}

/// A cycle that returns what a test wants.
struct FixedCycle: MajorCycle {
    let make: @Sendable ([[Float]]) -> [[Float]]
    func residuals(of models: [[Float]]) async throws -> [[Float]] { make(models) }
}
