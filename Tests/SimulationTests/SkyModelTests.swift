import Astrometry
import Foundation
import Simulation
import Testing
import Visibilities

@Suite("Simulated skies") struct SkyModelTests {
    @Test("a source at the phase centre gives its flux on every baseline, autocorrelations too")
    func centre() throws {
        var parameters = try smallParameters()
        parameters.sources = [
            SkyComponent(
                name: "C",
                direction: Direction(rightAscension: 4 * Angle.hour, declination: -35 * Angle.degree),
                flux: 2.5)
        ]
        let simulated = try SimulatedObservation(parameters)
        for value in simulated.visibilities(simulated.whole(scan: 0)) {
            #expect(abs(value.real - 2.5) < 1e-6 && abs(value.imaginary) < 1e-6)
        }
    }

    @Test("sources off the centre agree with the direct sum in double precision to 1e-6 of the flux")
    func directSum() throws {
        let parameters = try smallParameters(antennas: 6)
        let simulated = try SimulatedObservation(parameters)
        let centre = simulated.observation.fields[0].phaseCentre
        let frequencies = simulated.observation.spectralWindows[0].frequencies
        let sky = PointSource.standardSky(around: centre)
        var worst = 0.0
        for scan in 0..<2 {
            let region = simulated.whole(scan: scan)
            let values = simulated.visibilities(region)
            let schedule = simulated.observation.schedule[scan]
            for (index, baseline) in simulated.observation.baselines.enumerated() {
                for dump in region.dumps {
                    let uvw = simulated.observation.uvw(baseline, dump: dump, of: schedule)
                    for channel in stride(from: 0, to: 150, by: 7) {
                        let expected = Self.sum(sky, centre, uvw, frequencies[channel])
                        let sample = (index * 2 * region.dumps.count + dump) * 150 + channel
                        worst = max(
                            worst,
                            hypot(
                                Double(values[sample].real) - expected.0,
                                Double(values[sample].imaginary) - expected.1))
                    }
                }
            }
        }
        #expect(worst < 5.8e-6, "worst \(worst) Jy of 5.8")
    }

    /// Σ S exp(2πi ν/c (u l + v m + w (n − 1))), each part written out.
    private static func sum(_ sky: [PointSource], _ centre: Direction, _ uvw: UVW, _ frequency: Double) -> (
        Double, Double
    ) {
        var (x, y) = (0.0, 0.0)
        for source in sky {
            let place = DirectionCosines(
                rightAscension: source.direction.rightAscension, declination: source.direction.declination,
                centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
            let flux = source.flux * pow(frequency / 1284e6, source.spectralIndex)
            let angle =
                2 * Double.pi * frequency / 299_792_458
                * (uvw.u * place.l + uvw.v * place.m + uvw.w * place.nMinusOne)
            x += flux * cos(angle)
            y += flux * sin(angle)
        }
        return (x, y)
    }

    @Test(
        "components of all shapes and spectra are as the prediction of a model has them, and stand in the truth"
    )
    func components() throws {
        var parameters = try smallParameters(antennas: 5, channels: 70, plan: "t*2")
        let place = { (ra: Double, dec: Double) in
            Direction(rightAscension: ra * Angle.degree, declination: dec * Angle.degree)
        }
        let list = """
            Format = Name, Type, Ra, Dec, I, SpectralIndex, LogarithmicSI, ReferenceFrequency='1.4e9', MajorAxis, MinorAxis, Orientation
            p,POINT,04:00:10,-35.10.00,2,[-0.7,0.2],true,,,,
            g,GAUSSIAN,04:00:20,-34.55.00,3,[-1,0.5],false,1.2e9,60,20,30
            """
        let sky = try SkyComponent.list(text: list, name: "list")
        parameters.sources = sky
        let simulated = try SimulatedObservation(parameters)
        let header = simulated.observation
        let prediction = try SkyPrediction(
            sky, centre: place(60, -35), frequencies: header.spectralWindows[0].frequencies, middle: 1284e6)
        let region = simulated.whole(scan: 0)
        let values = simulated.visibilities(region)
        var worst: Float = 0
        for (index, baseline) in header.baselines.enumerated() {
            for dump in region.dumps {
                var row = [Complex64](repeating: Complex64(0, 0), count: 70)
                var span = row.mutableSpan
                prediction.predict(header.uvw(baseline, dump: dump, of: header.schedule[0]), into: &span)
                let first = (index * 2 * region.dumps.count + dump) * 70
                for (one, other) in zip(values[first..<first + 70], row) {
                    worst = max(worst, abs(one.real - other.real), abs(one.imaginary - other.imaginary))
                }
            }
        }
        #expect(worst < 1e-5, "\(worst) Jy of 5")
        let truth = simulated.truth.sources
        #expect(truth.map(\.name) == ["p", "g"] && truth[0].majorDegrees == nil)
        #expect(truth[0].spectralTerms == [-0.7, 0.2] && truth[1].isLogarithmic == false)
        #expect(abs((truth[1].majorDegrees ?? 0) - 1 / 60) < 1e-12)
    }

    @Test("cross hands of unpolarised sources are empty")
    func crossHands() throws {
        var parameters = try smallParameters(antennas: 3, channels: 10)
        parameters.polarisations = [.xy, .yx]
        let simulated = try SimulatedObservation(parameters)
        #expect(simulated.visibilities(simulated.whole(scan: 0)).allSatisfy { $0 == Complex64(0, 0) })
    }

    @Test("a source list: units, defaults, comments")
    func list() throws {
        let text =
            "# sky\n04:00:00 -35:00:00 1.5\n\n60.5 -35d30m00s 2 -0.7 1.4GHz # bright\n61 -34 0.1 0 1284000000\n"
        let sources = try PointSource.list(text: text, name: "sky.txt")
        #expect(sources.count == 3)
        #expect(abs(sources[0].direction.rightAscension - 60 * Angle.degree) < 1e-12)
        #expect(abs(sources[1].direction.rightAscension - 60.5 * Angle.degree) < 1e-12)
        #expect(sources[1].spectralIndex == -0.7 && sources[1].referenceFrequency == 1.4e9)
        #expect(abs(sources[1].flux(at: 2.8e9, centre: 1e9) - 2 * pow(2, -0.7)) < 1e-12)
        #expect(sources[0].flux(at: 2e9, centre: 1e9) == 1.5)
        #expect(sources[2].referenceFrequency == 1.284e9)
    }

    @Test("lists and layouts may have been written by any editor", arguments: ["\r\n", "\r", "\u{FEFF}"])
    func lineEnds(variant: String) throws {
        func written(_ text: String) -> String {
            variant == "\u{FEFF}" ? variant + text : text.replacing("\n", with: variant)
        }
        let plain = "# sky\n04:00:00 -35:00:00 1.5\n60.5 -35d30m00s 2 -0.7 1.4GHz\n"
        let columns = "Format = Name, Type, Ra, Dec, I\n\n# sky\na,POINT,04:00:00,-35.00.00,1\n"
        for text in [plain, columns] {
            let components = try SkyComponent.list(text: text, name: "sky.txt")
            #expect(components.count == (text == plain ? 2 : 1))
            #expect(try SkyComponent.list(text: written(text), name: "sky.txt") == components)
        }
        let layout = "telescope: X\nreference: -30:42:39.8 21:26:38.0 1086.6\nA 0 0 10\nB 4 5 6 30 # big\n"
        let antennas = try AntennaLayout(text: layout, name: "f").antennas
        #expect(try AntennaLayout(text: written(layout), name: "f").antennas == antennas)
        let error = #expect(throws: SimulationError.self) {
            try SkyComponent.list(text: written("# head\nno source\n"), name: "sky.txt")
        }
        #expect(error?.place.contains("sky.txt:2") == true)
    }

    @Test(
        "lines that are no source are named",
        arguments: [
            "4:0:0 -35", "4:0:0 -95 1", "x y z", "4:0:0 -35 nan", "4:0:0 -35 1 0 0MHz", "4:0:0 -35 1 2 3 4",
            "4:61:0 -35 1",
        ])
    func badList(line: String) {
        let error = #expect(throws: SimulationError.self) {
            try PointSource.list(text: "# head\n" + line, name: "sky.txt")
        }
        #expect(error?.place.contains("sky.txt:2") == true)
    }

    @Test("a missing source list is an error") func missingList() {
        #expect(throws: SimulationError.self) { try SkyComponent.list(file: "/nonexistent/sky.txt") }
    }
}
