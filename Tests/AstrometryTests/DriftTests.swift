import Foundation
import TestSupport
import Testing

@testable import Astrometry

@Suite("Drift scans") struct DriftTests {
    static let site = ObservingSite(position: hera.position, earthOrientation: .none)
    static let hera = Geodetic(
        longitude: 21.428_305_555 * Angle.degree, latitude: -30.721_526_12 * Angle.degree, height: 1051.69)
    static let time = 58098.0 * 86400 + 30000

    @Test(
        "the direction at an azimuth and elevation appears there",
        arguments: [(0.0, 0.5), (2.1, 1.4), (6, -0.2), (3.3, 0.5 * Double.pi), (1, 0)])
    func inverse(azimuth: Double, elevation: Double) throws {
        let site = ObservingSite(
            position: Self.hera.position, earthOrientation: try EarthOrientation.shipped())
        let place = try #require(
            site.direction(time: Self.time, azimuth: azimuth, elevation: elevation))
        let frame = try #require(site.frame(at: Self.time))
        let seen = frame.direction(
            rightAscension: place.rightAscension, declination: place.declination)
        #expect((seen - Self.hera.vector(azimuth: azimuth, elevation: elevation)).norm < 1e-12)
        #expect((0..<2 * Double.pi).contains(place.rightAscension))
    }

    @Test("the zenith lies at the sidereal time and the latitude but for precession and aberration")
    func zenith() throws {
        let place = try #require(
            Self.site.direction(time: Self.time, azimuth: 0, elevation: .pi / 2))
        let sidereal = try #require(Self.site.siderealTime(time: Self.time))
        #expect(abs(Angle.signed(place.rightAscension - sidereal)) < 0.005)
        #expect(abs(place.declination - Self.hera.latitude) < 0.003)
        #expect(Self.site.direction(time: .nan, azimuth: 0, elevation: 1) == nil)
        #expect(Self.site.direction(time: Self.time, azimuth: .infinity, elevation: 1) == nil)
    }

    @Test(
        "coordinates about the ground: east, north, up; about a fixed direction: orthonormal, v in the meridian"
    )
    func ground() {
        let offsets: [SIMD3<Double>] = [[100, 0, 0], [0, 100, 0], [0, 0, 100], [30, -40, 7]]
        let calculator = UVWCalculator(
            antennaPositions: offsets.map { Self.hera.position(ofENU: $0) }, reference: Self.hera.position,
            earthOrientation: .none)
        for (mine, offset) in zip(calculator.antennaENU, offsets) { #expect((mine - offset).norm < 1e-6) }
        for (mine, offset) in zip(calculator.antennaUVW(azimuth: 2, elevation: .pi / 2), offsets) {
            #expect((mine - offset).norm < 1e-6)
        }
        let tilted = calculator.antennaUVW(azimuth: 0, elevation: 60 * Angle.degree)
        let (half, root) = (50.0, 100 * 0.75.squareRoot())
        // 30 degrees north of the zenith: an antenna in the north lies half as far towards the source.
        #expect((tilted[0] - [100, 0, 0]).norm < 1e-6)
        #expect((tilted[1] - [0, root, half]).norm < 1e-6)
        #expect((tilted[2] - [0, -half, root]).norm < 1e-6)
    }

    /// uvw by pyuvdata of antennas at metres east, north, up of HERA; the position angle of its frame measured within
    /// 1e-4 rad of the source (its own 0.5 degrees, from the lower end, turn u and v by some 1e-5).
    static let pyuvdata = """
        import sys, numpy as np
        from astropy.time import Time
        from astropy.utils import iers
        from pyuvdata.utils import phasing, coordinates, get_lst_for_time
        from astropy.coordinates import EarthLocation
        import astropy.units as u
        iers.conf.auto_download = False; iers.conf.auto_max_age = None
        iers.earth_orientation_table.set(iers.IERS_A.open(iers.IERS_A_FILE))
        loc = EarthLocation.from_geodetic(21.428305555 * u.deg, -30.72152612 * u.deg, 1051.69 * u.m)
        enu = np.array([float(x) for x in sys.argv[1].split()]).reshape(-1, 3)
        xyz = coordinates.ECEF_from_ENU(enu, center_loc=loc) - np.array([q.to_value('m') for q in loc.geocentric])
        n = len(enu)
        for case in sys.argv[2:]:
            mjd, ra, dec = [float(x) for x in case.split()]
            jd = np.array([mjd + 2400000.5] * n)
            a, d = phasing.calc_app_coords(lon_coord=ra, lat_coord=dec, coord_frame='icrs', time_array=jd, telescope_loc=loc)
            pa = phasing.calc_frame_pos_angle(time_array=jd, app_ra=a, app_dec=d, telescope_loc=loc, ref_frame='icrs', offset_pos=1e-4)
            lst = get_lst_for_time(jd, telescope_loc=loc)
            uvw = phasing.calc_uvw(app_ra=a, app_dec=d, frame_pa=pa, lst_array=lst, use_ant_pos=True, antenna_positions=xyz,
                antenna_numbers=np.arange(n), ant_1_array=np.zeros(n, int), ant_2_array=np.arange(n),
                telescope_lat=loc.lat.rad, telescope_lon=loc.lon.rad)
            print(*np.asarray(uvw).ravel())
        """

    @Test(
        "uvw agree with pyuvdata's at half a kilometre: w to 0.01 mm, u and v to 0.1 mm",
        .enabled(if: Peers.modern != nil, "pyuvdata"))
    func agreesWithPyuvdata() throws {
        let offsets: [SIMD3<Double>] = [
            [0, 0, 0], [500, 0, 0], [0, -500, 3], [-241, 130, -2], [14.6, 0, 0], [7, 12, 0.1],
        ]
        let cases: [(Double, Double, Double)] = [
            (57698.375, 0.4, -0.53), (58098.0, 1.1, -0.3), (58661.25, 4.8, -0.7), (59122.5, 2.9, 0.1),
        ]
        let enu = offsets.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
        let expected = try Peers.numbers(
            Peers.modern, Self.pyuvdata, [enu] + cases.map { "\($0.0) \($0.1) \($0.2)" })
        try #require(expected.count == cases.count * offsets.count * 3)
        let calculator = UVWCalculator(
            antennaPositions: offsets.map { Self.hera.position(ofENU: $0) }, reference: Self.hera.position,
            earthOrientation: try .shipped())
        var worst = SIMD3(repeating: 0.0)
        for (number, (day, ra, dec)) in cases.enumerated() {
            let mine = calculator.antennaUVW(time: day * 86400, rightAscension: ra, declination: dec)
            for (antenna, uvw) in mine.enumerated() {
                let at = 3 * (number * mine.count + antenna)
                // pyuvdata has them from antenna 1 to antenna 2: the coordinates of the second, the reference being the first.
                let other = SIMD3(expected[at], expected[at + 1], expected[at + 2])
                for axis in 0..<3 { worst[axis] = max(worst[axis], abs(uvw[axis] - other[axis])) }
            }
        }
        #expect(worst.x < 1e-4 && worst.y < 1e-4 && worst.z < 1e-5, "worst \(worst) m")
    }
}
