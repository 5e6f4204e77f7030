import Astrometry
import Foundation
import Parameters
import Testing
import Visibilities

@testable import Stages

@Suite("Phase centres") struct PhaseCentreTests {
    static let hera = Geodetic(
        longitude: 21.428 * Angle.degree, latitude: -30.7215 * Angle.degree, height: 1051.69)

    /// Two scans of ten minutes, an hour apart, of a field each.
    static func observation(_ tracking: Tracking) -> Observation {
        let antennas = [SIMD3(0.0, 0, 0), SIMD3(14.6, 0, 0), SIMD3(0, 292, 1)].enumerated().map {
            Antenna(name: "HH\($0)", position: hera.position(ofENU: $1), diameter: 14)
        }
        let start = 58098.0 * 86400 + 30000
        return Observation(
            telescope: "HERA", antennas: antennas,
            baselines: [Baseline(0, 1), Baseline(0, 2), Baseline(1, 2)],
            spectralWindows: [SpectralWindow(name: "", frequencies: [1e8], widths: [1e5])],
            polarisations: [.xx],
            fields: ["one", "two"].map {
                Field(
                    name: $0, phaseCentre: Direction(rightAscension: 1, declination: -0.5), tags: ["target"],
                    tracking: tracking)
            },
            schedule: (0..<2).map { scan in
                ScheduledScan(
                    number: scan, field: scan, intent: "drift",
                    times: (0..<61).map { start + Double(3600 * scan + 10 * $0) },
                    intervals: [Double](repeating: 10, count: 61), antennaUVW: [])
            }, integrationTime: 10)
    }

    @Test(
        "the zenith of each scan is a field of its own, an hour of sidereal time apart, and stands overhead")
    func zenith() throws {
        let phased = try Self.observation(.unprojected).phased(to: .zenith, .shipped())
        try #require(phased.fields.count == 2 && phased.schedule.map(\.field) == [0, 1])
        try phased.requirePhased("imaged")
        let (one, two) = (phased.fields[0].phaseCentre, phased.fields[1].phaseCentre)
        // But for precession since J2000, which turns the pole away.
        #expect(abs(two.rightAscension - one.rightAscension - 1.002_738 * 15 * Angle.degree) < 5e-4)
        #expect(phased.fields[0].name != phased.fields[1].name && phased.fields[0].tags == ["target"])
        let up = UVWCalculator(
            antennaPositions: phased.antennas.map(\.position), earthOrientation: try .shipped()
        ).antennaENU
        // In the middle of the scan w is up.
        for (antenna, enu) in up.enumerated() {
            #expect(abs(phased.schedule[0].antennaUVW[30 * 3 + antenna].w - enu.z) < 1e-6)
        }
    }

    @Test("drift fields become one at a direction, named after it; tracked ones keep their names")
    func direction() throws {
        let place = try SkyPosition(RawText("05:20:12.3 -30:43:17.4"), nil)
        let drift = try Self.observation(.unprojected).phased(to: .direction(place), .shipped())
        #expect(drift.fields.map(\.name) == ["J052012-304317"] && drift.schedule.map(\.field) == [0, 0])
        let tracked = try Self.observation(.sidereal).phased(to: .direction(place), .shipped())
        #expect(tracked.fields.map(\.name) == ["one", "two"] && tracked.schedule.map(\.field) == [0, 1])
        #expect(tracked.fields[1].phaseCentre.declination == place.declination)
        #expect(tracked.schedule[1].antennaUVW == drift.schedule[1].antennaUVW)
    }

    @Test("a scan without a time for which the sky is known is refused")
    func noTime() throws {
        var observation = Self.observation(.unprojected)
        observation.schedule[1].times = observation.schedule[1].times.map { $0 * 10 }
        let orientation = try EarthOrientation.shipped()
        #expect(throws: (any Error).self) { try observation.phased(to: .zenith, orientation) }
    }

    @Test(
        "uvw follow the field: east, north, up of unprojected data, a fixed direction of drift scans",
        arguments: [Tracking.unprojected, .driftscan(azimuth: 1, elevation: .pi / 2)])
    func ground(tracking: Tracking) throws {
        let observation = Self.observation(tracking)
        let calculator = UVWCalculator(
            antennaPositions: observation.antennas.map(\.position),
            reference: observation.antennas[0].position, earthOrientation: .none)
        let uvw = calculator.antennaUVW(of: observation.fields[0], times: [5e9, 6e9])
        try #require(uvw.count == 6)
        #expect(abs(uvw[4].u - 14.6) < 1e-6 && abs(uvw[5].v - 292) < 1e-6 && abs(uvw[2].w - 1) < 1e-6)
    }

    @Test("a direction or the word zenith; anything else says so")
    func text() throws {
        #expect(try PhaseCentre(RawText("Zenith"), nil) == .zenith)
        #expect(PhaseCentre.zenith.text(nil) == "zenith")
        let place = try PhaseCentre(RawText("05h20m12s -30d43m17s"), nil)
        #expect(place.text(nil) == "05h20m12s -30d43m17s")
        #expect(
            performing: { try PhaseCentre(RawText("north"), nil) }, throws: { "\($0)".contains("zenith") })
    }
}
