import Astrometry
import Formats
import Foundation
import Visibilities

/// What an observation holds, as `listobs` shows it.
struct ObservationSummary: Encodable {
    struct Scan: Encodable {
        let number: Int
        let state: String
        let target: String
        let tags: [String]
        let start: String
        let end: String
        let dumps: Int
        let flagged: Double?
        let startTime: ScanClock.Moment
        let endTime: ScanClock.Moment
    }

    struct Site: Encodable {
        /// Degrees and metres on WGS84.
        let latitude, longitude, height: Double
    }

    struct Window: Encodable {
        let name: String
        let channels: Int
        let firstFrequency: Double
        let lastFrequency: Double
        let channelWidth: Double
    }

    let file: String
    let format: String
    let telescope: String
    let observer: String
    let description: String
    let site: Site
    let antennas: [String]
    let products: Int
    let polarisations: [String]
    let windows: [Window]
    let dumps: Int
    let integrationTime: Double
    let visibilityUnit: String
    let scans: [Scan]
    let warnings: [String]

    init(_ file: any ObservationFile) throws {
        let contents = file.contents
        self.file = file.path
        format = file.format
        telescope = contents.telescope
        observer = contents.observer
        description = contents.description
        antennas = contents.antennas.map(\.name)
        products = contents.baselines.count * contents.polarisations.count - contents.missingPlanes.count
        polarisations = contents.polarisations.map(\.name)
        windows = contents.spectralWindows.map {
            Window(
                name: $0.name, channels: $0.frequencies.count, firstFrequency: $0.frequencies.first ?? 0,
                lastFrequency: $0.frequencies.last ?? 0, channelWidth: $0.widths.first ?? 0)
        }
        dumps = contents.times.count
        integrationTime = contents.integrationTime
        visibilityUnit = contents.visibilityUnit
        let place = Geodetic(position: contents.centre)
        site = Site(
            latitude: place.latitude / Angle.degree, longitude: place.longitude / Angle.degree,
            height: place.height)
        let clock = try ScanClock(position: contents.centre)
        scans = try contents.scans.map { try Scan($0, of: file, contents, clock) }
        warnings = file.warnings
    }

    /// The summary as a text of several lines.
    var text: String {
        var lines = [
            "\(file): \(format), \(telescope)",
            "observer \(observer.isEmpty ? "unknown" : observer)\(description.isEmpty ? "" : ", \(description)")",
            "array at \(Sexagesimal.colons(site.latitude, decimals: 1)) \(Sexagesimal.colons(site.longitude, decimals: 1)), "
                + String(format: "%.1f m", site.height),
            "\(antennas.count) antennas: \(antennas.joined(separator: " "))",
            "\(products) correlation products (\(polarisations.joined(separator: " "))), \(visibilityUnit)",
        ]
        lines += windows.map { window in
            String(
                format: "band %@: %d channels of %.3f kHz, %.3f to %.3f MHz", window.name, window.channels,
                window.channelWidth / 1e3, window.firstFrequency / 1e6, window.lastFrequency / 1e6)
        }
        lines += [
            String(format: "%d dumps of %.3f s", dumps, integrationTime),
            "scan  state  dumps  flagged  start (UTC)              end (UTC)                target  tags",
        ]
        for scan in scans {
            let state = scan.state.padding(toLength: 5, withPad: " ", startingAt: 0)
            lines.append(
                String(format: "%4d  ", scan.number) + state + String(format: "  %5d  ", scan.dumps)
                    + Self.percent(scan.flagged)
                    + "\(scan.start)  \(scan.end)  \(scan.target)  \(scan.tags.joined(separator: " "))")
        }
        lines.append("scan  start (JD)       start (LST)   end (JD)         end (LST)")
        lines += scans.map { String(format: "%4d  ", $0.number) + $0.startTime.text + "  " + $0.endTime.text }
        return (lines + warnings.map { "warning: \($0)" }).joined(separator: "\n")
    }

    /// A share in a column of its own; a dash where the file stores no flags.
    private static func percent(_ share: Double?) -> String {
        share.map { String(format: "%6.2f%%  ", 100 * $0) } ?? "      -  "
    }
}

extension ObservationSummary.Scan {
    fileprivate init(
        _ scan: FileScan, of file: any ObservationFile, _ contents: ObservationContents, _ clock: ScanClock
    ) throws {
        let target = contents.targets[scan.target]
        let (first, last) = (scan.dumps.lowerBound, scan.dumps.upperBound - 1)
        let start = contents.times[first] - contents.intervals[first] / 2
        let end = contents.times[last] + contents.intervals[last] / 2
        self.init(
            number: scan.number, state: scan.state, target: target.name, tags: target.tags,
            start: UTC.text(start), end: UTC.text(end), dumps: scan.dumps.count,
            flagged: try file.flaggedShare(dumps: scan.dumps), startTime: clock.moment(start),
            endTime: clock.moment(end))
    }
}
