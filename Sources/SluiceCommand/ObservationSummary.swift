import Astrometry
import Formats
import Foundation

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
    }

    let file: String
    let format: String
    let observer: String
    let description: String
    let antennas: [String]
    let products: Int
    let band: String
    let channels: Int
    let firstFrequency: Double
    let lastFrequency: Double
    let channelWidth: Double
    let dumps: Int
    let integrationTime: Double
    let scans: [Scan]

    init(_ file: MVF3File) throws {
        self.file = file.path
        format = "MVF \(file.version)"
        observer = file.observer
        description = file.description
        antennas = file.antennas.map(\.name)
        products = file.products.count
        band = file.band.uppercased()
        channels = file.frequencies.count
        firstFrequency = file.frequencies.first ?? 0
        lastFrequency = file.frequencies.last ?? 0
        channelWidth = file.channelWidth
        dumps = file.times.count
        integrationTime = file.integrationTime
        scans = try file.scans.map { scan in
            let target = file.targets[scan.target]
            let half = file.integrationTime / 2
            return Scan(
                number: scan.number, state: scan.state.rawValue, target: target.name, tags: target.tags,
                start: UTC.text(file.times[scan.dumps.lowerBound] - half),
                end: UTC.text(file.times[scan.dumps.upperBound - 1] + half), dumps: scan.dumps.count,
                flagged: try file.flaggedShare(dumps: scan.dumps))
        }
    }

    /// The summary as a text of several lines.
    var text: String {
        var lines = [
            "\(file): \(format)",
            "observer \(observer.isEmpty ? "unknown" : observer)\(description.isEmpty ? "" : ", \(description)")",
            "\(antennas.count) antennas: \(antennas.joined(separator: " "))",
            "\(products) correlation products",
            String(
                format: "band %@: %d channels of %.3f kHz, %.3f to %.3f MHz", band, channels,
                channelWidth / 1e3,
                firstFrequency / 1e6, lastFrequency / 1e6),
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
        return lines.joined(separator: "\n")
    }

    /// A share in a column of its own; a dash where the file stores no flags.
    private static func percent(_ share: Double?) -> String {
        share.map { String(format: "%6.2f%%  ", 100 * $0) } ?? "      -  "
    }
}
