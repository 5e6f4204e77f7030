import Visibilities

/// What one file of visibilities holds, in the terms and conventions of an `Observation`, nothing selected yet.
public struct ObservationContents: Sendable {
    /// The telescope's name.
    public var telescope: String
    /// The antennas that took part.
    public var antennas: [Antenna]
    /// Geocentric position (ITRF, metres) that the array's sidereal time is for; the mean of the antennas where a file has none.
    public var centre: SIMD3<Double>
    /// The baselines of which there is at least one sample, sorted, antenna 1 ≤ antenna 2.
    public var baselines: [Baseline]
    /// The correlation products, in the order of a block's planes.
    public var polarisations: [Polarisation]
    /// Planes (baseline * polarisations + polarisation) that the file lacks altogether.
    public var missingPlanes: Set<Int> = []
    /// The spectral windows, frequencies ascending.
    public var spectralWindows: [SpectralWindow]
    /// What scans look at.
    public var targets: [ObservationTarget]
    /// The scans in the file's order, those that are not on a source too.
    public var scans: [FileScan]
    /// Mid time of each dump, UTC, MJD seconds.
    public var times: [Double]
    /// Length of each dump, seconds.
    public var intervals: [Double]
    /// Nominal length of a dump, seconds.
    public var integrationTime: Double
    /// uvw of each antenna as the file has it, [dump][antenna], metres; nil when it stores none.
    public var antennaUVW: [UVW]?
    /// Unit of the visibilities: `Jy`, or `uncalib`.
    public var visibilityUnit: String
    /// Who observed, as far as it is known.
    public var observer: String
    /// What the observation is called or for, as far as it is known.
    public var description: String
    /// Nominal weight of a sample.
    public var nominalWeight: Float
    /// What weights count in where they are relative; nil where they are 1/σ².
    public var weightUnit: WeightUnit?
    /// Channels that are best read together: sub-bands that are multiples of it read each byte of a chunk once.
    public var channelsPerChunk: Int

    /// The contents of a file.
    public init(
        telescope: String, antennas: [Antenna], baselines: [Baseline], polarisations: [Polarisation],
        spectralWindows: [SpectralWindow], targets: [ObservationTarget], scans: [FileScan], times: [Double],
        intervals: [Double], integrationTime: Double, antennaUVW: [UVW]? = nil,
        visibilityUnit: String = "uncalib",
        observer: String = "", description: String = "", nominalWeight: Float = 1, channelsPerChunk: Int = 1
    ) {
        self.telescope = telescope
        self.antennas = antennas
        centre = antennas.reduce(SIMD3<Double>()) { $0 + $1.position } / Double(max(antennas.count, 1))
        self.baselines = baselines
        self.polarisations = polarisations
        self.spectralWindows = spectralWindows
        self.targets = targets
        self.scans = scans
        self.times = times
        self.intervals = intervals
        self.integrationTime = integrationTime
        self.antennaUVW = antennaUVW
        self.visibilityUnit = visibilityUnit
        self.observer = observer
        self.description = description
        self.nominalWeight = nominalWeight
        self.channelsPerChunk = channelsPerChunk
    }
}

/// Something that scans of a file look at.
public struct ObservationTarget: Sendable, Hashable {
    /// Its names, the first one preferred.
    public var names: [String]
    /// The observer's tags, such as `target`, `bpcal`.
    public var tags: [String]
    /// The field that it makes; nil when it has no place that can be imaged.
    public var field: Field?
    /// Why there is no field, such as `of type 'azel', only radec is read`.
    public var problem: String

    /// A target that makes a field, or the reason why it makes none.
    public init(names: [String], tags: [String], field: Field?, problem: String = "") {
        self.names = names
        self.tags = tags
        self.field = field
        self.problem = problem
    }

    /// The preferred name.
    public var name: String { names.first ?? "" }
}

/// A stretch of dumps of a file in one state.
public struct FileScan: Sendable, Hashable {
    /// The scan's number.
    public var number: Int
    /// What the telescope did, such as `track`.
    public var state: String
    /// Whether it looked at its target: scans that do not are never part of an observation.
    public var isOnSource: Bool
    /// Index into `ObservationContents.targets`.
    public var target: Int
    /// Dumps of the file.
    public var dumps: Range<Int>

    /// A stretch of dumps.
    public init(number: Int, state: String, isOnSource: Bool, target: Int, dumps: Range<Int>) {
        self.number = number
        self.state = state
        self.isOnSource = isOnSource
        self.target = target
        self.dumps = dumps
    }
}
