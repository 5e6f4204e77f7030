import Flagging
import Formats
import Foundation
import Visibilities

/// One picture: a product of a baseline, or of the mean of several.
struct WaterfallPicture: Sendable {
    /// Indices in the observation.
    let baselines: [Int]
    /// Index in the observation.
    let polarisation: Int
    /// What tells its file from those of other pictures.
    let fileName: String
    private let title: String
    private let words: String

    init(_ observation: Observation, baselines: [Int], polarisation: Int, isMean: Bool) {
        self.baselines = baselines
        self.polarisation = polarisation
        let product = observation.polarisations[polarisation].name
        let pairs = baselines.map { observation.baselines[$0] }
        let lengths = pairs.map(observation.length)
        if isMean {
            let autos = pairs.allSatisfy(\.isAutocorrelation)
            title = "Mean of \(baselines.count) \(autos ? "auto" : "cross-")correlations, \(product)"
            fileName = "mean-\(product)"
            words = autos ? "" : Self.metres(lengths.min() ?? 0) + " to " + Self.metres(lengths.max() ?? 0)
        } else {
            let names = pairs.prefix(1).flatMap { [$0.antenna1, $0.antenna2] }
                .map { observation.antennas[$0].name }
            title = names.joined(separator: " & ") + ", " + product
            fileName = fileNamePart((names + [product]).joined(separator: "-"))
            let auto = pairs.allSatisfy(\.isAutocorrelation)
            words = auto ? "autocorrelation" : "baseline of " + Self.metres(lengths.first ?? 0)
        }
    }

    private static func metres(_ length: Double) -> String {
        length < 1000 ? String(format: "%.1f m", length) : String(format: "%.2f km", length / 1000)
    }

    /// The page of the picture's sums.
    func page(
        _ cells: WaterfallCells, _ quality: QualityAxes, _ settings: WaterfallSettings
    ) -> WaterfallPage {
        let total = cells.total
        let flagged = String(format: "%.1f %% flagged", 100 * (total.share ?? .nan))
        let details = [words, "pixels of \(quality.cellSize)", flagged].filter { !$0.isEmpty }
        let stretch = Self.stretch(cells, settings.stretch)
        let panels = settings.show.map { content -> WaterfallPage.Panel in
            func amplitudes(before: Bool) -> WaterfallPage.Content {
                .values(
                    (0..<cells.count).map { cells.amplitude($0, before: before) }, stretch: stretch,
                    unit: "amplitude (\(quality.unit))")
            }
            switch content {
            case .before: return .init("amplitude before flags", amplitudes(before: true))
            case .amplitude: return .init("amplitude after flags", amplitudes(before: false))
            case .phase: return .init("phase after flags", .angles((0..<cells.count).map(cells.phase)))
            case .flags:
                return .init(
                    "flags by reason",
                    .flags(
                        (0..<cells.count).map(cells.mainReason),
                        shares: (0..<cells.count).map(cells.flaggedShare), legend: FlagLegend(total)))
            }
        }
        return WaterfallPage(
            title: title, warning: quality.warning,
            lines: [quality.summary, details.joined(separator: "   ")], axes: quality.axes, panels: panels,
            width: settings.size[0], height: settings.size[1])
    }

    /// Colours that show the unflagged from faint to bright; on a logarithmic scale interference has twice as much room.
    private static func stretch(_ cells: WaterfallCells, _ scale: WaterfallSettings.Scale) -> Stretch {
        func positive(before: Bool) -> [Float] {
            (0..<cells.count).map { cells.amplitude($0, before: before) }.filter { $0 > 0 && $0.isFinite }
        }
        var values = positive(before: false)
        if values.isEmpty { values = positive(before: true) }
        values.sort()
        func quantile(_ share: Double) -> Double {
            values.isEmpty ? 1 : Double(values[Int(share * Double(values.count - 1))])
        }
        switch scale {
        case .log:
            let low = max(quantile(0.01), quantile(0.5) / 8)
            return Stretch(logarithmic: low...max(2 * quantile(0.998), low))
        case .linear: return Stretch(linear: 0...quantile(0.998))
        }
    }

    /// Bytes while one picture is drawn: values of its panels, the page and its compressed copy.
    static func drawingBytes(_ quality: QualityAxes, panels: Int, width: Int, height: Int) -> Int {
        let page =
            (panels * (max(width, quality.axes.columns) + 40) + 800) * (max(height, quality.axes.rows) + 400)
        return 6 * page + 32 * (panels + 1) * quality.bins.count
    }
}
