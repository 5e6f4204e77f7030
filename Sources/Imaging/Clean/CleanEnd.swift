/// Why a deconvolution ended. Peaks and levels are in the unit of the dirty images, Jy/beam where the data are in Jy.
public enum CleanEnd: Sendable, Equatable {
    /// The peak is at the threshold.
    case threshold(peak: Double, level: Double)
    /// The peak is not above the threshold, or the level of the automatic mask, before any component is taken.
    case belowThreshold(peak: Double, level: Double)
    /// As many components as were asked for were taken; so many of them are in the model that is kept, whose peak it is. The
    /// level is the threshold that the peak is still above, 0 for none.
    case iterations(Int, kept: Int, peak: Double, level: Double)
    /// As many major cycles as were asked for; the level is the threshold that the peak is still above, 0 for none.
    case majors(Int, peak: Double, level: Double)
    /// A component below zero where none may be; the peak's absolute value.
    case negative(peak: Double)
    /// The residual did not fall any more.
    case noProgress(peak: Double)
    /// The residual rose; the best model is kept.
    case divergence(peak: Double, best: Double)
    /// A residual was not a number; the model before is kept.
    case notFinite
    /// No channel with a weight, or no pixel that may hold a component.
    case nothingToClean

    /// The reason in a word, for programs that read reports.
    public var reason: String {
        switch self {
        case .threshold: "threshold"
        case .belowThreshold, .nothingToClean: "nothing to clean"
        case .iterations: "niter"
        case .majors: "nmiter"
        case .negative: "negative"
        case .noProgress: "no progress"
        case .divergence: "divergence"
        case .notFinite: "not finite"
        }
    }

    /// Whether it ended as it was asked to: at a threshold, after `niter` components without one, at the first one below zero.
    /// Major cycles are a means: that they were used up never is.
    public var isAsAsked: Bool {
        switch self {
        case .threshold, .negative: true
        case .iterations(let taken, let kept, _, let level): level == 0 && kept == taken
        case .belowThreshold, .majors, .noProgress, .divergence, .notFinite, .nothingToClean: false
        }
    }

    /// The reason in a line, with the parameter to raise where one is in the way.
    ///
    /// - Parameter unit: of a peak, `Jy/beam`.
    public func description(unit: String) -> String {
        func value(_ number: Double) -> String { "\(short(number)) \(unit)" }
        func limit(_ name: String, _ taken: String, _ peak: Double, _ level: Double) -> String {
            let before = "\(taken), as many as \(name) allows, at a peak of \(value(peak))"
            return level > 0
                ? "\(before), before the threshold of \(value(level)): raise \(name) to reach it"
                : "\(before); no threshold was given"
        }
        switch self {
        case .threshold(let peak, let level):
            return "peak \(short(peak)) at the threshold of \(value(level))"
        case .belowThreshold(let peak, let level):
            return
                "nothing to clean: the peak of \(value(peak)) is not above the threshold of \(value(level))"
        case .iterations(let taken, let kept, let peak, let level):
            let of = kept < taken ? "; the residual rose after the first \(kept), whose model is kept" : ""
            return limit("niter", "\(taken) components", peak, level) + of
        case .majors(let count, let peak, let level):
            return limit("nmiter", "\(count) major cycles", peak, level)
        case .negative(let peak): return "the strongest peak is below zero: \(value(-peak))"
        case .noProgress(let peak): return "no progress any more at a peak of \(value(peak))"
        case .divergence(let peak, let best):
            return "diverged: the residual rose to \(value(peak)); the model of \(short(best)) is kept"
        case .notFinite: return "a residual is not a number; the model before it is kept"
        case .nothingToClean: return "no pixel to clean: channels without data, or an empty mask"
        }
    }
}

/// Four digits.
func short(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
}
