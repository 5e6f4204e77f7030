import Foundation
import Testing

@testable import Astrometry

@Suite("Places and times") struct SiteTests {
    @Test("geodetic to geocentric: SOFA's documented value (t_gd2gc) and back")
    func geodetic() {
        let place = Geodetic(longitude: 3.1, latitude: -0.5, height: 2500)
        let xyz = place.position
        #expect(abs(xyz.x + 5_599_000.557_704_994_8) < 1e-6)
        #expect(abs(xyz.y - 233_011.672_234_792_03) < 1e-6)
        #expect(abs(xyz.z + 3_040_909.470_698_335_7) < 1e-6)
        let back = Geodetic(position: xyz)
        #expect(
            abs(back.longitude - 3.1) < 1e-14 && abs(back.latitude + 0.5) < 1e-14
                && abs(back.height - 2500) < 1e-6)
        #expect(Geodetic(position: [.nan, 0, 0]).latitude.isNaN)
    }

    @Test("east, north, up: there and back, and up is the zenith")
    func enu() {
        let place = Geodetic(longitude: 0.37, latitude: -0.53, height: 1000)
        let offset = SIMD3(120.0, -340.0, 5.0)
        #expect((place.enu(ofPosition: place.position(ofENU: offset)) - offset).norm < 1e-8)
        #expect((place.vector(ofENU: [0, 0, 1]) - place.up).norm < 1e-15)
        let higher = Geodetic(longitude: 0.37, latitude: -0.53, height: 1010)
        #expect((place.position(ofENU: [0, 0, 10]) - higher.position).norm < 1e-8)
    }

    @Test("Greenwich apparent sidereal time: SOFA's documented value (t_gst06a, UT1 = TT = MJD 53736)")
    func siderealTime() throws {
        let day = EarthOrientation.Day(ut1: 641_840_000, x: 0, y: 0)
        let table = EarthOrientation(
            source: "SOFA", firstDay: 53735, lastMeasuredDay: 53736, days: [day, day])
        let greenwich = ObservingSite(
            position: Geodetic(longitude: 0, latitude: 0.9, height: 0).position, earthOrientation: table)
        let angle = try #require(greenwich.siderealTime(time: 53736.0 * 86400 - 64.184))
        #expect(abs(angle - 1.754_166_137_675_019_159) < 1e-10)
        #expect(greenwich.siderealTime(time: .nan) == nil)
    }

    @Test(
        "the pole stands in the north at the latitude; parallactic angle 0 on the meridian, positive in the west"
    )
    func azimuthElevation() throws {
        let latitude = 0.6
        let site = ObservingSite(
            position: Geodetic(longitude: 0, latitude: latitude, height: 0).position, earthOrientation: .none)
        let time = 51544.5 * 86400
        let pole = try #require(site.azimuthElevation(time: time, rightAscension: 0, declination: .pi / 2))
        #expect(abs(pole.elevation - latitude) < 1e-3 && abs(Angle.signed(pole.azimuth)) < 1e-3)
        let lst = try #require(site.siderealTime(time: time))
        let south = try #require(site.azimuthElevation(time: time, rightAscension: lst, declination: 0))
        #expect(abs(south.azimuth - .pi) < 1e-3 && abs(south.elevation - (.pi / 2 - latitude)) < 1e-3)
        let (hourAngle, declination) = (1.0, 0.2)
        let q = try #require(
            site.parallacticAngle(time: time, rightAscension: lst - hourAngle, declination: declination))
        let closed = atan2(
            sin(hourAngle), tan(latitude) * cos(declination) - sin(declination) * cos(hourAngle))
        #expect(abs(q - closed) < 1e-3)
        #expect(site.azimuthElevation(time: .nan, rightAscension: 0, declination: 0) == nil)
    }

    @Test("antenna descriptions in katpoint's form")
    func descriptions() throws {
        let text =
            "m000, -30:42:39.8, 21:26:38.0, 1086.6, 13.5, -8.264 -207.29 8.5965 212.6695 212.6695 1.0, 0:03:13.3, 1.22"
        let antenna = try AntennaDescription(text)
        #expect(
            antenna.name == "m000" && antenna.diameter == 13.5 && antenna.offset == [-8.264, -207.29, 8.5965])
        // katpoint's position_ecef of the same string.
        let offset = antenna.position - SIMD3(5_109_271.497_354, 2_006_808.893_028, -3_239_130.736_141)
        #expect(offset.norm < 1e-4, "\(antenna.position)")
        #expect((antenna.reference.enu(ofPosition: antenna.position) - antenna.offset).norm < 1e-8)
        #expect(try AntennaDescription("A, 10.5, -20, 0, 25").offset == [0, 0, 0])
        for bad in [
            "", "m000", "m, x, 21, 1, 13", "m, -91, 21, 1, 13", "m, 1, 2, 3, -4", "m, 1, 2, 3, 4, 5 6",
            "m,1,2,nan,4", "m000, a, b, c, d", "m000, 91:0:0, 0, 0, 1", "m0, 0, 0, 0, 1, x",
        ] {
            #expect(throws: AstrometryError.self) { try AntennaDescription(bad) }
        }
    }
}
