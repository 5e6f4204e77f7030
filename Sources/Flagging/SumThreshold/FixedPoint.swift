import Foundation

/// The grid of powers of two on which SumThreshold adds its samples exactly.
struct FixedPoint {
    /// Grid steps in one unit of the image, a power of two.
    let unit: Double
    /// Largest value kept: beyond every threshold that matters, so that a sample cut there is still found by itself.
    static let largest: Float = 4_194_304
    /// The lower threshold of single samples, in grid steps.
    let least: Double
    /// The highest threshold of single samples on the grid: sums of 256 live samples, doubled, stay below 2³¹.
    static let highest: Double = 2_097_152

    /// A grid fine enough for thresholds of single samples along both axes; nil when none of them can flag anything.
    init?(spanning thresholds: [Double]) {
        let usable = thresholds.filter { $0 > 0 && $0.isFinite }
        // Whatever exceeds the lower one is found by itself and in no sum afterwards.
        guard let least = usable.min(), least < 0x1p500, least > 0x1p-500 else { return nil }
        // 2^20 <= least * unit < 2^21
        unit = exp2(20 - Double(least.exponent))
        self.least = least * unit
    }

    /// Two factors that make the unit, each of them a normal number in single precision; nil if there are none such, for images
    /// in single precision cannot reach their thresholds.
    var factors: (Float, Float)? {
        let exponent = Int(unit.exponent)
        guard abs(exponent) <= 250 else { return exponent > 0 ? (0x1p125, 0x1p125) : nil }
        let half = exponent / 2
        return (
            Float(sign: .plus, exponent: half, significand: 1),
            Float(sign: .plus, exponent: exponent - half, significand: 1)
        )
    }
}

/// The threshold of one pass on the grid: a window of c samples is found when |S| > floor(c × threshold).
struct PassLimit {
    typealias Lanes = SIMD16<Int32>

    /// Whole grid steps of the threshold of the mean.
    let whole: Int32
    /// The rest, in units of 2⁻²⁰ grid steps.
    let fraction: Int32

    /// The limit for a threshold in grid steps; nil when it is so high that no live sample reaches it, or not positive.
    ///
    /// - Parameter rounding: of the threshold's last bit, 2⁻²⁰ grid steps.
    init?(_ threshold: Double, rounding: FloatingPointRoundingRule) {
        guard threshold > 0, threshold <= FixedPoint.highest else { return nil }
        let steps = Int64((threshold * 0x1p20).rounded(rounding))
        whole = Int32(steps >> 20)
        fraction = Int32(steps & 0xFFFFF)
    }

    /// What twice the sum over so many live samples must exceed.
    @inline(__always)
    func bound(_ count: Lanes) -> Lanes {
        let bound = count &* whole &+ ((count &* fraction) &>> 20)
        return bound &+ bound
    }

    /// The same or less, at half the cost.
    @inline(__always)
    func lowBound(_ count: Lanes) -> Lanes { count &* (whole &+ whole) }
}
