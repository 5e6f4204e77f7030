/// A line of the log: the minor cycles between two exact residuals. Peaks and noises are in the unit of the dirty images,
/// Jy/beam where the data are in Jy, and of the weighted mean of the channels.
public struct CleanMajor: Sendable, Equatable {
    /// Counts from 1.
    public let number: Int
    /// Components so far.
    public let iterations: Int
    /// Strongest peak before; with several scales the highest of all of them, times their biases.
    public let peak: Double
    /// The same in the exact residual after.
    public let reached: Double
    /// Peak down to which the minor cycles went.
    public let limit: Double
    /// Robust noise of the exact residual after.
    public let noise: Double
    /// Whether components were only allowed where some were already.
    public let masked: Bool

    init(_ number: Int, from start: CleanMark, to state: Deconvolution, limit: Float) {
        self.number = number
        iterations = state.model.iterations
        (peak, reached, self.limit) = (Double(start.peak), Double(state.top), Double(limit))
        (noise, masked) = (Double(state.residualNoise), start.masked)
    }

    /// Where it left the deconvolution, in a few words.
    ///
    /// - Parameter unit: of a peak, `Jy/beam`.
    public func progress(unit: String) -> String {
        "peak \(short(reached)) \(unit) after major cycle \(number)"
    }

    /// The line.
    ///
    /// - Parameter unit: of a peak, `Jy/beam`.
    public func description(unit: String) -> String {
        "major cycle \(number): peak \(short(peak)) to \(short(reached)) \(unit) (limit \(short(limit))\(masked ? ", masked" : "")), residual noise \(short(noise)), \(iterations) components"
    }
}

/// What a deconvolution made of an image, and how it ended: what log, headers and reports say of it. Units are those of
/// the dirty image, Jy/beam where the data are in Jy.
public struct CleanSummary: Sendable, Equatable {
    /// Output channels that were cleaned together.
    public let channels: Int
    /// Major cycles.
    public let majors: Int
    /// Components taken for the model that is kept; several may be at one place.
    public let components: Int
    /// Sum of the model, Jy where the data are in Jy.
    public let flux: Double
    /// Strongest pixel of the residual image, of either sign, where mask, box and border allow components.
    public let peak: Double
    /// Robust noise of the residual image: 1.4826 times the median of its absolute values.
    public let noise: Double
    /// Peak that was to be reached: `threshold`, or `auto-threshold` times the noise of points; 0 for none.
    public let threshold: Double
    /// Why it ended.
    public let ended: CleanEnd

    /// Of no pixel.
    static let nothing = CleanSummary(
        channels: 0, majors: 0, components: 0, flux: 0, peak: 0, noise: 0, threshold: 0,
        ended: .nothingToClean)

    /// What was made, and why it ended: a line each.
    ///
    /// - Parameter unit: of a peak, `Jy/beam`.
    public func lines(unit: String) -> (made: String, ended: String) {
        let total = "\(short(flux)) \(unit.replacing("/beam", with: ""))"
        let joined = channels > 1 ? " of \(channels) channels together" : ""
        return (
            "CLEAN\(joined): \(majors) major cycles, \(components) components, model flux \(total), residual peak \(short(peak)) \(unit), residual noise \(short(noise)) \(unit)",
            "CLEAN ended: \(ended.description(unit: unit))"
        )
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
    /// Of the weighted mean of the output channels.
    public let summary: CleanSummary
    /// Of each output channel by itself; nil for those without data.
    public let summaries: [CleanSummary?]

    /// Why it ended.
    public var ended: CleanEnd { summary.ended }
    /// Robust noise of the weighted mean of these residuals, Jy/beam.
    public var noise: Double { summary.noise }
}
