import Foundation
import TestSupport
import Testing

/// What `info` tells about times.
@Suite(.serialized) struct InfoTests {
    private struct Scan: Decodable {
        struct Moment: Decodable {
            let julianDate: Double
            let siderealTime: Double
        }
        let start, end: String
        let dumps: Int
        let startTime, endTime: Moment
    }

    private struct Summary: Decodable {
        struct Site: Decodable {
            let latitude, longitude, height: Double
        }
        let scans: [Scan]
        let site: Site
        let integrationTime: Double
    }

    private func summary() throws -> Summary {
        let outcome = try Program.run("info", try SmallObservation.path, "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try #require(try JSONDecoder().decode([Summary].self, from: Data(outcome.output.utf8)).first)
    }

    @Test("A scan's Julian dates are its length apart, its sidereal times 1.0027379 of it")
    func lengths() throws {
        let summary = try summary()
        #expect(!summary.scans.isEmpty)
        for scan in summary.scans {
            let seconds = Double(scan.dumps) * summary.integrationTime
            #expect(abs((scan.endTime.julianDate - scan.startTime.julianDate) * 86400 - seconds) < 1e-3)
            let sidereal =
                (scan.endTime.siderealTime - scan.startTime.siderealTime + 24)
                .truncatingRemainder(dividingBy: 24) * 3600
            #expect(abs(sidereal - seconds * 1.002_737_909) < 1e-3)
        }
        let text = try Program.run("info", try SmallObservation.path).output
        #expect(text.contains("start (JD)") && text.contains("start (LST)"))
    }

    @Test(
        "Julian dates and sidereal times are astropy's to a millisecond",
        .enabled(if: Peers.modern != nil, "no astropy"))
    func astropy() throws {
        let summary = try summary()
        let scans = summary.scans
        let script = """
            import sys
            from astropy.time import Time
            from astropy.utils import iers
            iers.conf.auto_download = False
            for text in sys.argv[2:]:
                time = Time(text, scale='utc')
                hours = time.sidereal_time('apparent', longitude=float(sys.argv[1])).hour
                print(repr(float(time.jd)), repr(float(hours)))
            """
        let arguments = ["\(summary.site.longitude)"] + scans.flatMap { [$0.start, $0.end] }
        let numbers = try Peers.numbers(Peers.modern, script, arguments)
        let moments = scans.flatMap { [$0.startTime, $0.endTime] }
        try #require(numbers.count == 2 * moments.count)
        for (index, moment) in moments.enumerated() {
            #expect(abs(moment.julianDate - numbers[2 * index]) * 86400 < 1e-3)
            let apart = abs(moment.siderealTime - numbers[2 * index + 1])
            #expect(min(apart, 24 - apart) * 3600 < 1e-3)
        }
    }
}
