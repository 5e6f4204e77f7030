import Astrometry
import Parameters

/// What `preflag` can be told: what a rule names is flagged, what is not set flags nothing.
public struct PreflagSettings: ParameterSet {
    /// What becomes of autocorrelations.
    public enum Autocorrelations: String, Sendable, ParameterChoice {
        /// They stay as they are.
        case keep
        /// They are flagged.
        case flag
    }

    /// How rules work together.
    public enum Match: String, Sendable, ParameterChoice {
        /// Each by itself.
        case any
        /// Only where all that are set hold.
        case all
    }

    @Parameter(
        "Ends of each spectral window as it is here: channels, a share or a width: 8, 5% or 2MHz; two values: lower end, upper end"
    ) var bandEdges: [BandEdge]?
    @Parameter("Channels, counted from 0: 100~199,300~") var channels: IndexRanges?
    @Parameter("Channels any part of which lies in these ranges: 1.2~1.3GHz", unit: .frequency)
    var frequencies: QuantityRanges?
    @Parameter("Whether autocorrelations are flagged") var autocorrelations = Autocorrelations.keep
    @Parameter("All baselines of antennas, by name: m000,m001; !m003 spares those of m003") var antennas:
        AntennaSelection?
    @Parameter("Baselines: m000&m001; ! excludes") var baselines: AntennaSelection?
    @Parameter("Scans, by number in the file: 1~3,!2") var scans: IndexRanges?
    @Parameter(
        """
        Dumps any part of which lies in these ranges, UTC or from the start of the first dump that was read: \
        2019-06-15T12:00~2019-06-15T12:30 or ~10min
        """) var times: TimeRanges?
    @Parameter(
        "Dumps whose centre lies in these ranges of local apparent sidereal time; over midnight: 22h~,~2h",
        unit: .time, range: 0...86400) var lst: QuantityRanges?
    @Parameter(
        "Time at the start of each scan; dumps any part of which lies in it", unit: .time, range: 0...86400)
    var quack: Double?
    @Parameter("Time at the end of each scan, likewise", unit: .time, range: 0...86400) var quackEnd: Double?
    @Parameter(
        """
        Elevations, over either antenna, of the phase centre (drift data: of where dishes point), without refraction: \
        ~15deg,88deg~
        """, unit: .angle, range: -0.5 * .pi...0.5 * .pi)
    var elevation: QuantityRanges?
    @Parameter(
        """
        Whether baselines are flagged while another dish hides part of that of either antenna: the two are closer, across \
        the line of sight, than the mean of their diameters
        """) var shadow = false
    @Parameter("Overlap of dishes that is no shadow yet; default: none", unit: .length, range: 0...1000)
    var shadowTolerance: Double?
    @Parameter("Diameter of dishes of which the data tell none", unit: .length, range: 0.1...1000)
    var dishDiameter: Double?
    @Parameter(
        """
        Projected lengths, dump by dump, and channel by channel if in wavelengths: ~100m or 10klambda~; autocorrelations \
        have length 0
        """, unit: .uvDistance) var uvRange: QuantityRanges?
    @Parameter(
        """
        Whether a product of a baseline is flagged when nothing was received: in a window and sub-band of `read` all its \
        samples are zero, or at least 8 have one and the same value; lost samples do not count
        """) var deadAntennas = false
    @Parameter("Amplitudes |V| in units of the data, each product for itself: ~0.1,100~")
    var amplitude: QuantityRanges?
    @Parameter("Whether a sample is flagged where any rule holds, or only where all that are set do")
    var match = Match.any

    /// Flags nothing.
    public init() {}
}
