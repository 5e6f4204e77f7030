/// A dish or station.
public struct Antenna: Sendable, Hashable {
    /// Its name, such as `m012`.
    public var name: String
    /// Geocentric position (ITRF), metres.
    public var position: SIMD3<Double>
    /// Dish diameter, metres.
    public var diameter: Double
    /// Mount, as Measurement Set spells it (`ALT-AZ`, `EQUATORIAL`, ...).
    public var mount: String

    /// An antenna at a geocentric position in metres.
    public init(name: String, position: SIMD3<Double>, diameter: Double, mount: String = "ALT-AZ") {
        self.name = name
        self.position = position
        self.diameter = diameter
        self.mount = mount
    }
}

/// A pair of antennas, as indices into `Observation.antennas`, antenna 1 ≤ antenna 2.
public struct Baseline: Sendable, Hashable, Comparable {
    /// Index of the first antenna.
    public var antenna1: Int
    /// Index of the second antenna.
    public var antenna2: Int

    /// The baseline from antenna 2 to antenna 1 (uvw = r₁ − r₂).
    public init(_ antenna1: Int, _ antenna2: Int) {
        self.antenna1 = antenna1
        self.antenna2 = antenna2
    }

    /// Whether both ends are the same antenna.
    public var isAutocorrelation: Bool { antenna1 == antenna2 }

    /// Order by antenna 1, then antenna 2: the order of baselines in a stream.
    public static func < (a: Baseline, b: Baseline) -> Bool {
        (a.antenna1, a.antenna2) < (b.antenna1, b.antenna2)
    }
}

/// A contiguous set of channels.
public struct SpectralWindow: Sendable, Hashable {
    /// Its name, such as the receiver band `l`.
    public var name: String
    /// Channel centre frequencies, Hz, ascending.
    public var frequencies: [Double]
    /// Channel widths, Hz, positive, one per channel.
    public var widths: [Double]

    /// A window of channels.
    public init(name: String, frequencies: [Double], widths: [Double]) {
        self.name = name
        self.frequencies = frequencies
        self.widths = widths
    }
}

/// A stretch of dumps on one field, as far as the header knows it.
public struct ScheduledScan: Sendable, Hashable {
    /// The scan's number in the file (katdal's index, slews counted).
    public var number: Int
    /// Index into `Observation.fields`.
    public var field: Int
    /// What the scan is for, such as `track`.
    public var intent: String
    /// Centroid of each dump, UTC, MJD seconds.
    public var times: [Double]
    /// Length of each dump, seconds.
    public var intervals: [Double]
    /// uvw of each antenna relative to the array's reference, [dump][antenna]: `antennaUVW[dump * antennas + antenna]`.
    public var antennaUVW: [UVW]

    /// A scan with its dumps.
    public init(
        number: Int, field: Int, intent: String, times: [Double], intervals: [Double], antennaUVW: [UVW]
    ) {
        self.number = number
        self.field = field
        self.intent = intent
        self.times = times
        self.intervals = intervals
        self.antennaUVW = antennaUVW
    }
}

/// What is constant along a stream of visibilities.
public struct Observation: Sendable, Hashable {
    /// The telescope's name, such as `MeerKAT`.
    public var telescope: String
    /// The antennas that take part.
    public var antennas: [Antenna]
    /// The baselines of the stream, sorted by (antenna 1, antenna 2), autocorrelations in place.
    public var baselines: [Baseline]
    /// Its spectral windows.
    public var spectralWindows: [SpectralWindow]
    /// The correlation products, in the order of a block's planes.
    public var polarisations: [Polarisation]
    /// Fields that scans refer to.
    public var fields: [Field]
    /// Scans as far as they are known; empty for a live stream.
    public var schedule: [ScheduledScan]
    /// Nominal length of a dump, seconds.
    public var integrationTime: Double
    /// Unit of the visibilities: `Jy`, or `uncalib` when not calibrated.
    public var visibilityUnit: String
    /// Who observed, as far as it is known.
    public var observer: String
    /// What the observation is called or for, as far as it is known.
    public var description: String
    /// Paths of the files it was read from, if it was: what a writer carries through is found there.
    public var origins: [String] = []
    /// Nominal weight of a sample (1/σ²) where the header knows it, for densities predicted from the schedule.
    public var nominalWeight: Float
    /// What weights count in where they are relative; nil where they are 1/σ².
    public var weightUnit: WeightUnit?
    /// Channels, per spectral window, that a static mask removes from all cross baselines, for predicted densities.
    public var maskedChannels: [[Bool]]

    /// An observation; masks start empty.
    public init(
        telescope: String, antennas: [Antenna], baselines: [Baseline], spectralWindows: [SpectralWindow],
        polarisations: [Polarisation], fields: [Field], schedule: [ScheduledScan], integrationTime: Double,
        visibilityUnit: String = "uncalib", observer: String = "", description: String = "",
        nominalWeight: Float = 1
    ) {
        self.telescope = telescope
        self.antennas = antennas
        self.baselines = baselines
        self.spectralWindows = spectralWindows
        self.polarisations = polarisations
        self.fields = fields
        self.schedule = schedule
        self.integrationTime = integrationTime
        self.visibilityUnit = visibilityUnit
        self.observer = observer
        self.description = description
        self.nominalWeight = nominalWeight
        maskedChannels = spectralWindows.map { [Bool](repeating: false, count: $0.frequencies.count) }
    }

    /// uvw of a baseline in a dump of a scan: uvw(antenna 1) − uvw(antenna 2), metres.
    public func uvw(_ baseline: Baseline, dump: Int, of scan: ScheduledScan) -> UVW {
        let row = dump * antennas.count
        return scan.antennaUVW[row + baseline.antenna1] - scan.antennaUVW[row + baseline.antenna2]
    }
}
