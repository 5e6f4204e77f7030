/// How the autoflagger's operators are put together: the numbers that make one strategy.
///
/// The data of a hop are turned into one real image per baseline, in units of its own noise (see `BlockStatistic`);
/// SumThreshold and the scale-invariant rank operator then decide on that image with its margins.
struct Strategy: Sendable {
    /// Threshold of single samples of the image, in standard deviations, at `AutoflagSettings.threshold` 1.
    var base = 3.9
    /// Factors on the threshold of the passes that only mask the background fit, first to last.
    var sensitivities = [4.0, 2.0]
    /// Dumps that the background fit sees on each side of its block.
    var halo = 16
    /// Length of the two running means along time of the background fit; odd, dumps.
    var timeWidth = 25
    /// Channels on each side of the running median of the noise.
    var noiseReach = 12
    /// Channels on each side of the wide quantile that bounds the noise.
    var boundReach = 64
    /// The wide quantile: the share of channels that interference may not reach.
    var boundQuantile = 0.35
    /// The noise variance is at most so many times the wide quantile.
    var boundFactor: Float = 1.4
    /// Differences of powers between channels, relative to the powers, below which a band is steady interference.
    var steadyShare: Float = 0.2
    /// Squared correlation of two parallel hands above which their difference joins them.
    var skyCorrelation: Float = 0.75
    /// Channels on each side of the running median of their gains.
    var gainReach = 8
    /// Excess of a polarisation's noise over that of the best one that is taken for sky.
    var clutterExcess: Float = 2

    /// The strategy that the engine runs by default.
    static let standard = Strategy()
}
