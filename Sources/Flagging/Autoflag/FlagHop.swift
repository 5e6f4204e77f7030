/// What finds interference; each has a bit in the masks of ``FlagHop``.
public enum Detector: UInt8, Sendable, Hashable, CaseIterable {
    /// SumThreshold: single samples, and runs of them along time or frequency.
    case runs = 1
    /// The same over sums of square blocks.
    case blocks = 2
    /// The search for steady emitters on the ground.
    case emitters = 4
    /// The rank operator: weak signs beside what the others found.
    case growth = 8
    /// AOFlagger's generic strategy, whatever of it.
    case aoflaggerGeneric = 16

    /// As counts by detector spell it.
    public var name: String {
        switch self {
        case .runs: "runs"
        case .blocks: "blocks"
        case .emitters: "emitters"
        case .growth: "growth"
        case .aoflaggerGeneric: "aoflagger-generic"
        }
    }

    /// How it marks what it finds in a working image: negative, and -1 for what SumThreshold marks by itself.
    var mark: Int32 { -Int32(rawValue) }
}

extension FlaggingStrategy {
    /// The detectors of a strategy, in the order in which they search.
    public var detectors: [Detector] {
        switch self {
        case .sluice: [.runs, .blocks, .emitters, .growth]
        case .aoflaggerGeneric: [.aoflaggerGeneric]
        }
    }
}

/// Dumps of a scan whose interference is decided.
public struct FlagHop: Sendable, Hashable {
    /// The dumps, counted from the scan's start.
    public let dumps: Range<Int>
    /// The bit of the ``Detector`` that found a sample first, 0 where none did, [time][channel]; one mask for all polarisations of
    /// the baseline.
    ///
    /// 0 where no polarisation has a sample. It may cover samples that were flagged before.
    public let mask: [UInt8]

    /// The same without what was found in some of its channels.
    public func sparing(_ runs: [Range<Int>], of channels: Int) -> FlagHop {
        guard !runs.isEmpty else { return self }
        var mask = mask
        for row in stride(from: 0, to: mask.count, by: max(channels, 1)) {
            for run in runs {
                for index in row + run.lowerBound..<row + run.upperBound { mask[index] = 0 }
            }
        }
        return FlagHop(dumps: dumps, mask: mask)
    }
}
