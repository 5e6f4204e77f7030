import Foundation

/// What the cells of a picture of time and frequency hold.
public struct WaterfallCells: Sendable {
    /// Sums of the amplitude of the unflagged, of the flagged that are not lost, and of the complex unflagged visibility.
    var sums: [SIMD4<Double>]
    /// Samples of each reason, as `FlagCounts.reasons`.
    var reasons: [SIMD8<UInt32>]
    /// All samples, and the flagged that are not lost.
    var counts: [SIMD2<UInt32>]

    /// Bytes of a cell.
    static let cellBytes =
        MemoryLayout<SIMD4<Double>>.stride + MemoryLayout<SIMD8<UInt32>>.stride
        + MemoryLayout<SIMD2<UInt32>>.stride

    init(count: Int) {
        sums = [SIMD4](repeating: SIMD4(repeating: 0), count: count)
        reasons = [SIMD8](repeating: SIMD8(repeating: 0), count: count)
        counts = [SIMD2](repeating: SIMD2(repeating: 0), count: count)
    }

    /// Cells.
    public var count: Int { sums.count }

    /// Counts of a cell.
    public func flags(_ cell: Int) -> FlagCounts {
        var flags = FlagCounts()
        flags.samples = Int(counts[cell].x)
        flags.flagged = Int(counts[cell].y)
        flags.reasons = SIMD8(truncatingIfNeeded: reasons[cell])
        return flags
    }

    /// Mean amplitude of a cell, of the unflagged or of all that are not lost; NaN where there is none.
    public func amplitude(_ cell: Int, before: Bool) -> Float {
        let flags = flags(cell)
        return before
            ? Float((sums[cell].x + sums[cell].y) / Double(flags.before))
            : Float(sums[cell].x / Double(flags.after))
    }

    /// Phase of the mean unflagged visibility of a cell, radians; NaN where there is none.
    public func phase(_ cell: Int) -> Float {
        flags(cell).after > 0 ? Float(atan2(sums[cell].w, sums[cell].z)) : .nan
    }

    /// The flag bit that most samples of a cell carry, the lowest of several; nil where nothing is flagged.
    public func mainReason(_ cell: Int) -> Int? {
        let most = reasons[cell].max()
        return most > 0 ? (0..<8).first { reasons[cell][$0] == most } : nil
    }

    /// The share of all samples of a cell that carry any flag, `dataLost` too; NaN for a cell without samples.
    public func flaggedShare(_ cell: Int) -> Float {
        let flags = flags(cell)
        return Float(flags.lost + flags.flagged) / Float(flags.samples)
    }

    /// The counts of all cells together.
    public var total: FlagCounts { (0..<count).lazy.map(flags).total }
}
