import Visibilities

/// What a FITS image says about itself, in SI units and radians.
public struct ImageHeader: Sendable, Hashable {
    /// Columns; right ascension falls with the column.
    public var width: Int
    /// Rows; declination rises with the row.
    public var height: Int
    /// Planes along frequency, evenly spaced.
    public var planes = 1
    /// Column and row of the phase centre, from 0; it may lie between pixels or outside the image.
    public var reference: SIMD2<Double>
    /// Size of a pixel at the phase centre, radians.
    public var cell: Double
    /// Phase centre, of the frame that `isICRS` tells.
    public var phaseCentre: Direction
    /// Whether the phase centre is of ICRS; if it was read it may be of J2000, which programs understand in several ways.
    public internal(set) var isICRS = true
    /// Mid frequency weighted by the data, Hz; of several planes that of the first.
    public var frequency: Double
    /// Bandwidth from the lowest channel's edge to the highest's, Hz; of several planes their step.
    public var bandwidth: Double
    /// Lower edge of the lowest channel and upper edge of the highest, Hz (BANDLOW, BANDHIGH); nil leaves them out, as
    /// for several planes.
    public var band: ClosedRange<Double>?
    /// The Stokes parameter or product that is imaged.
    public var stokes: Polarisation
    /// Unit of the pixels: `Jy/beam`, `Jy/pixel`, `counts/beam`.
    public var unit: String
    /// What the pixels are (BTYPE).
    public var quantity: String
    /// The field's name.
    public var object: String
    /// The telescope's name.
    public var telescope: String
    /// The instrument's or receiver's name; empty leaves the card out.
    public var instrument: String
    /// Who observed; empty leaves the card out.
    public var observer: String
    /// Start of the observation, UTC, MJD seconds; nil when unknown.
    public var start: Double?
    /// End of the observation, UTC, MJD seconds; nil when unknown.
    public var end: Double?
    /// The restoring beam; nil leaves its cards out (models, images without a PSF).
    public var beam: ImageBeam?
    /// How the visibilities were weighted, as wsclean's cards; nil leaves them out.
    public var weights: ImageWeights?
    /// The program that wrote the image: `Sluice VERSION`.
    public var origin: String
    /// What decided the pixels, a line each, of any length.
    public var history: [String]

    /// A header of an image of one plane around its phase centre; what is optional starts empty.
    public init(
        width: Int, height: Int, cell: Double, phaseCentre: Direction, frequency: Double, bandwidth: Double,
        stokes: Polarisation = .i, unit: String, quantity: String = "Intensity", object: String,
        telescope: String,
        instrument: String = "", observer: String = "", start: Double? = nil, end: Double? = nil,
        beam: ImageBeam? = nil,
        weights: ImageWeights? = nil, origin: String = "Sluice", history: [String] = []
    ) {
        self.width = width
        self.height = height
        reference = SIMD2(Double(width / 2), Double(height / 2))
        self.cell = cell
        self.phaseCentre = phaseCentre
        self.frequency = frequency
        self.bandwidth = bandwidth
        self.stokes = stokes
        self.unit = unit
        self.quantity = quantity
        self.object = object
        self.telescope = telescope
        self.instrument = instrument
        self.observer = observer
        self.start = start
        self.end = end
        self.beam = beam
        self.weights = weights
        self.origin = origin
        self.history = history
    }
}

extension ImageHeader {
    /// The frequencies that an image of one plane is made of: its band, else half of the bandwidth about its frequency.
    public var frequencies: ClosedRange<Double> {
        band ?? frequency - abs(bandwidth) / 2...frequency + abs(bandwidth) / 2
    }
}

/// How the visibilities of an image were weighted, in wsclean's terms (its manual, "FITS keywords").
public struct ImageWeights: Sendable, Hashable {
    /// The scheme (WSCWEIGH): `natural`, `uniform`, `Briggs'(0)`.
    public var scheme: String
    /// Weight to be used when images are averaged (WSCIMGWG): the sum of the imaging weights.
    public var imageWeight: Double
    /// The factor that the image was divided by (WSCNORMF).
    public var normalisation: Double
    /// Visibilities gridded (WSCNVIS).
    public var visibilities: Double
    /// Their effective number, (Σ w)² / Σ w² (WSCENVIS).
    public var effectiveVisibilities: Double
    /// Sum of the visibilities' own weights (WSCVWSUM).
    public var visibilityWeightSum: Double

    /// Weights of an image.
    public init(
        scheme: String, imageWeight: Double, normalisation: Double, visibilities: Double,
        effectiveVisibilities: Double, visibilityWeightSum: Double
    ) {
        self.scheme = scheme
        self.imageWeight = imageWeight
        self.normalisation = normalisation
        self.visibilities = visibilities
        self.effectiveVisibilities = effectiveVisibilities
        self.visibilityWeightSum = visibilityWeightSum
    }
}
