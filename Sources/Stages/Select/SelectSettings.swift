import Astrometry
import Parameters

/// What `select` can be told; what is not set keeps everything.
public struct SelectSettings: ParameterSet {
    /// What becomes of autocorrelations.
    public enum Autocorrelations: String, CaseIterable, Sendable, ParameterChoice {
        /// They stay.
        case keep
        /// They are removed.
        case drop
    }

    @Parameter("Scans, by number in the file: 1~3,!2") var scans: IndexRanges?
    @Parameter("Antennas, by name: m000,m001 or !m003") var antennas: AntennaSelection?
    @Parameter("Baselines: m000&m001, or all of an antenna: m000; ! excludes") var baselines:
        AntennaSelection?
    @Parameter("Channels, counted from 0: 100~199") var channels: IndexRanges?
    @Parameter("Channels whose centre lies in these ranges: 1.2~1.3GHz", unit: .frequency)
    var frequencies: QuantityRanges?
    @Parameter(
        "Dumps whose centre lies in these ranges, UTC or from the first dump's start: 2019-06-15T12:00~2019-06-15T12:30 or ~10min"
    ) var times: TimeRanges?
    @Parameter("Products: HH,VV or XX,YY") var pol: [String]?
    @Parameter("Whether autocorrelations stay") var autocorrelations = Autocorrelations.keep
    @Parameter(
        "Baselines whose projected length, the median over the dumps, lies in these ranges",
        unit: .uvDistance)
    var uvRange: QuantityRanges?

    /// Keeps everything.
    public init() {}
}
