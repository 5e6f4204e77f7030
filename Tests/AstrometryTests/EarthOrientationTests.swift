import Foundation
import Testing

@testable import Astrometry

@Suite("Earth orientation") struct EarthOrientationTests {
    @Test("the shipped table begins on 1973-01-02 with the IERS's values")
    func firstDay() throws {
        let table = try EarthOrientation.shipped()
        #expect(table.firstDay == 41684)
        #expect(table.lastDay > table.lastMeasuredDay)
        let sample = table.sample(at: 41684 * 86400)
        #expect(sample.isTabulated)
        #expect(abs(sample.ut1MinusUTC - 0.8075) < 1e-9)
        #expect(abs(sample.x / Angle.arcsecond - 0.143) < 1e-9)
        #expect(abs(sample.y / Angle.arcsecond - 0.137) < 1e-9)
    }

    @Test("UT1 − UTC runs on smoothly through the leap second at the end of 2016 and steps by 1 s at 0 h")
    func leapSecond() throws {
        let table = try EarthOrientation.shipped()
        let midnight = 57754.0 * 86400
        let before = table.sample(at: midnight - 0.001).ut1MinusUTC
        let after = table.sample(at: midnight).ut1MinusUTC
        #expect(abs(after - before - 1) < 1e-4)
        let noon = table.sample(at: midnight - 43200).ut1MinusUTC
        #expect(abs(noon - before) < 0.002)
    }

    @Test(
        "outside its days everything is 0 and not tabulated",
        arguments: [0, 41683.9 * 86400, 1e10, -1e300, .nan, .infinity])
    func outside(time: Double) throws {
        let expected = EarthOrientation.Sample(ut1MinusUTC: 0, x: 0, y: 0, isTabulated: false)
        #expect(try EarthOrientation.shipped().sample(at: time) == expected)
        #expect(EarthOrientation.none.sample(at: time) == expected)
    }

    @Test("the last day itself is tabulated")
    func lastDay() throws {
        let table = try EarthOrientation.shipped()
        #expect(table.sample(at: Double(table.lastDay) * 86400).isTabulated)
        #expect(!table.sample(at: Double(table.lastDay) * 86400 + 1).isTabulated)
    }

    @Test("finals2000A lines are read by column, Bulletin B before A")
    func finals() throws {
        let lines = """
            73 1 2 41684.00 I  0.120733 0.009786  0.136966 0.015902  I 0.8084178 0.0002710  0.0000 0.1916  P    -0.766    0.199    -0.720    0.300   .143000   .137000   .8075000   -18.637    -3.667
            73 1 3 41685.00 I  0.118980 0.011039  0.135656 0.013616  P 0.8056163 0.0002710  3.5563 0.1916  P    -0.751    0.199    -0.701    0.300
            73 1 4 41686.00
            """
        let path = try temporary(lines)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let table = try EarthOrientation(contentsOf: path)
        #expect(
            table.days == [
                .init(ut1: 8_075_000, x: 143_000, y: 137_000), .init(ut1: 8_056_163, x: 118_980, y: 135_656),
            ])
        #expect(table.firstDay == 41684)
        #expect(table.lastMeasuredDay == 41684)
    }

    @Test(
        "what is no table is refused with the file's name",
        arguments: [
            "", "hello\n", "sluice earth orientation: 1\n",
            "sluice earth orientation: 1\nfirst mjd: 1\ndays: 99\n\nabc",
            "sluice earth orientation: 1\nfirst mjd: 1\nlast measured mjd: 9\ndays: -1\n\n",
        ])
    func damaged(content: String) throws {
        let path = try temporary(content)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: AstrometryError.self) { try EarthOrientation(contentsOf: path) }
        #expect(error?.place.contains(path) == true)
    }

    @Test("a missing file is an error") func missing() {
        #expect(throws: AstrometryError.self) {
            try EarthOrientation(contentsOf: "/nonexistent/finals2000A.all")
        }
    }

    private func temporary(_ content: String) throws -> String {
        let path = NSTemporaryDirectory() + "eop-\(UUID().uuidString)"
        try content.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }
}
