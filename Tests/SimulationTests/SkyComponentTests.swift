import Astrometry
import Foundation
import Simulation
import Testing
import Visibilities

@Suite("Models of the sky") struct SkyComponentTests {
    private static let list = """
        Format = Name, Type, Ra, Dec, I, SpectralIndex, LogarithmicSI, ReferenceFrequency='1.25e9', MajorAxis, MinorAxis, Orientation

        s0c0,POINT,08:28:05.152,39.35.08.511,0.75,[-0.7,-0.08],true,1.3e9,,,
        # a remark
        s0c1,GAUSSIAN,-08:22:40.0,-39.24.37.46,-0.5,[0.25,1],false,,12.5,7.5,-60
        s0c2,POINT,128.5,-0.12.3,1,[],false,,,,
        """

    @Test("a component list as WSClean writes it is read: places, spectra, shapes, defaults")
    func componentList() throws {
        let components = try SkyComponent.list(text: Self.list, name: "list")
        try #require(components.count == 3)
        let (point, gaussian, southern) = (components[0], components[1], components[2])
        #expect(abs(point.direction.rightAscension - (8 + 28.0 / 60 + 5.152 / 3600) * Angle.hour) < 1e-12)
        #expect(abs(point.direction.declination - (39 + 35.0 / 60 + 8.511 / 3600) * Angle.degree) < 1e-12)
        #expect(point.spectrum == .logarithmic([-0.7, -0.08]) && point.referenceFrequency == 1.3e9)
        #expect(gaussian.direction.rightAscension > Double.pi)
        #expect(gaussian.spectrum == .polynomial([0.25, 1]) && gaussian.referenceFrequency == 1.25e9)
        let shape = try #require(gaussian.shape)
        #expect(abs(shape.major - 12.5 * Angle.arcsecond) < 1e-15)
        #expect(abs(shape.positionAngle + 60 * Angle.degree) < 1e-12)
        #expect(abs(southern.direction.declination + 12.05 / 60 * Angle.degree) < 1e-12)
        #expect(abs(southern.direction.rightAscension - 128.5 * Angle.degree) < 1e-12)
    }

    @Test("spectra follow their formulas")
    func spectra() {
        let place = Direction(rightAscension: 0, declination: 0)
        let steep = SkyComponent(
            direction: place, flux: -2, spectrum: .logarithmic([-0.7, 0.3]), referenceFrequency: 1e9)
        let expected = -2 * pow(1.6, -0.7 + 0.3 * log10(1.6))
        #expect(abs(steep.flux(at: 1.6e9, centre: 0) - expected) < 1e-12)
        let curved = SkyComponent(direction: place, flux: 3, spectrum: .polynomial([0.5, -2]))
        #expect(abs(curved.flux(at: 1.2e9, centre: 1e9) - (3 + 0.5 * 0.2 - 2 * 0.04)) < 1e-12)
    }

    @Test(
        "a list that makes no sense is refused, naming the line",
        arguments: [
            "s,POINT,xx,39.35.08,1,[],true,,,,", "s,POINT,08:28:05,99.35.08,1,[],true,,,,",
            "s,POINT,08:28:05,39.35.08,,[],true,,,,", "s,POINT,08:28:05,39.35.08,inf,[],true,,,,",
            "s,POINT,08:28:05,39.35.08,1,[a],true,,,,", "s,POINT,08:28:05,39.35.08,1,[],true,-1,,,",
            "s,SHAPELET,08:28:05,39.35.08,1,[],true,,,,", "s,GAUSSIAN,08:28:05,39.35.08,1,[],true,,,,", "s",
        ])
    func refused(line: String) {
        let format = Self.list.split(separator: "\n")[0]
        #expect { try SkyComponent.list(text: "\(format)\n\n\(line)\n", name: "list") } throws: {
            "\($0)".contains("list:3")
        }
    }

    @Test("points and Gaussians agree with the direct sum in double precision to 1e-6 of the flux")
    func prediction() throws {
        let centre = Direction(rightAscension: 0.3, declination: -0.6)
        let frequencies = (0..<13).map { 1.1e9 + 7.3e6 * Double($0) + ($0 > 6 ? 5e6 : 0) }
        func component(_ l: Double, _ m: Double, _ flux: Double, _ shape: SkyComponent.Gaussian?) throws
            -> SkyComponent
        {
            let place = try #require(DirectionCosines(l: l, m: m)).direction(
                centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
            return SkyComponent(
                direction: Direction(rightAscension: place.rightAscension, declination: place.declination),
                flux: flux, spectrum: .logarithmic([-0.7]), referenceFrequency: 1e9, shape: shape)
        }
        let gaussian = SkyComponent.Gaussian(major: 8e-4, minor: 3e-4, positionAngle: 0.5)
        let model = [try component(0.011, -0.02, 1, nil), try component(-0.004, 0.006, 2, gaussian)]
        let prediction = try SkyPrediction(model, centre: centre, frequencies: frequencies, middle: 1e9)
        for uvw in [UVW(812.5, -310.2, 45), UVW(-3021, 1754, -601), UVW(0, 0, 0)] {
            var row = [Complex64](repeating: Complex64(9, 9), count: frequencies.count)
            var span = row.mutableSpan
            prediction.predict(uvw, into: &span)
            for (channel, frequency) in frequencies.enumerated() {
                var (real, imaginary) = (0.0, 0.0)
                for (l, m, flux, shape) in [
                    (0.011, -0.02, 1.0, nil), (-0.004, 0.006, 2.0, Optional(gaussian)),
                ] {
                    let n = (1 - l * l - m * m).squareRoot()
                    let (u, v, w) = (
                        uvw.u * frequency / 299_792_458, uvw.v * frequency / 299_792_458,
                        uvw.w * frequency / 299_792_458
                    )
                    let phase = 2 * Double.pi * (u * l + v * m + w * (n - 1))
                    var amplitude = flux * pow(frequency / 1e9, -0.7)
                    if let shape {
                        let along = u * sin(shape.positionAngle) + v * cos(shape.positionAngle)
                        let across = u * cos(shape.positionAngle) - v * sin(shape.positionAngle)
                        let square = pow(shape.major * along, 2) + pow(shape.minor * across, 2)
                        amplitude *= exp(-Double.pi * Double.pi * square / (4 * log(2)))
                    }
                    real += amplitude * cos(phase)
                    imaginary += amplitude * sin(phase)
                }
                #expect(abs(Double(row[channel].real) - real) < 3e-6)
                #expect(abs(Double(row[channel].imaginary) - imaginary) < 3e-6)
            }
        }
    }

    @Test("a component beyond the horizon is refused")
    func horizon() {
        let component = SkyComponent(direction: Direction(rightAscension: 3, declination: 0), flux: 1)
        #expect(throws: SimulationError.self) {
            try SkyPrediction(
                [component], centre: Direction(rightAscension: 0, declination: 0), frequencies: [1e9],
                middle: 1e9)
        }
    }
}
