import Imaging
import Parameters
import Visibilities

extension DensityRule: ParameterChoice {}

/// What `image` can be told.
public struct ImageParameters: ParameterSet {
    @Parameter("Start of the names of the results") var prefix: OutputPath
    @Parameter("Pixels along each side, or width,height", range: 2...65536) var size: [Int] = [2048]
    @Parameter("Edge of a pixel", also: ["scale"], unit: .angle, range: 1e-9...0.1) var cell: Double
    @Parameter("How visibilities are weighted: natural, uniform, briggs R") var weight = Weighting(.briggs(0))
    @Parameter(
        "Whose cells uniform and Briggs' weights count in: wsclean pads the image by 1.2, casa does not")
    var weightRule = DensityRule.wsclean
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
    @Parameter("Relative error of the image that gridding may make", range: 1e-5...1e-2) var epsilon = 1e-4
    @Parameter("Whether to make a point spread function, from which the beam is fitted") var psf = true
    @Parameter("Whether to write the primary beam too, and images divided by it (MeerKAT)") var pb = false
    @Parameter(
        "Least power of the primary beam that is divided by; below it pixels are blank", range: 1e-3...1)
    var pbLimit = 0.1
    @Parameter("Whether to draw a picture beside the image") var png = true

    /// The defaults; `prefix` and `cell` must be set.
    public init() {}

    /// How visibilities are weighted.
    ///
    /// - Throws: when the parameters contradict each other.
    func weighting() throws -> WeightingRequest {
        var range = UVRange.all
        if let distances = uvRange {
            guard distances.ranges.excluded.isEmpty, distances.ranges.included.count == 1,
                let only = distances.ranges.included.first
            else {
                throw $uvRange.error(
                    "one range of distances is needed", mend: "write it as 100lambda~20klambda")
            }
            range = try UVRange(
                only.lower ?? 0, only.upper ?? .infinity,
                in: distances.dimension == .wavelengths ? .wavelengths : .metres)
        }
        return WeightingRequest(
            scheme: weight.scheme, cells: try DensityCells(weightRule, enlarged: superWeight), range: range,
            taper: try UVTaper(
                fullWidth: taperGaussian ?? 0, inner: taperInnerTukey ?? 0, outer: taperTukey ?? 0,
                range: range),
            isShared: mfWeighting)
    }

    /// What is to be imaged of a stream with these products.
    ///
    /// - Throws: for names that are no products, and products that cannot be made.
    func products(of stream: [Polarisation]) throws -> [ImagedProducts] {
        let wanted = try pol.flatMap { word in
            if let product = Polarisation(name: word) { return [product] }
            // IQUV, IV: Stokes parameters in a row.
            return try word.map { letter in
                guard let stokes = Polarisation(name: String(letter)) else {
                    throw $pol.error("'\(word)' is no product", mend: "write I, IQUV, XX, YY, RR or LL")
                }
                return stokes
            }
        }
        return try ImagedProducts.sets(wanted, from: stream)
    }
}
