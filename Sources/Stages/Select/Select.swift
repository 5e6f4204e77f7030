import Parameters
import Pipeline
import Visibilities

/// Keeps part of an observation; what is not kept is removed, never flagged.
///
/// Right after `read` it is done by reading, and what is not kept is never read. Elsewhere it thins blocks, and cannot
/// remove scans or times.
public struct Select: Pointwise {
    /// What can be set.
    public typealias Settings = SelectSettings

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
