import Astrometry
import Flagging
import Formats
import Foundation
import Parameters
import Pipeline
import Visibilities

/// What the pictures of `statistics` and `waterfall` have in common: cells, axes and the words above them.
struct QualityAxes: Sendable {
    /// More scans than a picture can have rows.
    static let mostRows = 8000

    let observation: Observation
    let bins: TimeFrequencyBins
    let axes: TimeFrequencyAxes

    /// The axes of a stream in at most so many rows and columns.
    ///
    /// - Throws: an error that names the stage when nothing is scheduled or there are too many scans.
    init(_ observation: Observation, rows: Int, columns: Int, at stage: String) throws {
        guard observation.schedule.contains(where: { !$0.times.isEmpty }) else {
            throw PipelineError(
                "nothing is scheduled", at: stage,
                mend: "choose scans and targets that the observation has", fault: .data)
        }
        let bins = TimeFrequencyBins(observation, rows: rows, columns: columns)
        guard max(bins.rows.count, bins.columns.count) <= Self.mostRows else {
            throw PipelineError(
                "\(observation.schedule.count) scans and \(observation.spectralWindows.count) spectral windows do not fit into a picture",
                at: stage, mend: "select fewer of them while reading", fault: .usage)
        }
        let site = ObservingSite(middleOf: observation)
        self.observation = observation
        self.bins = bins
        axes = TimeFrequencyAxes(
            scans: zip(observation.schedule, bins.rows.ranges).filter { !$1.isEmpty }.map { scan, rows in
                Self.scan(scan, rows: rows.count, in: observation, site)
            },
            bands: bins.bands.enumerated().map { run, band in
                let window = observation.spectralWindows[band.spectralWindow]
                let (first, last) = (band.channels.lowerBound, band.channels.upperBound - 1)
                let low = window.frequencies[first] - window.widths[first] / 2
                return TimeFrequencyAxes.Band(
                    columns: bins.columns.ranges[run].count,
                    frequencies: low...max(low, window.frequencies[last] + window.widths[last] / 2))
            })
    }

    private static func scan(
        _ scan: ScheduledScan, rows: Int, in observation: Observation, _ site: ObservingSite?
    ) -> TimeFrequencyAxes.Scan {
        let start = (scan.times.first ?? 0) - (scan.intervals.first ?? 0) / 2
        let end = max(start, (scan.times.last ?? start) + (scan.intervals.last ?? 0) / 2)
        var sidereal: ClosedRange<Double>?
        if let first = site?.siderealTime(time: start), let last = site?.siderealTime(time: end) {
            // Whole turns between them: a sidereal day is 86164.09 s.
            let turns = ((end - start) / 86164.0905 - (last - first) / (2 * .pi)).rounded()
            let unwrapped = last + turns * 2 * .pi
            sidereal = first...max(first, unwrapped)
        }
        return TimeFrequencyAxes.Scan(
            rows: rows, times: start...end, siderealTimes: sidereal,
            label: "scan \(scan.number) \(observation.fields[scan.field].name)")
    }

    /// `uncalibrated` unless the data have a unit.
    var warning: String { isCalibrated ? "" : "uncalibrated" }

    /// The unit of amplitudes.
    var unit: String { isCalibrated ? observation.visibilityUnit : "counts" }

    private var isCalibrated: Bool { !["", "uncalib"].contains(observation.visibilityUnit) }

    /// File, telescope, fields, date and band, in a line.
    var summary: String {
        var file = observation.origins.first.map { URL(filePath: $0).lastPathComponent } ?? ""
        if observation.origins.count > 1 { file += " and \(observation.origins.count - 1) more" }
        var words = [file, observation.telescope, fieldNames]
        let starts = axes.scans.map(\.times.lowerBound).min() ?? 0
        let ends = axes.scans.map(\.times.upperBound).max() ?? 0
        words.append(Self.minutes(starts) + " to " + Self.minutes(ends) + " UTC")
        let low = axes.bands.map(\.frequencies.lowerBound).min() ?? 0
        let high = axes.bands.map(\.frequencies.upperBound).max() ?? 0
        words.append(String(format: "%.2f to %.2f MHz", low / 1e6, high / 1e6))
        return words.filter { !$0.isEmpty }.joined(separator: "   ")
    }

    /// How large cells are, in words.
    var cellSize: String {
        let time = Double(bins.rows.width) * observation.integrationTime
        let width = observation.spectralWindows.first?.widths.first ?? 0
        return String(format: "%.4g s × %.4g kHz", time, Double(bins.columns.width) * width / 1e3)
    }

    private var fieldNames: String {
        let fields = Set(observation.schedule.map(\.field)).sorted().map { observation.fields[$0].name }
        return fields.count > 4
            ? fields.prefix(3).joined(separator: ", ") + " and \(fields.count - 3) more"
            : fields.joined(separator: ", ")
    }

    private static func minutes(_ time: Double) -> String {
        String(UTC.text(time, decimals: 0).prefix(16)).replacing("T", with: " ")
    }
}

extension PendingOutput {
    /// Writes a whole result beside its final name.
    func write(_ data: Data) throws {
        guard FileManager.default.createFile(atPath: temporaryPath, contents: data) else {
            throw SystemError("cannot write", finalPath)
        }
    }
}
