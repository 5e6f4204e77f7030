import Flagging
import Formats
import Foundation
import Parameters
import Pipeline
import Rings
import Visibilities

/// Counts flags along every axis of the stream and takes its bandpass and its scatter along time, as JSON and as one page.
public struct Statistics: Sink {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter("Start of the names of the results, PREFIX-statistics.json and .png") var prefix:
            OutputPath
        @Parameter("Whether to draw the page", decidesBits: false) var png = true

        /// The defaults; `prefix` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "statistics"
    /// One line for `sluice stages`.
    public static let summary =
        "counts flags by antenna, baseline, channel, time, scan, product and reason, as JSON and a page"

    /// Cells of the page's map, which the page shows without shrinking them.
    private static let (rows, columns) = (430, 960)

    private let settings: Settings
    private var prepared: Prepared?

    private struct Prepared: Sendable {
        let quality: QualityAxes
        let context: StageContext
        let document: PendingOutput
        let page: PendingOutput?
    }

    /// Takes the settings.
    public init(_ settings: Settings) throws {
        try settings.$prefix.checkPrefix(writing: Self.name)
        self.settings = settings
    }

    /// Memory for the counts, known once it is prepared, and for the page.
    public var needs: Needs {
        guard let quality = prepared?.quality else { return Needs() }
        let work =
            FlagStatistics.byteCount(quality.observation, bins: quality.bins)
            + Bandpass.byteCount(quality.observation) + Scatter.byteCount(quality.observation)
        return Needs(workBytes: work, finalBytes: work + quality.documentBytes + quality.pageBytes)
    }

    /// Lays out the page's axes and claims the results.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        let quality = try QualityAxes(
            header.observation, rows: Self.rows, columns: Self.columns, at: context.name)
        func claim(_ suffix: String) throws -> PendingOutput {
            try context.outputs.claim(
                settings.prefix.path + suffix, suggesting: "choose another prefix")
        }
        prepared = Prepared(
            quality: quality, context: context, document: try claim("-statistics.json"),
            page: settings.png ? try claim("-statistics.png") : nil)
    }

    /// Counts until the stream ends, then writes the results.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let prepared else { preconditionFailure("statistics runs only after it was prepared") }
        let quality = prepared.quality
        var flags = FlagStatistics(quality.observation, bins: quality.bins)
        var bandpass = Bandpass(quality.observation)
        var scatter = Scatter(quality.observation)
        for try await block in input {
            flags.add(block)
            bandpass.add(block)
            scatter.add(block)
        }
        let document = StatisticsDocument(
            quality.observation, flags, bandpass, scatter, history: prepared.context.record.history())
        try prepared.document.write(Data(try jsonText(document).utf8))
        if let page = prepared.page {
            let name = prepared.context.name
            let title = name == Self.name ? "Flags" : "Flags: \(name)"
            try StatisticsPage(quality, flags, bandpass, scatter, title: title).canvas().writePNG(
                to: page.temporaryPath)
        }
    }
}

extension QualityAxes {
    /// Bytes while the JSON is made: its numbers as text, twice.
    fileprivate var documentBytes: Int {
        let dumps = observation.schedule.reduce(0) { $0 + $1.times.count }
        let channels = observation.spectralWindows.reduce(0) { $0 + $1.frequencies.count }
        let bands = 12 * observation.polarisations.count
        return 300 * (12 * dumps + (14 + bands) * channels + 10 * observation.baselines.count) + 1 << 20
    }

    /// Bytes of the largest page and its compressed copy.
    fileprivate var pageBytes: Int {
        6 * (1100 + max(960, axes.columns)) * (970 + max(430, axes.rows)) + 40 * bins.count
    }
}
