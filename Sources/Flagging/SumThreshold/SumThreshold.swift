import Foundation

/// The SumThreshold operator (Offringa et al. 2010, MNRAS 405, 155) in the form that AOFlagger runs.
///
/// For each length M = 1, 2, 4, ... a pass along time over every channel, then one along frequency over every time
/// step. A pass looks at every window of M consecutive samples: with S the sum and c the number of its samples that
/// are not flagged *when the pass starts*, `|S| > χ_M c` flags the whole window, `χ_M = χ₁ (3/4)^(log₂ M)`. What a
/// pass finds is seen by the next one only. A direction shorter than M is left out.
///
/// The arithmetic is fixed point: samples are rounded to a power of two below 10⁻⁶ of the lower χ₁, so that sums are exact in any
/// order and the mask is the same for every way of computing them. It is that of exact arithmetic wherever no mean comes
/// closer to its threshold than 5 x 10⁻⁶ of it; for integers, with χ₁ below 2²⁰, than 10⁻⁹ of it.
public struct SumThreshold: Sendable, Hashable {
    /// Threshold of single samples along time, in units of the image.
    public var timeThreshold: Double
    /// Threshold of single samples along frequency, in units of the image.
    public var frequencyThreshold: Double
    /// Longest window, samples; at most 256.
    public var longest: Int
    /// Whether windows far below zero are found too, as published; an image of powers has only interference above.
    ///
    /// If not, samples below −χ₁ (the lower one) count as −χ₁: a hole does not hide its neighbours.
    public var twoSided: Bool
    /// How much of the variance of a single sample its neighbours share, or nil for the published decline of thresholds.
    ///
    /// Then the threshold of the mean of M samples follows the significance of that mean: χ_M² = χ₁² ((1 − c) / M + c).
    public var sharedVariance: SharedVariance?
    /// The length of a window along time whose threshold has come down as far as the published one of 256 samples: shorter in an image
    /// of fewer, so that what fills it stands out as it would in a longer one.
    var declineLength = 256
    /// What thresholds may not fall below where windows scatter more than noise; nil for the thresholds alone.
    var spread: WindowSpread?
    /// The shortest windows whose scatter is looked at.
    var shortestMeasured = 2

    /// Shares of the variance of a single sample, 0 to 1.
    public struct SharedVariance: Sendable, Hashable {
        /// What samples of one channel share.
        public var alongTime: Double
        /// What samples of one time step share.
        public var alongFrequency: Double

        /// Shares along both axes.
        public init(alongTime: Double, alongFrequency: Double) {
            self.alongTime = alongTime
            self.alongFrequency = alongFrequency
        }
    }

    /// The operator for an image whose single samples stand out when they exceed a threshold.
    ///
    /// Thresholds that are not positive and finite flag nothing.
    public init(
        timeThreshold: Double, frequencyThreshold: Double? = nil, longest: Int = 256, twoSided: Bool = true
    ) {
        self.timeThreshold = timeThreshold
        self.frequencyThreshold = frequencyThreshold ?? timeThreshold
        self.longest = min(max(longest, 1), 256)
        self.twoSided = twoSided
    }

    /// AOFlagger's scale: χ₁ = 6 × sensitivity × the winsorised mode of the image.
    public init(sensitivity: Double, mode: Double) { self.init(timeThreshold: 6 * sensitivity * mode) }

    /// The threshold of the mean of a window of 2^doublings samples, relative to that of one sample.
    private func decline(_ doublings: Int, shared: Double?, within length: Int = 256) -> Double {
        guard let shared else {
            return pow(0.75, Double(doublings) * 8 / max(log2(Double(length)).rounded(.down), 1))
        }
        return ((1 - shared) * pow(0.5, Double(doublings)) + shared).squareRoot()
    }

    /// Adds what the operator finds to a mask.
    ///
    /// - Parameters:
    ///   - image: real samples, [time][channel]; those not finite are missing: in no sum, though a window may cover them.
    ///   - mask: [time][channel], not 0 where a sample is flagged before; found samples become 1.
    ///   - workspace: memory to work in; its own if it is not given.
    /// - Returns: false, with the mask as it was, when the shapes do not agree.
    @discardableResult
    public func apply(
        _ image: Span<Float>, times: Int, channels: Int, mask: inout MutableSpan<UInt8>,
        in workspace: SumThresholdWorkspace = SumThresholdWorkspace()
    ) -> Bool {
        let (size, overflow) = times.multipliedReportingOverflow(by: channels)
        guard times > 0, channels > 0, !overflow, image.count == size, mask.count == size else {
            return false
        }
        guard let grid = FixedPoint(spanning: [timeThreshold, frequencyThreshold]),
            let factors = grid.factors
        else {
            return true
        }
        let window = workspace.image
        window.reshape(times: times, channels: channels)
        image.withUnsafeBufferPointer { samples in
            mask.withUnsafeMutableBufferPointer { flags in
                guard let samples = samples.baseAddress, let flags = flags.baseAddress else { return }
                window.refill(
                    samples, mask: flags, factors: factors,
                    least: twoSided ? -FixedPoint.largest : -Float(grid.least))
                var operation = self
                operation.find(in: window, unit: grid.unit, rounding: .up)
                window.writeFound(to: flags)
            }
        }
        return true
    }

    /// Runs all passes over a working image.
    ///
    /// - Parameters:
    ///   - unit: grid steps of the image in one unit of the thresholds.
    ///   - rounding: of the last bit of a threshold, 2⁻²⁰ grid steps: up, and a mean that equals a threshold is never above it.
    mutating func find(in image: ThresholdImage, unit: Double, rounding: FloatingPointRoundingRule = .down) {
        var (length, doublings) = (1, 0)
        // What single samples were held against along time: along frequency the same or more finds nothing new.
        var single = Double.infinity
        while length <= longest {
            if length <= image.times {
                let decline = decline(doublings, shared: sharedVariance?.alongTime, within: declineLength)
                let threshold = timeThreshold * unit * decline
                let least = max(threshold, leastThreshold(in: image, length: length, alongTime: true))
                if let limit = PassLimit(least, rounding: rounding) {
                    image.timePass(length: length, limit, twoSided: twoSided)
                    if length == 1 { single = least }
                }
            }
            if length <= image.channels {
                let threshold =
                    frequencyThreshold * unit * decline(doublings, shared: sharedVariance?.alongFrequency)
                let least = max(threshold, leastThreshold(in: image, length: length, alongTime: false))
                if length > 1 || least < single, let limit = PassLimit(least, rounding: rounding) {
                    image.frequencyPass(length: length, limit, twoSided: twoSided)
                }
            }
            length *= 2
            doublings += 1
        }
    }

    private mutating func leastThreshold(in image: ThresholdImage, length: Int, alongTime: Bool) -> Double {
        guard length >= shortestMeasured else { return 0 }
        return spread?.leastThreshold(in: image, length: length, alongTime: alongTime) ?? 0
    }
}

/// Memory that calls of ``SumThreshold`` use again: it grows to the largest image, 16 bytes a sample and some padding.
///
/// One belongs to one thread at a time.
public final class SumThresholdWorkspace {
    let image = ThresholdImage(times: 0, channels: 0)

    /// An empty workspace.
    public init() {}
}
