import Foundation
import TestSupport
import Testing

@testable import Astrometry

@Suite("Sky") struct SkyTests {
    @Test("direction cosines there and back, to 1e-13 rad", arguments: [-1.57, -0.6, 0, 1.2])
    func cosines(declination: Double) {
        var generator = Seeded(7)
        for _ in 0..<50 {
            let (ra, dec) = (Double.random(in: 0...6.28, using: &generator), declination)
            let (l, m) = (
                Double.random(in: -0.5...0.5, using: &generator),
                Double.random(in: -0.5...0.5, using: &generator)
            )
            guard let cosines = DirectionCosines(l: l, m: m) else { continue }
            let place = cosines.direction(centreRightAscension: ra, centreDeclination: dec)
            let again = DirectionCosines(
                rightAscension: place.rightAscension, declination: place.declination,
                centreRightAscension: ra,
                centreDeclination: dec)
            #expect(abs(again.l - l) < 1e-13 && abs(again.m - m) < 1e-13)
            #expect(abs(again.nMinusOne - cosines.nMinusOne) < 1e-13)
        }
    }

    @Test("n − 1 keeps its digits near the centre and is right behind the observer")
    func depth() {
        #expect(DirectionCosines(l: 1e-9, m: 0)?.nMinusOne == -5e-19)
        #expect(DirectionCosines(l: 0.8, m: 0.8) == nil)
        #expect(DirectionCosines(l: .nan, m: 0) == nil)
        let behind = DirectionCosines(
            rightAscension: .pi, declination: 0, centreRightAscension: 0, centreDeclination: 0)
        #expect(abs(behind.nMinusOne + 2) < 1e-15)
    }

    @Test("separations: small, quarter, opposite")
    func separation() {
        let tiny = Sky.separation(
            rightAscension: 1, declination: 0, rightAscension2: 1 + 1e-10, declination2: 0)
        #expect(abs(tiny - 1e-10) < 1e-15)
        let quarter = Sky.separation(
            rightAscension: 1, declination: 0, rightAscension2: 2, declination2: .pi / 2)
        #expect(abs(quarter - .pi / 2) < 1e-15)
        let opposite = Sky.separation(
            rightAscension: 0, declination: 0.3, rightAscension2: .pi, declination2: -0.3)
        #expect(abs(opposite - .pi) < 1e-15)
    }

    static let angles: [(String, Double)] = [
        ("-30:42:39.8", -30.711_055_555_555_556), ("19h39m25.5s", 19.657_083_333_333_332), ("-0d30m", -0.5),
        ("+12.5", 12.5), ("4", 4), ("-63d42m45s", -63.7125), ("7h", 7),
    ]

    @Test("sexagesimal texts", arguments: angles)
    func sexagesimal(text: String, value: Double) throws {
        #expect(abs(try #require(Sexagesimal.value(of: text)) - value) < 1e-12)
    }

    @Test(
        "texts that are no angle",
        arguments: ["", "-", "x", "1:60:0", "1:2:3:4", "1::2", "nan", "1h2m3d", "5m", "--3", "1:-2"])
    func notSexagesimal(text: String) { #expect(Sexagesimal.value(of: text) == nil) }

    @Test("right ascensions are hours if they look so, else degrees, and a turn at most")
    func rightAscension() {
        for text in ["04:30:00", "4h30m", "67.5", "+67.5"] {
            #expect(abs((Sexagesimal.rightAscension(of: text) ?? .nan) - 67.5 * Angle.degree) < 1e-12)
        }
        for text in ["94h01m00s", "24:00:01", "360.1", "x", ""] {
            #expect(Sexagesimal.rightAscension(of: text) == nil)
        }
    }

    @Test("writing angles carries into the next unit")
    func writing() {
        #expect(Sexagesimal.rightAscension(60 * Angle.degree) == "04h00m00.00s")
        #expect(Sexagesimal.rightAscension(-1e-9) == "00h00m00.00s")
        #expect(Sexagesimal.degrees(-35 * Angle.degree) == "-35d00m00.0s")
        #expect(
            Sexagesimal.degrees(-(29 + 59 / 60.0 + 59.999 / 3600) * Angle.degree, decimals: 0) == "-30d00m00s"
        )
        #expect(Sexagesimal.degrees(.nan) == "unknown")
        #expect(Sexagesimal.colons(-(30 + 42 / 60.0 + 39.8 / 3600), decimals: 4) == "-30:42:39.8000")
        #expect(Sexagesimal.colons(4.999_999_999, decimals: 2) == "5:00:00.00")
        #expect(Sexagesimal.colons(-1e-9, decimals: 4) == "0:00:00.0000")
        #expect(Sexagesimal.colons(.infinity, decimals: 4) == "unknown")
    }

    static let times: [(String, Double)] = [
        ("2019-06-15T12:00:00.000", 5_067_316_800), ("1858-11-17T00:00:00.000", 0),
        ("2000-02-29T23:59:59.500", 4_458_585_599.5), ("1600-03-01T00:00:01.000", -8_164_195_199),
        ("2100-03-01T00:00:00.000", 7_614_259_200),
    ]

    @Test("UTC texts there and back", arguments: times)
    func utc(text: String, time: Double) {
        #expect(UTC.text(time) == text)
        #expect(UTC.time(of: text) == time)
    }

    @Test("UTC forms and rounding")
    func utcForms() {
        #expect(UTC.time(of: "2019/06/15/12:00") == 5_067_316_800)
        #expect(UTC.time(of: "2019-06-15 12:00:00Z") == 5_067_316_800)
        #expect(UTC.time(of: "2019-06-15") == 58649.0 * 86400)
        #expect(UTC.text(58649.0 * 86400 - 0.4, decimals: 0) == "2019-06-15T00:00:00")
        #expect(UTC.time(unix: 0) == 40587.0 * 86400)
        for bad in [
            "", "2019", "2019-02-29", "2019-13-01", "2019-06-15T24:00:00", "2019-06-15T12", "a-b-c",
            "99-01-01", "-2019-01-01",
        ] {
            #expect(UTC.time(of: bad) == nil, "\(bad)")
        }
        #expect(UTC.text(.nan) == "unknown" && UTC.text(-1e11) == "unknown")
    }
}
