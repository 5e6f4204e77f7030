import Astrometry
import Formats
import Parameters
import Pipeline
import Simulation
import Visibilities

/// What `simulate` can be told.
public struct SimulateSettings: ParameterSet {
    /// Gains of the instrument.
    public enum Gains: String, Sendable, ParameterChoice {
        /// Perfect calibration.
        case none
        /// Phases that drift.
        case phase
        /// Phases, amplitudes, delays and a bandpass.
        case full
    }

    @Parameter("Antenna layout: \(AntennaLayout.shippedNames), or a file")
    var layout = ParameterFilePath("meerkat")
    @Parameter("Antennas: a number, spread over the layout; default: all", range: 2...4096) var antennas: Int?
    @Parameter("Scans: ROLE*DUMPS of t (target), bp, g (calibrators), slew") var plan = "slew*1 t*75"
    @Parameter("Length of a dump", unit: .time, range: 0.001...100_000) var dump = 8.0
    @Parameter("Channels", range: 1...1_048_576) var channels = 128
    @Parameter("Frequency of the middle channel", unit: .frequency, range: 1e6...1e12) var frequency = 1284e6
    @Parameter("Bandwidth", unit: .frequency, range: 1...1e12) var bandwidth = 856e6
    @Parameter("Products") var pol = ["XX", "YY"]
    @Parameter("Phase centre of the target") var centre = SkyPosition(
        rightAscension: 4 * Angle.hour, declination: -35 * Angle.degree)
    @Parameter(
        "Sky: a list of sources (ra dec flux [alpha [frequency]]), or of components as WSClean writes it; default: five sources"
    ) var sky: ParameterFilePath?
    @Parameter("System equivalent flux density, Jy; 0 for no noise", range: 0...1e12) var sefd = 425.0
    @Parameter("Gains of the instrument") var gains = Gains.none
    @Parameter("Interference: all, none, or some of \(InterferenceKind.names)") var rfi = ["none"]
    @Parameter("Factor on all interference", range: 0...1e9) var rfiLevel = 1.0
    @Parameter("Seed of all random numbers", range: 0...Int.max) var seed = 1
    @Parameter("Dumps that travel together", range: 1...100_000) var window = 64
    @Parameter("Where the truth is written as JSON; NAME-rfi-kind.npy and NAME-rfi-snr.npy go beside")
    var truth: OutputPath?

    /// The defaults: ten minutes of the whole array on five sources.
    public init() {}

    /// The kernel's parameters.
    ///
    /// - Throws: when a layout, plan, list, product or kind of interference is not one.
    func parameters() throws -> SimulationParameters {
        var array = try AntennaLayout(named: layout.path)
        if let antennas { array = try array.spread(antennas) }
        var parameters = SimulationParameters(
            layout: array, plan: try ScanPlan(plan), earthOrientation: try .shipped())
        parameters.dumpLength = dump
        parameters.channels = channels
        parameters.centreFrequency = frequency
        parameters.bandwidth = bandwidth
        parameters.polarisations = try products()
        parameters.fields[.target]?.phaseCentre = Direction(
            rightAscension: centre.rightAscension, declination: centre.declination)
        parameters.sources = try components()
        parameters.sefd = sefd
        parameters.gains = GainKind(rawValue: gains.rawValue) ?? .none
        parameters.interference = try interference()
        parameters.interferenceLevel = rfiLevel
        parameters.seed = UInt64(seed)
        return parameters
    }

    /// Of components whose spectra do not fit in memory.
    func tooLarge(_ parameters: SimulationParameters, _ context: StageContext) -> ParameterError {
        let count = parameters.sources.map { "\($0.count) components" } ?? "five sources"
        return $sky.error(
            "\(count) in \(channels) channels take \(parameters.skyBytes >> 20) MiB, above the limit of \(context.memory >> 20) MiB",
            mend: "give fewer of either, or raise --memory above \(parameters.skyBytes >> 20 + 1)MiB")
    }

    /// nil for the sky that is simulated unless told otherwise.
    private func components() throws -> [SkyComponent]? {
        guard let sky else { return nil }
        guard !FITSImage.isOne(sky.path) else {
            throw $sky.error(
                "\(sky.path) is an image, not a list",
                mend: "leave it out, and write 'predict: {model: \(sky.path), mode: add}' behind simulate")
        }
        return try SkyComponent.list(file: sky.path)
    }

    private func products() throws -> [Polarisation] {
        try pol.map { name in
            guard let product = Polarisation(name: name) else {
                throw $pol.error("'\(name)' is not a correlation product", mend: "write XX, YY, XY, YX")
            }
            return product
        }
    }

    private func interference() throws -> Set<InterferenceKind> {
        if rfi == ["none"] { return [] }
        if rfi == ["all"] { return Set(InterferenceKind.allCases) }
        return Set(
            try rfi.map { name in
                guard let kind = InterferenceKind(rawValue: name) else {
                    throw $rfi.error(
                        "'\(name)' is not a kind of interference",
                        mend: "write all, none, or some of \(InterferenceKind.names)")
                }
                return kind
            })
    }
}
