/// How far means of windows really scatter in an image that ought to be white noise of unit variance.
///
/// Sky that is left over is smooth: sums over it scatter more than those over noise, and thresholds that follow the significance
/// of white noise would flag it all. What most windows do is no interference, so a threshold is never below what is as
/// rare among them. Found before every pass, on what is not flagged yet; strong interference is gone by then.
struct WindowSpread: Sendable, Hashable {
    /// Standard deviations that a window has to stand out by.
    let significance: Double
    /// Grid steps of the image per standard deviation.
    let unit: Double
    /// Samples in one of the image: sums of blocks have the area of a block.
    var area = 1
    /// Along time and along frequency.
    private var measures = [Measure(), Measure()]

    /// Of the longest windows of which there were enough.
    private struct Measure: Hashable {
        /// The middle of their means, for single samples of the first image, grid steps.
        var middle = 0.0
        /// Their spread where that of white noise is a standard deviation, grid steps.
        var spread = 0.0
    }

    /// For an image, and then for sums of its blocks.
    init(significance: Double, unit: Double) {
        self.significance = significance
        self.unit = unit
    }

    /// What windows may scatter more than white noise before it counts, for it is measured on few.
    private static let tolerance = 1.35
    /// Standard deviations that the middle of all windows may lie above zero for sky that is left over: noise is never so wrong. Beyond, it is
    /// interference that fills the image.
    private static let mostSky = 6.0
    /// Windows looked at, at most, and the fewest that tell anything.
    private static let most = OrderStatistics.most
    private static let fewest = 12
    /// Samples looked at, at most.
    private static let mostSamples = 2048

    /// The least threshold for means over windows of a length along an axis, grid steps; never above that of a single sample.
    mutating func leastThreshold(in image: ThresholdImage, length: Int, alongTime: Bool) -> Double {
        let axis = alongTime ? 0 : 1
        let root = Double(length).squareRoot()
        let areaRoot = Double(area).squareRoot()
        // What every other length tells serves the next one as well.
        let isMeasured = length == 1 || length.trailingZeroBitCount % 2 == 1
        if isMeasured, let found = scatter(in: image, length: length, alongTime: alongTime) {
            let mean = Double(max(found.middle, 0)) / root / areaRoot
            measures[axis] = Measure(
                middle: mean < Self.mostSky * unit ? mean : 0,
                spread: Double(max(found.below, found.above)) / Self.tolerance)
        }
        let measure = measures[axis]
        return min(
            measure.middle * areaRoot + significance * measure.spread / root, significance * unit * areaRoot)
    }

    /// Of sums of windows over the root of their number of samples, spread over the image in a fixed pattern; nil where too few are live.
    private func scatter(in image: ThresholdImage, length: Int, alongTime: Bool) -> MiddleAndSpread? {
        let windows = (alongTime ? image.times : image.channels) / length
        let count = min(
            Self.most, Self.mostSamples / length, windows * (alongTime ? image.channels : image.times))
        guard count >= Self.fewest else { return nil }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.most) { deviations in
            guard let deviations = deviations.baseAddress else { return nil }
            let kept = image.writeDeviations(
                of: count, length: length, alongTime: alongTime, to: deviations)
            guard kept >= Self.fewest else { return nil }
            return MiddleAndSpread(of: deviations, count: kept)
        }
    }
}
