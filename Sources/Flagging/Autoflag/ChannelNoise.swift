/// Noise variances per channel that neither bursts nor steady interference in some of the channels can capture.
struct ChannelNoise {
    let strategy: Strategy

    /// Dumps whose powers are averaged before the median over such groups is taken.
    static let group = 8
    /// Median over mean of the sum of eight exponentially distributed powers.
    private static let medianOverMean: Float = 0.9588

    /// The power of a channel from its groups of dumps: the median of their means; infinite without any.
    static func robustPower(_ means: inout [Float]) -> Float {
        guard !means.isEmpty else { return .infinity }
        means.sort()
        let middle = means.count / 2
        let median = means.count % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2
        return means.count > 2 ? median / medianOverMean : median
    }

    /// Bounds each channel's power by that of its neighbours.
    ///
    /// A running median over a window that shrinks towards the ends, so that it stays centred on a sloping band edge;
    /// and never more than a multiple of a wide running quantile, which interference across dozens of channels does
    /// not reach.
    func bounded(_ powers: [Float]) -> [Float] {
        let near = Self.runningQuantile(powers, reach: strategy.noiseReach, quantile: 0.5, centred: true)
        let wide = Self.runningQuantile(
            powers, reach: strategy.boundReach, quantile: strategy.boundQuantile, centred: false)
        return zip(near, wide).map { min($0, strategy.boundFactor * $1) }
    }

    /// A running quantile of the finite values; infinite where a window has none.
    static func runningQuantile(_ values: [Float], reach: Int, quantile: Double, centred: Bool) -> [Float] {
        var sorted: [Float] = []
        sorted.reserveCapacity(2 * reach + 2)
        var window = 0..<0
        return values.indices.map { index in
            let before = centred ? min(reach, index, values.count - 1 - index) : reach
            let next = max(0, index - before)..<min(values.count, index + before + 1)
            for entering in window.upperBound..<next.upperBound where values[entering].isFinite {
                sorted.insert(values[entering], at: rank(of: values[entering], in: sorted))
            }
            for leaving in window.lowerBound..<next.lowerBound where values[leaving].isFinite {
                sorted.remove(at: rank(of: values[leaving], in: sorted))
            }
            window = next
            guard !sorted.isEmpty else { return .infinity }
            return sorted[min(Int(Double(sorted.count) * quantile), sorted.count - 1)]
        }
    }

    /// The first place in ascending values that is not below a value.
    private static func rank(of value: Float, in sorted: [Float]) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
