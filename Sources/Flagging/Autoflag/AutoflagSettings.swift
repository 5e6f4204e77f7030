/// How interference is told from the sky.
public enum FlaggingStrategy: String, Sendable, Hashable, CaseIterable {
    /// Our own; see ``BaselineFlagger``.
    case sluice
    /// AOFlagger's generic default strategy; see ``GenericFlagger``.
    case aoflaggerGeneric = "aoflagger-generic"
}

/// What the autoflagger is told.
public struct AutoflagSettings: Sendable, Hashable {
    /// Factor on all thresholds: lower flags more.
    public var threshold: Double
    /// Dumps decided at once, counted from the scan's start.
    public var hop: Int
    /// Dumps seen on each side of a hop, as far as the scan has them.
    public var margin: Int
    /// Dumps before a hop whose statistic is kept and searched with it; never less than the margin.
    public var lookBack: Int
    /// How far flags may grow along time into what they enclose, where there are signs of interference.
    public var timeRank: ScaleInvariantRank
    /// How far flags may grow along frequency, where there are signs of interference.
    public var frequencyRank: ScaleInvariantRank
    /// How interference is told from the sky.
    public var strategy = FlaggingStrategy.sluice

    /// Settings; the defaults serve uncalibrated data.
    public init(
        threshold: Double = 1, hop: Int = 64, margin: Int = 64, lookBack: Int = 128,
        timeRank: ScaleInvariantRank = .standard,
        frequencyRank: ScaleInvariantRank = ScaleInvariantRank(1, 16)
    ) {
        self.threshold = threshold
        self.hop = hop
        self.margin = margin
        self.lookBack = lookBack
        self.timeRank = timeRank
        self.frequencyRank = frequencyRank
    }

    /// The fewest dumps of a hop.
    static let leastHop = 8

    /// The same settings for scans of at most so many dumps: where one hop holds any of them whole, no scan has a margin and
    /// no flagger needs room for one. What is flagged stays the same.
    public func forScans(of longest: Int) -> AutoflagSettings {
        var settings = self
        settings.lookBack = min(lookBack, max(longest, 0))
        guard longest <= hop else { return settings }
        settings.hop = longest < hop ? max(longest + 1, Self.leastHop) : hop
        (settings.margin, settings.lookBack) = (0, 0)
        return settings
    }
}

/// Why a flagger cannot be made.
public struct AutoflagError: Error, CustomStringConvertible, Hashable {
    /// What is wrong, where, and how to mend it.
    public let description: String

    init(_ what: String, _ remedy: String) { description = "\(what): autoflag: \(remedy)" }
}
