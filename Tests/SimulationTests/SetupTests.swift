import Astrometry
import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Simulation

@Suite("Setting up a simulation") struct SetupTests {
    @Test("MeerKAT has 64 dishes of 13.5 m, 7.7 km apart at most, about its reference")
    func meerkat() throws {
        let layout = try AntennaLayout(named: "meerkat")
        #expect(layout.telescope == "MeerKAT" && layout.antennas.count == 64)
        let names = (0..<64).map { $0 < 10 ? "m00\($0)" : "m0\($0)" }
        #expect(layout.antennas.map(\.name) == names)
        #expect(layout.antennas.allSatisfy { $0.diameter == 13.5 })
        let place = Geodetic(position: layout.reference)
        #expect(abs(place.latitude / Angle.degree + 30.711_055_6) < 1e-6 && abs(place.height - 1086.6) < 1e-6)
        let first = place.enu(ofPosition: layout.antennas[0].position)
        #expect(abs(first.x + 8.264) < 1e-6 && abs(first.y + 207.29) < 1e-6 && abs(first.z - 8.5965) < 1e-6)
        var longest = 0.0
        for a in layout.antennas {
            for b in layout.antennas {
                let separation = a.position - b.position
                longest = max(longest, (separation * separation).sum().squareRoot())
            }
        }
        #expect(abs(longest - 7698) < 5)
    }

    private func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

    private func longestBaseline(_ layout: AntennaLayout) -> Double {
        layout.antennas.flatMap { a in layout.antennas.map { length(a.position - $0.position) } }.max() ?? 0
    }

    @Test(
        "the VLA has 27 dishes of 25 m on three arms, each configuration about 3.3 times the next",
        arguments: [
            ("vla-a", 36.6e3, "W72"), ("VLA-B", 11.1e3, "W36"), ("vla-c", 3.4e3, "W18"),
            ("vla-d", 1.03e3, "W09"),
        ])
    func vla(name: String, longest: Double, outermost: String) throws {
        let layout = try AntennaLayout(named: name)
        #expect(layout.telescope == "VLA" && layout.antennas.count == 27)
        #expect(layout.antennas.allSatisfy { $0.diameter == 25 && $0.mount == "ALT-AZ" })
        #expect(layout.antennas.contains { $0.name == outermost })
        #expect(abs(longestBaseline(layout) / longest - 1) < 0.02)
        // Nine pads in each arm at 236, 115 and 355 degrees of azimuth, at distances that grow as n to the power of 1.716
        // (Thompson, Clark, Wade & Napier 1980, ApJS 44, 151); pads near the centre and N24 depart from it.
        let place = Geodetic(position: layout.reference)
        for (arm, azimuth, innermost, tolerance) in [
            ("W", 236.0, 1, 2e-3), ("E", 115, 1, 2e-3), ("N", 355, 3, 0.04),
        ] {
            let offsets = layout.antennas.filter { $0.name.hasPrefix(arm) }.map {
                place.enu(ofPosition: $0.position)
            }
            #expect(offsets.count == 9)
            let outer = try #require(offsets.last)
            for (index, offset) in offsets.enumerated().dropFirst(innermost) {
                let ratio = length(offset) / length(outer)
                #expect(
                    abs(ratio / pow(Double(index + 1) / 9, 1.716) - 1) < tolerance,
                    "\(arm)\(index + 1) \(ratio)")
                let direction = atan2(offset.x, offset.y) / Angle.degree
                #expect(
                    abs(Angle.signed((direction - azimuth) * Angle.degree)) < 0.5 * Angle.degree,
                    "\(arm) \(direction)")
            }
        }
    }

    @Test(
        "HERA's hexagons have dishes of 14 m, six neighbours 14.6 m away inside, and one height",
        arguments: [7, 19, 37, 61, 127, 331])
    func hera(count: Int) throws {
        let layout = try AntennaLayout(named: "hera-\(count)")
        #expect(
            layout.telescope == "HERA" && layout.antennas.count == count
                && Set(layout.antennas.map(\.name)).count == count)
        #expect(layout.antennas.allSatisfy { $0.diameter == 14 && $0.mount == "FIXED" })
        let place = Geodetic(position: layout.reference)
        #expect(abs(place.latitude / Angle.degree + 30.7215) < 1e-3 && abs(place.height - 1051.69) < 1e-3)
        let offsets = layout.antennas.map { place.enu(ofPosition: $0.position) }
        #expect(offsets.allSatisfy { abs($0.z) < 1e-6 })
        #expect(length(offsets.reduce(SIMD3<Double>(), +)) < 1e-5)
        let rings = Double(layout.antennas.indices.first { 3 * $0 * ($0 + 1) + 1 == count } ?? 0)
        #expect(abs(longestBaseline(layout) - 2 * rings * 14.6) < 1e-6)
        for a in offsets {
            let near = offsets.filter { abs(length($0 - a) - 14.6) < 1e-6 }.count
            #expect(length(a) < (rings - 1) * 14.6 * 0.86 ? near == 6 : (3...6).contains(near))
        }
        // A row runs from west to east.
        #expect(offsets[1].x - offsets[0].x > 14.5 && abs(offsets[1].y - offsets[0].y) < 1e-6)
    }

    @Test(
        "a number of dishes that fills no hexagon is refused, with those that do",
        arguments: [0, -7, 1, 20, 4000, 99_999_999_999])
    func noHexagon(count: Int) {
        let error = #expect(throws: SimulationError.self) { try AntennaLayout(named: "hera-\(count)") }
        #expect(error?.description.contains("hera-N") == true)
        if count == 20 { #expect(error?.description.contains("N = 19 or 37") == true) }
    }

    @Test("a spread takes near and far dishes, and can take one or all")
    func spread() throws {
        let layout = try AntennaLayout(named: "meerkat")
        func distance(_ antenna: Antenna) -> Double {
            let offset = antenna.position - layout.reference
            return (offset * offset).sum().squareRoot()
        }
        let eight = try layout.spread(8)
        #expect(eight.antennas.count == 8 && eight.reference == layout.reference)
        #expect(eight.antennas.map(distance).max() == layout.antennas.map(distance).max())
        #expect(eight.antennas.map(\.name) == eight.antennas.map(\.name).sorted())
        #expect(try layout.spread(1).antennas.count == 1)
        #expect(try layout.spread(64) == layout)
        #expect(throws: SimulationError.self) { try layout.spread(65) }
        #expect(throws: SimulationError.self) { try layout.spread(0) }
        #expect(try layout.selecting(["m063", "m001"]).antennas.map(\.name) == ["m001", "m063"])
        #expect(throws: SimulationError.self) { try layout.selecting(["m064"]) }
    }

    @Test("layout files: ITRF, east-north-up, katpoint's lines")
    func layoutForms() throws {
        let itrf = try AntennaLayout(
            text: "telescope: X\ndiameter: 25\nA 1 2 3\nB 4 5 6 30 # big\n", name: "f")
        #expect(
            itrf.telescope == "X" && itrf.antennas[0].position == [1, 2, 3]
                && itrf.reference == [2.5, 3.5, 4.5])
        #expect(itrf.antennas.map(\.diameter) == [25, 30])
        let enu = try AntennaLayout(text: "reference: -30:42:39.8 21:26:38.0 1086.6\nA 0 0 10", name: "f")
        #expect(abs(Geodetic(position: enu.antennas[0].position).height - 1096.6) < 1e-6)
        let katpoint = try AntennaLayout(text: "A, -30:42:39.8, 21:26:38.0, 1086.6, 13.5, 0 0 10", name: "f")
        #expect(
            katpoint.antennas[0].position == enu.antennas[0].position && katpoint.reference == enu.reference)
    }

    @Test(
        "layouts that make no sense",
        arguments: [
            "", "A 1 2", "A 1 2 x", "A 1 2 3\nA 4 5 6", "A 1 2 nan", "reference: 1 2", "diameter: -1",
            "A, 1, 2", "A 1 2 3 0",
        ])
    func badLayouts(text: String) {
        #expect(throws: SimulationError.self) { try AntennaLayout(text: text, name: "f") }
    }

    @Test("an unknown layout name lists the known ones") func unknownLayout() {
        let error = #expect(throws: SimulationError.self) { try AntennaLayout(named: "meercat") }
        for name in ["meerkat", "vla-a", "hera-N"] { #expect(error?.description.contains(name) == true) }
    }

    @Test(
        "plans that make no sense",
        arguments: ["", "slew*3", "t", "t*0", "t*-1", "x*3", "t*3*4", "t*99999999999999999999", "t * 3"])
    func badPlans(text: String) { #expect(throws: SimulationError.self) { try ScanPlan(text) } }

    @Test(
        "scans are numbered with the slews, which take time and give no data; only visited fields are there")
    func schedule() throws {
        var parameters = try smallParameters(
            antennas: 3, channels: 4, plan: "slew*1 bp*2 slew*1 t*3 slew*1 g*1")
        parameters.start = 5e9
        let observation = try SimulatedObservation(parameters).observation
        #expect(observation.schedule.map(\.number) == [1, 3, 5])
        #expect(
            observation.schedule.map { observation.fields[$0.field].tags[0] } == [
                "bpcal", "target", "gaincal",
            ])
        #expect(observation.schedule[1].times == [5_000_000_036, 5_000_000_044, 5_000_000_052])
        #expect(observation.schedule[1].antennaUVW.count == 9)
        #expect(observation.baselines.count == 6)
        #expect(observation.spectralWindows[0].frequencies[2] == 1284e6)
        let single = try SimulatedObservation(smallParameters(plan: "t*1")).observation
        #expect(single.fields.map(\.name) == ["SIM"])
    }

    @Test("a calibrator is a point of its flux at the phase centre")
    func calibrator() throws {
        let simulated = try SimulatedObservation(smallParameters(antennas: 2, channels: 3, plan: "bp*1"))
        for value in simulated.visibilities(simulated.whole(scan: 0)) {
            #expect((value - Complex64(16.6, 0)).length < 1e-5)
        }
    }

    @Test("without a start the target transits half way")
    func transit() throws {
        let parameters = try smallParameters(plan: "t*30")
        let simulated = try SimulatedObservation(parameters)
        let site = ObservingSite(position: parameters.layout.reference, earthOrientation: .none)
        let middle = simulated.start + 120
        let field = simulated.observation.fields[0].phaseCentre
        let place = try #require(
            site.azimuthElevation(
                time: middle, rightAscension: field.rightAscension, declination: field.declination))
        let fromSouth = Angle.signed(place.azimuth - .pi)
        let offMeridian = min(abs(Angle.signed(place.azimuth)), abs(fromSouth))
        #expect(offMeridian < 0.1)
        #expect(middle >= parameters.date && middle < parameters.date + 86400)
    }

    static let bad: [@Sendable (inout SimulationParameters) -> Void] = [
        { $0.channels = 0 }, { $0.channels = 1 << 40 }, { $0.dumpLength = .nan }, { $0.dumpLength = 0 },
        { $0.bandwidth = -1 },
        { $0.centreFrequency = 1e6 }, { $0.centreFrequency = .infinity }, { $0.sefd = -1 },
        { $0.sefd = .nan },
        { $0.polarisations = [] }, { $0.polarisations = [.rr] }, { $0.polarisations = [.xx, .xx] },
        { $0.start = .nan },
        { $0.start = 1e300 }, { $0.date = -1e12 }, { $0.fields = [:] }, { $0.interferenceLevel = .nan },
        { $0.layout.antennas = [] }, { $0.layout.antennas[0].position.x = .nan },
        {
            $0.sources = [
                SkyComponent(name: "x", direction: Direction(rightAscension: .nan, declination: 0), flux: 1)
            ]
        },
        {
            // All of them half a sky away from the target.
            let place = Direction(rightAscension: 4.2, declination: 0.6)
            $0.sources = [SkyComponent(name: "x", direction: place, flux: 1)]
        },
        { $0.fields[.target]?.phaseCentre.declination = 2 },
        {
            $0.layout.antennas = [$0.layout.antennas[0]]; $0.autocorrelations = false
        },
        {
            $0.sources = [
                SkyComponent(name: "x", direction: Direction(rightAscension: 1, declination: 0), flux: 1e13)
            ]
        },
        {
            let place = Direction(rightAscension: 1, declination: 0)
            $0.sources = [
                SkyComponent(
                    name: "x", direction: place, flux: 1, spectrum: .logarithmic([50]), referenceFrequency: 1)
            ]
        },
        {
            let place = Direction(rightAscension: 1, declination: 0)
            $0.sources = [SkyComponent(name: "x", direction: place, flux: 1, referenceFrequency: -1)]
        }, { $0.calibratorFluxes[.target] = .nan },
    ]

    @Test("parameters that make no sense are refused", arguments: bad.indices)
    func badParameters(index: Int) throws {
        var parameters = try smallParameters()
        Self.bad[index](&parameters)
        #expect(throws: SimulationError.self) { try SimulatedObservation(parameters) }
    }

    @Test("a spectrum is judged at every channel, and a component without a name is named by its number")
    func curved() throws {
        let place = Direction(rightAscension: 1, declination: -0.6)
        // Faint at both edges of the band, beyond all numbers in its middle.
        let curved = SkyComponent(
            direction: place, flux: 1, spectrum: .logarithmic([-60000, -200_000]), referenceFrequency: 1712e6)
        var parameters = try smallParameters()
        let edges = [856e6, 1712e6].map { curved.flux(at: $0, centre: 1284e6) }
        #expect(edges.allSatisfy { abs($0) <= 1 } && !curved.flux(at: 1284e6, centre: 1284e6).isFinite)
        parameters.sources = [SkyComponent(direction: place, flux: 1), curved]
        let said = complaint { try SimulatedObservation(parameters) }
        #expect(said.contains("source: component 2: "), "\(said)")
        parameters.sources?[1].spectrum = .logarithmic([-0.7, -2])
        #expect(try SimulatedObservation(parameters).sky.first?.count == 2)
    }

    @Test("the truth goes through JSON and names every source")
    func truth() throws {
        var parameters = try smallParameters(plan: "bp*1 t*1")
        parameters.gains = .full
        parameters.interference = [.persistent]
        let simulated = try SimulatedObservation(parameters)
        let truth = try JSONDecoder().decode(SimulationTruth.self, from: simulated.truthJSON())
        #expect(truth.sources.count == 6 && truth.scans.map(\.number) == [0, 1])
        #expect(truth.receptors == simulated.truth.receptors && truth.receptors.count == 10)
        #expect(truth.emitters == simulated.emitters)
        let s1 = try #require(truth.sources.first { $0.name == "S1" })
        #expect(abs(s1.l - 0.3 * Angle.degree) < 1e-12 && s1.flux == 2)
    }
}
