import Foundation
import Testing

@testable import Imaging

@Suite struct RestoringBeamTests {
    private func gaussian(_ major: Double, _ minor: Double, _ angle: Double, size: Int) -> [Float] {
        (0..<size * size).map { pixel in
            let (x, y) = (Double(size / 2 - pixel % size), Double(pixel / size - size / 2))
            let along = x * sin(angle) + y * cos(angle)
            let across = x * cos(angle) - y * sin(angle)
            return Float(
                exp(-4 * log(2.0) * (along * along / major / major + across * across / minor / minor)))
        }
    }

    @Test(
        "a Gaussian gives its own axes, north through east",
        arguments: [
            (6.0, 4.0, 30.0), (9.0, 3.0, 135.0), (5.0, 4.9, 90.0), (20.0, 7.0, 0.5), (8.0, 5.0, 179.0),
        ])
    func fit(_ major: Double, _ minor: Double, _ degrees: Double) throws {
        let image = try ImageGeometry(width: 64, height: 64, cell: 1e-5)
        let beam = try RestoringBeam(fitting: gaussian(major, minor, degrees * .pi / 180, size: 64), image)
        #expect(!beam.fromMoments)
        #expect(abs(beam.major / 1e-5 - major) < 1e-4 * major)
        #expect(abs(beam.minor / 1e-5 - minor) < 1e-4 * minor)
        #expect(abs(beam.positionAngle * 180 / .pi - degrees) < 0.02)
    }

    @Test("the foot of the lobe counts: no other axes fit better within two widths")
    func foot() throws {
        let image = try ImageGeometry(width: 64, height: 64, cell: 1e-5)
        let (core, foot) = (gaussian(5, 4, 0.5, size: 64), gaussian(11, 9, 0.5, size: 64))
        let psf = zip(core, foot).map { 0.8 * $0 + 0.2 * $1 }
        let beam = try RestoringBeam(fitting: psf, image)
        let (major, minor) = (beam.major / 1e-5, beam.minor / 1e-5)
        let within = gaussian(major, minor, beam.positionAngle, size: 64).map { $0 >= 1.0 / 65536 }
        func misfit(_ major: Double, _ minor: Double) -> Double {
            let form = gaussian(major, minor, beam.positionAngle, size: 64)
            return psf.indices.reduce(0.0) {
                within[$1] ? $0 + Double((psf[$1] - form[$1]) * (psf[$1] - form[$1])) : $0
            }
        }
        for factor in [0.98, 1.02] {
            #expect(misfit(major, minor) < misfit(factor * major, minor))
            #expect(misfit(major, minor) < misfit(major, factor * minor))
        }
    }

    @Test("a beam grows with the share of the foot, without a step back")
    func growingFoot() throws {
        let image = try ImageGeometry(width: 128, height: 128, cell: 1e-5)
        let (core, foot) = (gaussian(8, 5, 2.9, size: 128), gaussian(26, 18, 2.6, size: 128))
        let areas = try (0...16).map { step in
            let share = 0.03125 * Float(step)
            let beam = try RestoringBeam(
                fitting: zip(core, foot).map { (1 - share) * $0 + share * $1 }, image)
            return beam.major * beam.minor / 1e-10
        }
        for (one, next) in zip(areas, areas.dropFirst()) {
            #expect(next > one, "areas of \(one) and \(next) square pixels follow each other")
        }
    }

    @Test("a lobe of few pixels falls back to second moments, one pixel is refused")
    func poorlySampled() throws {
        let image = try ImageGeometry(width: 32, height: 32, cell: 1e-5)
        let beam = try RestoringBeam(fitting: gaussian(2.2, 2, 0.4, size: 32), image)
        #expect(beam.fromMoments)
        #expect(beam.major >= beam.minor)
        #expect(beam.minor > 1e-5 && beam.major < 4e-5)
        #expect(throws: ImagingError.self) {
            try RestoringBeam(fitting: gaussian(0.5, 0.5, 0, size: 32), image)
        }
    }

    @Test("a lobe that fills the image, or no peak, is refused")
    func refusals() throws {
        let image = try ImageGeometry(width: 32, height: 32, cell: 1e-5)
        #expect(throws: ImagingError.self) {
            try RestoringBeam(fitting: gaussian(90, 60, 0, size: 32), image)
        }
        let nothing = [Float](repeating: 0, count: 1024)
        #expect(throws: ImagingError.self) { try RestoringBeam(fitting: nothing, image) }
        #expect(throws: ImagingError.self) { try RestoringBeam(fitting: [1], image) }
    }
}
