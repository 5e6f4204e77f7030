import Parameters

/// What `waterfall` can be told.
public struct WaterfallSettings: ParameterSet {
    /// What a picture can show, side by side.
    public enum Content: String, Sendable, ParameterChoice {
        /// Mean amplitude of all samples that are not lost.
        case before
        /// Mean amplitude of the unflagged samples.
        case amplitude
        /// Phase of the mean of the unflagged samples.
        case phase
        /// The reason of most flags, paler where fewer samples are flagged.
        case flags
    }

    /// How amplitudes become colours.
    public enum Scale: String, Sendable, ParameterChoice {
        /// Equal ratios look equal.
        case log
        /// Equal differences look equal.
        case linear
    }

    @Parameter("Start of the names of the results, PREFIX-waterfall-mean-XX.png, ...") var prefix: OutputPath
    @Parameter(
        "Baselines to show: pairs, or antennas for all of theirs; default: the shortest and the longest")
    var baselines: AntennaSelection?
    @Parameter("Whether to show the mean of the named baselines, or of all, too") var mean = true
    @Parameter("Whether each baseline has a picture of its own") var each = true
    @Parameter("Products to show; default: the parallel hands") var pol: [String]?
    @Parameter("What to show side by side") var show: [Content] = [.before, .flags, .amplitude, .phase]
    @Parameter("How amplitudes become colours") var stretch = Scale.log
    @Parameter(
        "Pixels along frequency and time, width,height; more channels and dumps are averaged",
        range: 16...8000)
    var size = [480, 600]
    @Parameter("Most pictures; a choice that makes more is refused", range: 1...1000) var pictures = 24

    /// The defaults; `prefix` must be set.
    public init() {}
}
