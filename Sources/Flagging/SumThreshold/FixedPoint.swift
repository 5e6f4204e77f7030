import Foundation

/// The grid of powers of two on which SumThreshold adds its samples exactly.
struct FixedPoint {
    /// Grid steps in one unit of the image, a power of two.
    let unit: Double
    /// Largest value kept: beyond every threshold, so that a sample cut there is still found by itself.
    static let largest: Double = 4_194_304

    /// A grid fine enough for thresholds; nil when none of them can flag anything.
    init?(spanning thresholds: [Double]) {
        let usable = thresholds.filter { $0 > 0 && $0.isFinite }
        guard let top = usable.max(), top < 0x1p500, top > 0x1p-500 else { return nil }
        // 2^20 < top * unit <= 2^21: 256 samples of at most 2^22 add up to less than 2^31.
        unit = exp2(20 - Double(top.exponent))
    }

    /// A sample on the grid, cut at `largest`.
    func value(_ sample: Float) -> Int32 {
        let scaled = (Double(sample) * unit).rounded()
        return Int32(min(max(scaled, -Self.largest), Self.largest))
    }
}

/// The threshold of one pass on the grid: a window of c samples is found when |S| > floor(c × threshold).
struct PassLimit {
    /// Whole grid steps of the threshold of the mean.
    let whole: Int32
    /// The rest, in units of 2⁻²⁰ grid steps.
    let fraction: Int32
    /// The magnitude of a sum S is max(S, mirror - S): 0 for |S|, so low for S alone that the second is never above 0.
    let mirror: Int32

    /// The limit for a threshold in grid steps; nil when it is so high that no sample reaches it, or not positive.
    init?(_ threshold: Double, twoSided: Bool) {
        guard threshold > 0, threshold < FixedPoint.largest else { return nil }
        whole = Int32(threshold.rounded(.down))
        fraction = Int32(((threshold - Double(whole)) * 0x1p20).rounded(.down))
        mirror = twoSided ? 0 : -(1 << 30)
    }
}
