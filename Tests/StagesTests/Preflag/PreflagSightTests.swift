import Astrometry
import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Stages

/// Elevation and shadows on `PreflagStream`, whose field is at 1 rad, -0.6 rad (ICRS), against astropy 7.
@Suite("Elevation and shadow in preflag") struct PreflagSightTests {
    /// Elevation over h0 and h3 in degrees, hour by hour: astropy's `AltAz` without pressure.
    static let elevations: [(h0: Double, h3: Double)] = [
        (18.465724, 18.450276), (29.989996, 29.977494), (41.947424, 41.937393), (54.192156, 54.183985),
        (66.590431, 66.582953), (78.887504, 78.876320), (85.800812, 85.768269), (74.748855, 74.734939),
        (62.359941, 62.347270), (49.997288, 49.983456), (37.835676, 37.819857), (26.007664, 25.989374),
    ]
    /// Antennas in shadow, hour by hour: distance to the line of sight |d x s| of each pair against the mean of diameters, with
    /// s from astropy's azimuth and elevation; no pair is within 0.3 m of the limit.
    static let shadowed: [[Int]] = [
        [0, 2], [0, 2], [0, 2], [0, 2], [0], [], [], [], [1], [1, 4], [1, 4], [1, 4],
    ]

    private func geometry(_ observation: Observation) throws -> ArrayGeometry {
        ArrayGeometry(
            positions: observation.antennas.map(\.position), diameters: observation.antennas.map(\.diameter),
            earthOrientation: try .shipped())
    }

    @Test("elevations agree with astropy to 0.01 arcsec, shadows in every antenna and hour")
    func astropy() throws {
        let observation = PreflagStream().observation
        let geometry = try geometry(observation)
        let directions = geometry.site.directions(
            times: observation.schedule.flatMap(\.times), rightAscension: 1, declination: -0.6)
        try #require(directions.count == 12)
        for (hour, direction) in directions.enumerated() {
            let elevations = geometry.elevations(towards: direction).map { $0 / Angle.degree }
            #expect(abs(elevations[0] - Self.elevations[hour].h0) < 3e-6, "\(hour): \(elevations)")
            #expect(abs(elevations[3] - Self.elevations[hour].h3) < 3e-6, "\(hour): \(elevations)")
            let shadowed = geometry.shadowed(towards: direction)
            #expect(shadowed.indices.filter { shadowed[$0] } == Self.shadowed[hour], "\(hour)")
        }
    }

    /// Expects that a stream has exactly the flags of a rule.
    private func expect(
        _ stream: PreflagStream, _ texts: [String], _ holds: (PreflagStream.Place, [Int]) -> Bool
    ) throws {
        let (flags, _) = try stream.flagged(texts)
        for (place, new) in flags {
            let baseline = stream.observation.baselines[place.baseline]
            let old = stream.sample(place).flags
            let expected = holds(place, [baseline.antenna1, baseline.antenna2])
            #expect(new == (expected ? old | FlagReasons.cam.rawValue : old), "\(place)")
        }
    }

    private func hour(_ place: PreflagStream.Place) -> Int { [0, 6, 8][place.scan] + place.dump }

    @Test("every baseline of a shadowed antenna is flagged, autocorrelations too")
    func shadows() throws {
        try expect(PreflagStream(), ["shadow=yes"]) { place, pair in
            !Set(pair).isDisjoint(with: Self.shadowed[hour(place)])
        }
        // No two dishes overlap by more than 15 m.
        try expect(PreflagStream(), ["shadow=yes", "shadow-tolerance=15m"]) { _, _ in false }
    }

    @Test("a baseline is flagged where either antenna sees the field in the ranges")
    func elevation() throws {
        try expect(PreflagStream(), ["elevation=~18.46deg,49.99deg~60deg,!70deg~"]) { place, pair in
            // At 3 h only h3 is below 18.46 degrees; at 12 h all but h3 are above 49.99.
            switch hour(place) {
            case 0: pair.contains(3)
            case 3: true
            case 9: pair != [3, 3]
            default: false
            }
        }
    }

    @Test(
        "drift data point to the zenith, or where they say, at any time",
        arguments: [
            (Tracking.unprojected, [Int]()), (.driftscan(azimuth: 0, elevation: .pi / 2), []),
            // Towards the east h1 stands before h0, which stands before h2; h4 stands farthest east.
            (.driftscan(azimuth: .pi / 2, elevation: 0.1), [0, 1, 2]),
        ])
    func drift(tracking: Tracking, shadowed: [Int]) throws {
        var stream = PreflagStream()
        stream.observation.fields[0].tracking = tracking
        try expect(stream, ["shadow=yes"]) { _, pair in !Set(pair).isDisjoint(with: shadowed) }
        try expect(stream, ["elevation=89.9deg~"]) { _, _ in shadowed.isEmpty }
    }

    @Test("without diameters shadows need one, without a known sky both are refused")
    func refused() throws {
        var stream = PreflagStream()
        stream.observation.antennas[1].diameter = 0
        #expect(complaint { try stream.flagged(["shadow=yes"]) }.contains("diameter of h1"))
        // A dish of 14 m as before.
        try expect(stream, ["shadow=yes", "dish-diameter=14m"]) { place, pair in
            !Set(pair).isDisjoint(with: Self.shadowed[hour(place)])
        }
        stream.observation.schedule[1].times[0] = 1e12
        for text in ["elevation=~10deg", "lst=2h~3h"] {
            #expect(complaint { try stream.flagged([text]) }.contains("scan 2"))
        }
    }
}
