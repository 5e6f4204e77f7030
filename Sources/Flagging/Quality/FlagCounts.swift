import Visibilities

/// How many samples there are, how many of them are flagged, and why.
///
/// A sample that is `dataLost` is nobody's to judge: it counts as lost, and as nothing else.
public struct FlagCounts: Sendable, Hashable {
    /// All samples.
    public var samples = 0
    /// Samples that carry a flag and are not lost.
    public var flagged = 0
    /// Samples that carry each flag bit, lowest bit first: those lost for `dataLost`, those not lost for the others. A
    /// sample with several reasons counts for each.
    public var reasons = SIMD8<Int>(repeating: 0)

    /// Counts of nothing.
    public init() {}

    /// Samples that are `dataLost`.
    public var lost: Int { reasons[Self.lostBit] }
    /// Samples that are not lost.
    public var before: Int { samples - lost }
    /// Samples without any flag.
    public var after: Int { before - flagged }
    /// The flagged share of those not lost; nil if all are lost.
    public var share: Double? { before > 0 ? Double(flagged) / Double(before) : nil }

    /// The number of the bit `dataLost`.
    static let lostBit = FlagReasons.dataLost.rawValue.trailingZeroBitCount

    /// Adds counts of other samples.
    public static func += (a: inout FlagCounts, b: FlagCounts) {
        a.samples += b.samples
        a.flagged += b.flagged
        a.reasons &+= b.reasons
    }
}

extension Sequence where Element == FlagCounts {
    /// The counts of all together.
    public var total: FlagCounts { reduce(into: FlagCounts()) { $0 += $1 } }
}
