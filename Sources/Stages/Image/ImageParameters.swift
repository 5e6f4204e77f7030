import Imaging
import Parameters

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
    @Parameter("Relative error of the image that gridding may make", range: 1e-5...1e-2) var epsilon = 1e-4
    @Parameter("Whether to make a point spread function, from which the beam is fitted") var psf = true
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
                range: range))
    }
}
