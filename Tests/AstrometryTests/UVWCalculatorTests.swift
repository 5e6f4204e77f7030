import Foundation
import TestSupport
import Testing

@testable import Astrometry

@Suite("uvw") struct UVWCalculatorTests {
    static let reference = Geodetic(
        longitude: 21.4438888889 * Angle.degree, latitude: -30.7110555556 * Angle.degree, height: 1086.6)
    static let offsets: [SIMD3<Double>] = [
        [0, 0, 0], [-8.264, -207.29, 8.5965], [4000, 0, 0], [0, -4000, 20], [-3419.6, 2606.1, -7.5],
        [100, 200, 300],
    ]

    static func calculator(_ orientation: EarthOrientation) -> UVWCalculator {
        UVWCalculator(
            antennaPositions: offsets.map { reference.position(ofENU: $0) }, reference: reference.position,
            earthOrientation: orientation)
    }

    /// uvw from astropy's AltAz (no refraction) of the source and of two points 1e-3 rad north and south of it.
    static let astropy = """
        import sys, numpy as np, astropy.units as u
        from astropy.time import Time
        from astropy.utils import iers
        from astropy.coordinates import EarthLocation, SkyCoord, AltAz
        iers.conf.auto_download = False; iers.conf.auto_max_age = None
        iers.earth_orientation_table.set(iers.IERS_A.open(iers.IERS_A_FILE))
        offsets = np.array([float(x) for x in sys.argv[1].split()]).reshape(-1, 3)
        loc = EarthLocation.from_geodetic(21.4438888889 * u.deg, -30.7110555556 * u.deg, 1086.6 * u.m)
        for case in sys.argv[2:]:
            mjd, sec, ra, dec = [float(x) for x in case.split()]
            frame = AltAz(obstime=Time(mjd, sec / 86400, format='mjd', scale='utc'), location=loc, pressure=0 * u.hPa)
            s = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
            n = np.array([-np.sin(dec) * np.cos(ra), -np.sin(dec) * np.sin(ra), np.cos(dec)])
            def app(p):
                c = SkyCoord(np.arctan2(p[1], p[0]) * u.rad, np.arctan2(p[2], np.hypot(*p[:2])) * u.rad).transform_to(frame)
                az, el = c.az.rad, c.alt.rad
                return np.array([np.sin(az) * np.cos(el), np.cos(az) * np.cos(el), np.sin(el)])
            w = app(s); v = app(s + 1e-3 * n) - app(s - 1e-3 * n); v -= w * (v @ w); v /= np.linalg.norm(v)
            print(*(offsets @ np.array([np.cross(v, w), v, w]).T).ravel())
        """

    @Test(
        "agrees with astropy's apparent places to 1 mm at 4 km, over four decades",
        .enabled(if: Peers.modern != nil, "astropy"))
    func agreesWithAstropy() throws {
        let cases: [(Double, Double, Double, Double)] = [
            (57919, 36000, 1.05, -0.61), (43210, 1234.5, 5.9, -0.1), (51544, 86399, 3.0, -1.4),
            (58650, 43200, 1.083, -1.15),
            (60000, 70000, 0.001, 0.5), (61300, 5, 4.4, -0.53),
        ]
        let text = cases.map { "\($0.0) \($0.1) \($0.2) \($0.3)" }
        let enu = Self.offsets.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
        let expected = try Peers.numbers(Peers.modern, Self.astropy, [enu] + text)
        try #require(expected.count == cases.count * Self.offsets.count * 3)
        let calculator = Self.calculator(try .shipped())
        var worst = 0.0
        for (number, (day, seconds, ra, dec)) in cases.enumerated() {
            let uvw = calculator.antennaUVW(time: day * 86400 + seconds, rightAscension: ra, declination: dec)
            for (antenna, mine) in uvw.enumerated() {
                let at = 3 * (number * uvw.count + antenna)
                worst = max(worst, (mine - SIMD3(expected[at], expected[at + 1], expected[at + 2])).norm)
            }
        }
        #expect(worst < 0.001, "worst \(worst) m")
    }

    @Test("lengths of baselines are kept: the axes are orthonormal")
    func orthonormal() {
        let times = (0..<7).map { 57919.0 * 86400 + 20000 * Double($0) }
        let uvw = Self.calculator(.none).antennaUVW(times: times, rightAscension: 2, declination: -0.4)
        for (index, value) in uvw.enumerated() {
            #expect(abs(value.norm - Self.offsets[index % Self.offsets.count].norm) < 1e-8)
        }
    }

    @Test("a batch gives the same bits as time by time, in any order")
    func batches() {
        let calculator = Self.calculator(.none)
        let times = [3, 1, 4, 1.5, 9, 2, 6].map { 58000.0 * 86400 + $0 * 3000 }
        let batch = calculator.antennaUVW(times: times, rightAscension: 1, declination: -1)
        let single = times.flatMap { calculator.antennaUVW(time: $0, rightAscension: 1, declination: -1) }
        #expect(batch == single)
    }

    @Test("u, v, w of east, north and up: a source at transit")
    func transit() throws {
        let calculator = Self.calculator(.none)
        let time = 58000.0 * 86400
        let ra = try #require(calculator.site.siderealTime(time: time))
        // Precession since 2000 moves directions by up to 0.25 degrees: 17 m of 4 km across, 4 cm along.
        let uvw = calculator.antennaUVW(time: time, rightAscension: ra, declination: Self.reference.latitude)
        #expect(abs(uvw[2].x - 4000) < 0.2 && abs(uvw[2].z) < 20)
        #expect(abs(uvw[3].y + 4000) < 0.2 && abs(uvw[3].z) < 30)
    }

    @Test(
        "times and directions that make no sense give NaN",
        arguments: [
            (Double.nan, 1.0, 0.5), (0, 1, 0.5), (1e300, 1, 0.5), (5e9, .nan, 0.5), (5e9, 1, .infinity),
        ])
    func nonsense(time: Double, ra: Double, dec: Double) {
        let uvw = Self.calculator(.none).antennaUVW(time: time, rightAscension: ra, declination: dec)
        #expect(uvw.count == Self.offsets.count)
        #expect(uvw.allSatisfy { $0.x.isNaN && $0.y.isNaN && $0.z.isNaN })
    }

    @Test("no antennas, or one at the Earth's centre, do not trap")
    func degenerate() {
        let time = 58000.0 * 86400
        #expect(
            UVWCalculator(antennaPositions: [], earthOrientation: .none)
                .antennaUVW(time: time, rightAscension: 0, declination: 0).isEmpty)
        let centre = UVWCalculator(antennaPositions: [[0, 0, 0], [.nan, 0, 0]], earthOrientation: .none)
        #expect(centre.antennaUVW(time: time, rightAscension: 0, declination: 0).allSatisfy { $0.x.isNaN })
    }
}
