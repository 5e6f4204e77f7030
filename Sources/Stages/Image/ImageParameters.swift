import Imaging
import Parameters
import Visibilities

extension DensityRule: ParameterChoice {}

/// What `image` can be told.
public struct ImageParameters: ParameterSet {
    @Parameter("Start of the names of the results") var prefix: OutputPath
    @Parameter("Pixels along each side, or width,height", range: 2...65536) var size: [Int] = [2048]
    @Parameter("Edge of a pixel", also: ["scale"], unit: .angle, range: 1e-9...0.1) var cell: Double
    @Parameter("Direction of the middle pixel; default: the phase centre") var centre: SkyPosition?
    @Parameter("How visibilities are weighted: natural, uniform, briggs R") var weight = Weighting(.briggs(0))
    @Parameter(
        "Whose cells uniform and Briggs' weights count in: wsclean pads the image by 1.2, casa does not")
    var weightRule = DensityRule.wsclean
    @Parameter(
        "Density that weights divide by: predicted from the schedule, or exact (samples are kept until all are there)"
    )
    var density = DensitySource.predicted
    @Parameter(
        "How many times larger the cells of the density are: above 1 is super-uniform", range: 0.1...100)
    var superWeight = 1.0
    @Parameter(
        "Gaussian taper, by the full width at half maximum in the image that it makes of a point",
        unit: .angle)
    var taperGaussian: Double?
    @Parameter(
        "Length over which weights fall to 0 at the end of uv-range, as half a cosine", unit: .wavelengths)
    var taperTukey: Double?
    @Parameter("Length over which weights rise from 0 at the start of uv-range", unit: .wavelengths)
    var taperInnerTukey: Double?
    @Parameter(
        "Projected uv distances that are imaged, each sample's own: 100lambda~20klambda", unit: .uvDistance)
    var uvRange: QuantityRanges?
    @Parameter(
        "Stokes parameters or single hands to image: I, IQUV, I,V, XX,YY; each makes images of its own")
    var pol = ["I"]
    @Parameter(
        "Position angle of the X feed from the zenith, by which Q and U are turned to the sky; MeerKAT's is -90deg, others' 0",
        unit: .angle)
    var feedAngle: Double?
    @Parameter(
        "Output channels: runs of channels with an image each, beside the mean of all", range: 1...65536)
    var channelsOut = 1
    @Parameter("Whether output channels count their density together, as one image does") var mfWeighting =
        false
    @Parameter("Whether output channels are the planes of one file") var cube = false
    @Parameter("Intervals: runs of dumps with an image each", range: 1...65536) var intervalsOut = 1
    @Parameter(
        "Loss of a point in the corners that averaging may cost, of short baselines most; default: no averaging",
        unit: .fraction, range: 1e-6...0.1)
    var baselineAveraging: Double?
    @Parameter("Relative error of the image that gridding may make", range: 1e-10...1e-2) var epsilon = 1e-4
    @Parameter("Of what numbers grids are: single, double (for an epsilon below 1e-5)")
    var precision = Precision.single
    @Parameter("Whether to make a point spread function, from which the beam is fitted") var psf = true
    @Parameter("Whether to write the primary beam too, and images divided by it (MeerKAT)") var pb = false
    @Parameter(
        "Least power of the primary beam that is divided by; below it pixels are blank", range: 1e-3...1)
    var pbLimit = 0.1
    @Parameter("Whether to draw a picture beside the image", decidesBits: false) var png = true
    @Parameter(
        "Seconds between views of the image so far, PREFIX-live.fits and .png; default: none", unit: .time,
        decidesBits: false, range: 0.01...86400)
    var live: Double?
    @Parameter("CLEAN components at most; 0 for no deconvolution", range: 0...1_000_000_000_000) var niter = 0
    @Parameter(
        "Share of a peak that a component takes, up to 0.4 in the automatic mask", range: 1e-6...1)
    var gain = 0.1
    @Parameter("Share of the peak that is taken between two exact residuals", range: 1e-3...1) var mgain = 0.8
    @Parameter("Exact residuals at most", range: 1...1_000_000) var nmiter = 40
    @Parameter(
        "Peak at which CLEAN ends, in the unit of the image: Jy/beam, counts/beam of uncalibrated data",
        range: 0...1e30)
    var threshold = 0.0
    @Parameter("Peak at which CLEAN ends, in noise of the residual", range: 1e-3...1e6)
    var autoThreshold: Double?
    @Parameter(
        "Peak, in noise, below which components may only be where some are already", range: 1e-3...1e6)
    var autoMask: Double?
    @Parameter("Image of the same pixels, not 0 where components may be") var fitsMask: ParameterFilePath?
    @Parameter("Pixels that may have components: first column, first row, last column, last row, from 0")
    var box: [Int]?
    @Parameter("Pixels along the edges that may have no components", range: 0...32768) var border = 0
    @Parameter("Components below 0: allowed, stops (the first one ends CLEAN), forbidden")
    var negative = CleanSettings.Negative.allowed
    @Parameter("Whether components may be extended") var multiscale = false
    @Parameter("Full widths of components in pixels, 0 for points; default: doubling from three beams")
    var multiscaleScales: [Double]?
    @Parameter("Whether output channels are cleaned together") var joinChannels = true
    @Parameter("Terms of a polynomial of frequency that components follow", range: 1...32)
    var fitSpectralPol: Int?
    @Parameter("Terms of a polynomial of log frequency that the log of components follows", range: 1...32)
    var fitSpectralLogPol: Int?
    @Parameter("Width of the window of the local noise, in beams; default: one noise", range: 3...1e4)
    var localRmsWindow: Double?
    @Parameter(
        "Where CLEAN and exact densities keep visibilities: memory, scratch (a file), or whichever fits",
        decidesBits: false)
    var store = StorePlace.fitting
    @Parameter("Folder of the scratch file; default: that of the results") var scratch: OutputPath?

    /// The defaults; `prefix` and `cell` must be set.
    public init() {}
}
