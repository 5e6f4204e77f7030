/// Why a deconvolution ended.
public enum CleanEnd: Sendable, Equatable, CustomStringConvertible {
    /// The peak is at the threshold.
    case threshold(peak: Double, level: Double)
    /// The peak is not above the threshold, or the level of the automatic mask, before any component is taken.
    case belowThreshold(peak: Double, level: Double)
    /// As many components as were asked for were taken; so many are in the model that is kept.
    case iterations(Int)
    /// As many major cycles as were asked for.
    case majors(Int)
    /// A component below zero where none may be.
    case negative(peak: Double)
    /// The residual did not fall any more.
    case noProgress(peak: Double)
    /// The residual rose; the best model is kept.
    case divergence(peak: Double, best: Double)
    /// A residual was not a number; the model before is kept.
    case notFinite
    /// No channel with a weight, or no pixel that may hold a component.
    case nothingToClean

    /// The reason in a line.
    public var description: String {
        switch self {
        case .threshold(let peak, let level):
            "peak \(short(peak)) at the threshold of \(short(level)) Jy/beam"
        case .belowThreshold(let peak, let level):
            "nothing to clean: the peak of \(short(peak)) Jy/beam is not above the threshold of \(short(level)) Jy/beam"
        case .iterations(let count): "\(count) components; niter allows no more"
        case .majors(let count): "\(count) major cycles, as many as nmiter allows"
        case .negative(let peak): "the strongest peak is below zero: \(short(peak)) Jy/beam"
        case .noProgress(let peak): "no progress any more at a peak of \(short(peak)) Jy/beam"
        case .divergence(let peak, let best):
            "diverged: the residual rose to \(short(peak)) Jy/beam; the model of \(short(best)) is kept"
        case .notFinite: "a residual is not a number; the model before it is kept"
        case .nothingToClean: "no pixel to clean: channels without data, or an empty mask"
        }
    }
}

/// Four digits.
private func short(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
}

/// A line of the log: the minor cycles between two exact residuals.
public struct CleanMajor: Sendable, Equatable, CustomStringConvertible {
    /// Counts from 1.
    public let number: Int
    /// Components so far.
    public let iterations: Int
    /// Peak before, and in the exact residual after, Jy/beam; of the weighted mean of the channels.
    public let peak: Double
    /// Peak in the exact residual after.
    public let reached: Double
    /// Peak down to which the minor cycles went.
    public let limit: Double
    /// Robust noise of the residual before, Jy/beam.
    public let noise: Double
    /// Whether components were only allowed where some were already.
    public let masked: Bool

    init(_ number: Int, from start: CleanMark, to state: Deconvolution, limit: Float) {
        self.number = number
        iterations = state.model.iterations
        (peak, reached, self.limit) = (Double(start.peak), Double(state.top), Double(limit))
        (noise, masked) = (Double(start.noise), start.masked)
    }

    /// The line.
    public var description: String {
        "major cycle \(number): peak \(short(peak)) to \(short(reached)) Jy/beam (limit \(short(limit)), noise \(short(noise))\(masked ? ", masked" : "")), \(iterations) components"
    }
}

/// What a deconvolution found.
public struct CleanResult: Sendable {
    /// Model of each output channel, Jy/pixel, [row][column].
    public let models: [[Float]]
    /// Exact residual of each output channel, Jy/beam.
    public let residuals: [[Float]]
    /// Components by scale, row and column.
    public let components: CleanComponents
    /// The log.
    public let majors: [CleanMajor]
    /// Why it ended.
    public let ended: CleanEnd
    /// Robust noise of the weighted mean of these residuals, Jy/beam.
    public let noise: Double
}
