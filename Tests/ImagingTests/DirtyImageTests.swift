import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Imaging

@Suite struct DirtyImageTests {
    static let cases = [
        SkyCase(name: "one degree"),
        SkyCase(name: "small field, zenith", field: 0.2, declination: -30, hourAngle: 0.2),
        SkyCase(name: "wide field, low", width: 96, height: 96, field: 5, declination: 20, hourAngle: 4),
        SkyCase(name: "not square", width: 100, height: 38, field: 2),
        SkyCase(name: "one channel", channels: 1),
        SkyCase(name: "one visibility", rows: 1, channels: 1, flagged: 0),
        SkyCase(name: "odd channel count", rows: 60, channels: 77, band: 0.6),
        SkyCase(name: "short baselines", extent: 0.05),
        SkyCase(name: "odd sizes", width: 65, height: 47, field: 2),
        SkyCase(name: "off centre", width: 64, height: 48, field: 1, centre: SIMD2(0.02, -0.013)),
        SkyCase(name: "far off centre, odd", width: 51, height: 64, field: 2, centre: SIMD2(-0.3, 0.2)),
        SkyCase(name: "due east", width: 40, height: 41, field: 3, centre: SIMD2(0.05, 0)),
        SkyCase(name: "one pixel", width: 1, height: 1, field: 0.01, extent: 0.3, noise: 0),
        SkyCase(name: "a line of pixels", width: 1, height: 33, field: 0.02, centre: SIMD2(0.01, 0.01)),
    ]

    @Test(
        "the l2 error stays below epsilon: random pixels, faint ones, corners", arguments: cases,
        [1e-3, 1e-4, 1e-5])
    func accuracy(_ sky: SkyCase, _ epsilon: Double) async throws {
        let batch = sky.batch(seed: 7)
        let result = try await sky.image(batch, epsilon: epsilon)
        let geometry = result.geometry
        var random = Seeded(3)
        let pixels = (0..<60).map { _ in
            (
                column: Int.random(in: 0..<sky.width, using: &random),
                row: Int.random(in: 0..<sky.height, using: &random)
            )
        }
        #expect(relativeError(result.dirty, batch, geometry, at: pixels) < epsilon)
        let faint = pixels.sorted {
            abs(result.dirty[$0.row * sky.width + $0.column])
                < abs(result.dirty[$1.row * sky.width + $1.column])
        }
        // The faintest of all are zero crossings; the fainter half has the image's typical level.
        #expect(relativeError(result.dirty, batch, geometry, at: Array(faint.prefix(30))) < 3 * epsilon)
        let corners = (0...min(2, sky.width - 1, sky.height - 1)).flatMap { inset in
            [inset, sky.width - 1 - inset].flatMap { column in
                [inset, sky.height - 1 - inset].map { (column: column, row: $0) }
            }
        }
        #expect(relativeError(result.dirty, batch, geometry, at: corners) < 2 * epsilon)
    }

    @Test(
        "the point spread function is the image of a source at the centre pixel",
        arguments: cases.filter { $0.centre != .zero })
    func psf(_ sky: SkyCase) async throws {
        var batch = sky.batch(seed: 5)
        let geometry = try sky.geometry()
        let psf = try #require(try await sky.image(batch, epsilon: 1e-4, psf: true).psf)
        let channels = batch.frequencies.count
        for sample in batch.visibilities.indices {
            let angle =
                2 * .pi
                * phase(
                    batch.uvw[sample / channels], batch.frequencies[sample % channels], sky.centre.x,
                    sky.centre.y)
            batch.visibilities[sample] = Complex64(Float(cos(angle)), Float(sin(angle)))
        }
        #expect(psf[geometry.height / 2 * geometry.width + geometry.width / 2] == 1)
        let pixels = (0..<40).map { (column: $0 * 7 % sky.width, row: $0 * 5 % sky.height) }
        #expect(relativeError(psf, batch, geometry, at: pixels) < 2e-4)
    }
}
