import Parameters
import Pipeline
import Visibilities

/// Keeps part of an observation; what is not kept is removed, never flagged.
///
/// Right after `read` it is done by reading, and what is not kept is never read. Elsewhere it thins blocks, and cannot
/// remove scans or times.
public struct Select: Pointwise {
    /// What becomes of autocorrelations.
    public enum Autocorrelations: String, CaseIterable, Sendable, ParameterChoice {
        /// They stay.
        case keep
        /// They are removed.
        case drop
    }

    /// What can be set; what is not set keeps everything.
    public struct Settings: ParameterSet {
        @Parameter("Scans, by number in the file: 1~3,!2") var scans: IndexRanges?
        @Parameter("Antennas, by name: m000,m001 or !m003") var antennas: AntennaSelection?
        @Parameter("Baselines: m000&m001, or all of an antenna: m000; ! excludes") var baselines:
            AntennaSelection?
        @Parameter("Channels, counted from 0: 100~199") var channels: IndexRanges?
        @Parameter("Channels whose centre lies in these ranges: 1.2~1.3GHz", unit: .frequency)
        var frequencies: QuantityRanges?
        @Parameter(
            "Dumps whose centre lies in these ranges, from the first dump's start: ~10min", unit: .time)
        var times: QuantityRanges?
        @Parameter("Products: HH,VV or XX,YY") var pol: [String]?
        @Parameter("Whether autocorrelations stay") var autocorrelations = Autocorrelations.keep
        @Parameter(
            "Baselines whose projected length, the median over the dumps, lies in these ranges",
            unit: .uvDistance)
        var uvRange: QuantityRanges?

        /// Keeps everything.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "select"
    /// One line for `sluice stages`.
    public static let summary =
        "keeps scans, antennas, baselines, channels, times and products; removes the rest"

    /// What an imager has no use for.
    public static let typical = ["autocorrelations=drop"]

    let rules: SelectionRules
    private var selector: BlockSelector?

    /// Checks the names of products.
    public init(_ settings: Settings) throws {
        rules = try SelectionRules(settings)
    }

    /// Resolves names and ranges; the header loses what is not kept.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        try rules.refuseTimes()
        let selection = try rules.selection(of: header.observation)
        let selector = BlockSelector(selection, on: header)
        self.selector = selector
        context.note(SelectionRules.describe(selector.header.observation))
        return selector.header
    }

    /// Compacts a block to what is kept.
    public func apply(to block: inout VisibilityBlock) throws {
        selector?.select(&block)
    }
}
