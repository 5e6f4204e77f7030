import Foundation

/// How values become colours: from a range to 0 ... 1, straight or bent so that the faint shows beside the bright.
public struct Stretch: Sendable, Hashable {
    /// The value that gets the map's first colour.
    public let low: Double
    /// The value that gets the map's last colour.
    public let high: Double
    /// Below this distance from `low` the curve is about straight, above it logarithmic; nil is straight throughout.
    public let softening: Double?
    /// Whether equal ratios of values are equal steps of colour.
    public let isLogarithmic: Bool

    /// A straight stretch; an empty range is widened.
    public init(linear range: ClosedRange<Double>) {
        (low, high) = Self.widened(range.lowerBound, range.upperBound)
        (softening, isLogarithmic) = (nil, false)
    }

    /// A logarithmic stretch of positive values; a range that is not is shown straight.
    public init(logarithmic range: ClosedRange<Double>) {
        (low, high) = Self.widened(range.lowerBound, range.upperBound)
        (softening, isLogarithmic) = (nil, low > 0)
    }

    /// A stretch by the inverse hyperbolic sine (Lupton, Gunn & Szalay 1999, AJ 118, 1406).
    public init(asinh range: ClosedRange<Double>, softening: Double) {
        (low, high) = Self.widened(range.lowerBound, range.upperBound)
        self.softening = softening > 0 && softening.isFinite ? softening : nil
        isLogarithmic = false
    }

    /// A stretch that shows the noise of an image dimly and its sources up to the brightest.
    ///
    /// From 2 robust standard deviations below the median to the brightest value; straight within about 3 of the bottom, so
    /// that noise is dark. There may be no noise, and no value.
    public init(noise: RobustNoise, peak: Float) {
        let high = max(Double(peak), noise.median + 5 * noise.deviation)
        let low = noise.median - 2 * noise.deviation
        self.init(asinh: min(low, high)...high, softening: 3 * noise.deviation)
    }

    /// The place of a value in 0 ... 1; values outside the range lie beyond, NaN stays.
    public func place(_ value: Double) -> Double {
        if isLogarithmic { return value > 0 ? log(value / low) / log(high / low) : min(value, -1) }
        guard let softening else { return (value - low) / (high - low) }
        return asinh((value - low) / softening) / asinh((high - low) / softening)
    }

    private static func widened(_ low: Double, _ high: Double) -> (Double, Double) {
        guard low.isFinite, high.isFinite else { return (0, 1) }
        if high > low { return (low, high) }
        let margin = max(abs(low) * 0.01, .leastNormalMagnitude * 1e9)
        return (low - margin, high + margin)
    }
}

/// The median of an image and its standard deviation, unmoved by sources.
public struct RobustNoise: Sendable, Hashable {
    /// Median of the finite values; 0 if there are none.
    public let median: Double
    /// 1.4826 times the median distance from the median.
    public let deviation: Double

    /// Measures evenly spaced values, 131 071 at most, which tell both to a percent.
    public init(_ values: [Float]) {
        // An odd step does not keep to a column of an image whose width is a power of two.
        let step = max(values.count >> 16, 1) | 1
        var sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.filter(\.isFinite)
        guard !sample.isEmpty else {
            (median, deviation) = (0, 0)
            return
        }
        sample.sort()
        let middle = sample[sample.count / 2]
        // From the middle outwards, the nearer of the next on either side comes first: the distances in ascending order.
        var (below, above, distance) = (sample.count / 2, sample.count / 2, Float(0))
        for _ in 0..<sample.count / 2 {
            let down = below > 0 ? middle - sample[below - 1] : .infinity
            let up = above + 1 < sample.count ? sample[above + 1] - middle : .infinity
            if down < up { below -= 1 } else { above += 1 }
            distance = min(down, up)
        }
        median = Double(middle)
        deviation = 1.4826 * Double(distance)
    }
}
