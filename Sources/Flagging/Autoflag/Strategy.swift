/// How the autoflagger's operators are put together: the numbers that make one strategy.
///
/// The data of a hop are turned into one real image per baseline, in units of its own noise (see `BlockStatistic`);
/// SumThreshold and the scale-invariant rank operator then decide on that image with its margins.
struct Strategy: Sendable {
    /// Threshold of single samples of the image, in standard deviations, at `AutoflagSettings.threshold` 1.
    var base = 4.4
    /// Standard deviation of what the samples of a channel share, for their noise is not known better: sums of many have to stand out
    /// from that as well.
    var channelError = 0.10
    /// The same for the samples of a time step, for little sky is left in them.
    var dumpError = 0.04
    /// Sides of the square blocks whose sums are searched after runs along time and frequency, from `BlockSums.least` on.
    var blockSides = [4, 8, 16]
    /// Standard deviations by which a window of an emitter on the ground has to stand out.
    var emitterSignificance = 5.5
    /// What the mean of a sample and its eight neighbours has to reach where flags grow, in its standard deviations.
    var growthSignificance = 2.0
    /// Factors on the threshold of the passes that only mask the background fit, first to last.
    var sensitivities = [4.0, 2.0]
    /// Dumps that the background fit sees on each side of its block.
    var halo = 16
    /// The most that a channel's level is taken to rise over that in the blocks before, relative to those around.
    var levelRise: Float = 1.15
    /// Channels on each side of the running median of the noise.
    var noiseReach = MedianNetwork.Reach.twelve
    /// Channels on each side of the wide quantile that bounds the noise.
    var boundReach = 64
    /// The wide quantile: the share of channels that interference may not reach.
    var boundQuantile = 0.35
    /// The noise variance is at most so many times the wide quantile.
    var boundFactor: Float = 1.4
    /// The quantile of a channel's power over that of its second differences, over the wide window, that scales one to the other.
    var scaleQuantile = 0.45
    /// Such a scale from which on the residual holds sky, and its power is its noise.
    var rapidShare: Float = 1.3
    /// The share of channels that hold such sky from which on all of the baseline does.
    var slowShare = 0.65
    /// A channel's power over that of those around from which on a carrier is in it: sky of any phase hardly ever reaches it.
    var carrierRise: Float = 20
    /// The fewest dumps whose mean may be a channel's background.
    var fewestDriftDumps = 8
    /// Channels at each end of the band whose noise is known from one side only, and what it is raised by for that.
    var uncertainEnd = 3
    var endFactor: Float = 1.1
    /// Differences of powers between channels, relative to the powers, below which a band is steady interference.
    var steadyShare: Float = 0.2
    /// Powers of the two fainter products over those of the two brighter ones (products of two) below which the brighter hold a
    /// sky that is not polarised.
    var leastPolarised: Float = 1e-3
    /// Residual powers of the parallel hands over those of the cross hands (products of two) that show sky in them.
    var skyExcess: Float = 1.05
    /// Squared correlation of two parallel hands above which sky is all there is in them, be it smooth or not.
    var soleSkyCorrelation: Float = 0.9
    /// Squared correlation of two parallel hands above which their difference joins them.
    var skyCorrelation: Float = 0.75
    /// Channels on each side of the running median of their gains.
    var gainReach = MedianNetwork.Reach.eight
    /// Excess of a polarisation's noise over that of the best one that is taken for sky.
    var clutterExcess: Float = 2

    /// The strategy that the engine runs by default.
    static let standard = Strategy()
}
