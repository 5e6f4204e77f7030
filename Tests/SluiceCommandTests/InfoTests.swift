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

    private func summary(_ path: String? = nil) throws -> Summary {
        let outcome = try Program.run("info", try path ?? SmallObservation.path, "--json")
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

    @Test(
        "Sidereal times of HERA's drift scans are astropy's for the file's times and place",
        .enabled(if: Peers.modern != nil && Shared.find("data/uvh5") != nil, "no astropy or no data"),
        arguments: ["zen.2458432.34569.uvh5", "zen.2458661.23480.HH.uvh5"])
    func drift(name: String) throws {
        let path = try #require(Shared.find("data/uvh5/" + name)).path
        let script = """
            import sys, h5py
            from astropy.time import Time
            from astropy.utils import iers
            iers.conf.auto_download = False
            with h5py.File(sys.argv[1]) as file:
                header = file['Header']
                times, lengths = header['time_array'][()], header['integration_time'][()] / 86400
                longitude = float(header['longitude'][()])
            for jd in [(times - lengths / 2).min(), (times + lengths / 2).max()]:
                time = Time(jd, format='jd')
                print(repr(float(jd)), repr(float(time.sidereal_time('apparent', longitude=longitude).hour)))
            """
        let numbers = try Peers.numbers(Peers.modern, script, [path])
        try #require(numbers.count == 4)
        let summary = try summary(path)
        let first = try #require(summary.scans.first).startTime
        let last = try #require(summary.scans.last).endTime
        for (index, moment) in [first, last].enumerated() {
            #expect(abs(moment.julianDate - numbers[2 * index]) * 86400 < 1e-3)
            #expect(abs(moment.siderealTime - numbers[2 * index + 1]) * 3600 < 1e-3)
        }
    }
}
