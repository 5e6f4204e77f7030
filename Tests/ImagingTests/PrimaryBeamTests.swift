import Foundation
import Testing
import Visibilities

@testable import Imaging

@Suite struct PrimaryBeamTests {
    private static let arcminute = Double.pi / 10_800

    @Test(
        "power is 1 in the middle and a half at half the width of each hand, along both axes",
        arguments: [
            (0.85e9, SIMD4(99.25, 103.60, 99.38, 103.52)), (1.3e9, SIMD4(64.20, 67.18, 64.30, 67.11)),
            (1.325e9, SIMD4(62.935, 65.99, 63.225, 65.715)), (2e9, SIMD4(47.95, 49.27, 47.65, 49.64)),
        ])
    func widths(_ frequency: Double, _ widths: SIMD4<Double>) throws {
        let beam = try #require(PrimaryBeam(telescope: "MeerKAT", frequency: frequency))
        let half = widths * Self.arcminute / 2
        #expect(beam.power(0, 0, frequency: frequency) == 1)
        #expect(abs(beam.power(half.x, 0, frequency: frequency, of: .xx) - 0.5) < 1e-6)
        #expect(abs(beam.power(0, -half.y, frequency: frequency, of: .xx) - 0.5) < 1e-6)
        #expect(abs(beam.power(-half.z, 0, frequency: frequency, of: .yy) - 0.5) < 1e-6)
        #expect(abs(beam.power(0, half.w, frequency: frequency, of: .yy) - 0.5) < 1e-6)
        let both =
            (beam.power(1e-3, 2e-3, frequency: frequency, of: .xx)
                + beam.power(1e-3, 2e-3, frequency: frequency, of: .yy)) / 2
        #expect(abs(beam.power(1e-3, 2e-3, frequency: frequency) - both) < 1e-15)
    }

    @Test("an image of it holds the mean over angles and frequencies, to 1e-4 between its points")
    func image() throws {
        let beam = try #require(PrimaryBeam(telescope: "meerkat", frequency: 1.28e9))
        let image = try ImageGeometry(
            width: 101, height: 64, cell: 90 / 3600 * .pi / 180, centre: SIMD2(2e-3, -1e-3))
        let frequencies = [(frequency: 1.0e9, share: 1.0), (frequency: 1.5e9, share: 3.0)]
        let angles = [0.2, 1.0]
        let pixels = beam.image(image, frequencies: frequencies, angles: angles, of: .xx)
        for (row, column) in [(0, 0), (63, 100), (32, 50), (10, 70), (40, 3)] {
            let (l, m) = (image.l(column), image.m(row))
            var mean = 0.0
            for angle in angles {
                let (x, y) = (l * cos(angle) - m * sin(angle), m * cos(angle) + l * sin(angle))
                for (frequency, share) in frequencies {
                    mean += share * beam.power(x, y, frequency: frequency, of: .xx) / 8
                }
            }
            #expect(abs(Double(pixels[row * 101 + column]) - mean) < 1e-4)
        }
    }

    @Test("a quarter turn exchanges azimuth and elevation")
    func turned() throws {
        let beam = try #require(PrimaryBeam(telescope: "MeerKAT", frequency: 1.28e9))
        let image = try ImageGeometry(width: 33, height: 33, cell: 240 / 3600 * .pi / 180)
        let one = [(frequency: 0.9e9, share: 1.0)]
        let upright = beam.image(image, frequencies: one, angles: [0], of: .xx)
        let turned = beam.image(image, frequencies: one, angles: [.pi / 2], of: .xx)
        for k in 0..<33 { #expect(abs(upright[k * 33 + 16] - turned[16 * 33 + k]) < 1e-4) }
        #expect(upright[16 * 33 + 2] < upright[2 * 33 + 16])
    }

    @Test("telescopes and frequencies that are not known have none")
    func unknown() {
        #expect(PrimaryBeam(telescope: "HERA", frequency: 1.5e8) == nil)
        #expect(PrimaryBeam(telescope: "MeerKAT", frequency: 1.5e8) == nil)
    }
}
