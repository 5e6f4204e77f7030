import Astrometry
import Visibilities

/// An observation that does not exist: its header, and visibilities that are computed where they are asked for.
///
/// A visibility is a function of the parameters, its baseline, product, dump and channel only: whatever the tiles, sub-bands and
/// threads, the bits are the same.
public struct SimulatedObservation: Sendable {
    /// A component as a field sees it.
    struct FieldSource: Sendable {
        var source: SkyComponent
        var cosines: DirectionCosines
        /// Stokes I along channels from 0, Jy.
        var spectrum: [SIMD8<Float>]
        /// nil for a point.
        var transform: GaussianTransform?
    }

    /// A place in the plan that gives data.
    struct Visit: Sendable {
        /// Dump of the plan at which the scan begins.
        var firstDump: Int
    }

    /// The header.
    public let observation: Observation
    /// What was asked for.
    public let parameters: SimulationParameters
    /// Standard deviation of the real and of the imaginary part of a cross-correlation, Jy.
    public let noise: Double
    /// The emitters of interference.
    public let emitters: [Emitter]
    /// Start of the first dump of the plan, UTC, MJD seconds.
    public let start: Double
    let axis: ChannelAxis
    /// [field][source].
    let sky: [[FieldSource]]
    let gains: GainModel
    /// By index in the schedule.
    let visits: [Visit]
    let random: KeyedRandom
    let site: ObservingSite

    /// Lays out an observation: schedule, uvw, spectra, gains, interference.
    ///
    /// - Throws: `SimulationError` naming the parameter that makes no sense.
    public init(_ parameters: SimulationParameters) throws(SimulationError) {
        try parameters.validate()
        self.parameters = parameters
        let site = ObservingSite(
            position: parameters.layout.reference, earthOrientation: parameters.earthOrientation)
        let start = parameters.start ?? Self.transitStart(parameters, site: site)
        axis = parameters.channelAxis
        let (width, frequencies) = (axis.step, axis.frequencies(parameters.channels))
        let noise = parameters.sefd / (2 * width * parameters.dumpLength).squareRoot()
        let roles = [ScanPlan.Role.target, .bandpassCalibrator, .gainCalibrator].filter { role in
            parameters.plan.stretches.contains { $0.role == role }
        }
        let fields = roles.compactMap { parameters.fields[$0] }
        let (visits, schedule) = Self.schedule(parameters, roles: roles, fields: fields, start: start)
        self.visits = visits
        observation = Self.header(
            parameters, fields: fields, schedule: schedule, frequencies: frequencies, noise: noise)
        sky = zip(roles, fields).map { role, field in
            Self.sources(of: role, field, parameters).map { source in
                FieldSource(source, about: field, parameters: parameters, frequencies: frequencies)
            }
        }
        random = KeyedRandom(key: parameters.seed).child(0)
        gains = GainModel(
            parameters.gains, antennas: parameters.layout.antennas.map(\.name), frequencies: frequencies,
            random: random.child(1))
        emitters = Interference(
            kinds: parameters.interference, antennas: parameters.layout.antennas.count,
            dumps: parameters.plan.dumps,
            frequencies: frequencies, channelWidth: width,
            unit: max(noise, 1e-3) * parameters.interferenceLevel,
            random: random.child(2)
        ).emitters()
        self.noise = noise
        self.start = start
        self.site = site
    }

    /// When to begin so that the target transits half way, to a whole second.
    private static func transitStart(_ parameters: SimulationParameters, site: ObservingSite) -> Double {
        let length = Double(parameters.plan.dumps) * parameters.dumpLength
        guard let sidereal = site.siderealTime(time: parameters.date),
            let target = parameters.fields[.target]?.phaseCentre.rightAscension
        else { return parameters.date }
        let siderealDay = 86164.0905
        let wait = Angle.positive(target - sidereal) / (2 * .pi) * siderealDay
        return (parameters.date + wait - length / 2).rounded()
    }

    /// The sources of a field: the sky of the target, one point at the centre of a calibrator.
    private static func sources(
        of role: ScanPlan.Role, _ field: Field, _ parameters: SimulationParameters
    ) -> [SkyComponent] {
        guard role != .target else {
            return parameters.sources
                ?? PointSource.standardSky(around: field.phaseCentre).map(SkyComponent.init)
        }
        let flux = parameters.calibratorFluxes[role] ?? 1
        return [SkyComponent(name: field.name, direction: field.phaseCentre, flux: flux)]
    }

    /// The scans that give data, and where in the plan they begin.
    private static func schedule(
        _ parameters: SimulationParameters, roles: [ScanPlan.Role], fields: [Field], start: Double
    ) -> ([Visit], [ScheduledScan]) {
        let calculator = UVWCalculator(
            antennaPositions: parameters.layout.antennas.map(\.position),
            reference: parameters.layout.reference,
            earthOrientation: parameters.earthOrientation)
        var visits: [Visit] = []
        var schedule: [ScheduledScan] = []
        var dump = 0
        for (number, stretch) in parameters.plan.stretches.enumerated() {
            defer { dump += stretch.dumps }
            guard let field = roles.firstIndex(of: stretch.role) else { continue }
            let times = (0..<stretch.dumps).map { start + (Double(dump + $0) + 0.5) * parameters.dumpLength }
            let centre = fields[field].phaseCentre
            let uvw = calculator.antennaUVW(
                times: times, rightAscension: centre.rightAscension, declination: centre.declination)
            visits.append(Visit(firstDump: dump))
            schedule.append(
                ScheduledScan(
                    number: number, field: field, intent: "track", times: times,
                    intervals: [Double](repeating: parameters.dumpLength, count: stretch.dumps),
                    antennaUVW: uvw.map { UVW($0.x, $0.y, $0.z) }))
        }
        return (visits, schedule)
    }

    private static func header(
        _ parameters: SimulationParameters, fields: [Field], schedule: [ScheduledScan], frequencies: [Double],
        noise: Double
    ) -> Observation {
        let antennas = parameters.layout.antennas
        let pairs = antennas.indices.flatMap { first in (first..<antennas.count).map { Baseline(first, $0) } }
        let width = parameters.bandwidth / Double(parameters.channels)
        var observation = Observation(
            telescope: parameters.layout.telescope, antennas: antennas,
            baselines: pairs.filter { parameters.autocorrelations || !$0.isAutocorrelation },
            spectralWindows: [
                SpectralWindow(
                    name: parameters.band, frequencies: frequencies,
                    widths: [Double](repeating: width, count: parameters.channels))
            ],
            polarisations: parameters.polarisations, fields: fields, schedule: schedule,
            integrationTime: parameters.dumpLength,
            visibilityUnit: parameters.gains == .none ? "Jy" : "uncalib",
            observer: "sluice", description: "simulation, seed \(parameters.seed)",
            nominalWeight: noise > 0 ? Float(1 / (noise * noise)) : 1)
        // Without noise weights compare samples and say nothing of an image's noise.
        if noise == 0 { observation.weightUnit = WeightUnit(time: parameters.dumpLength, width: width) }
        return observation
    }
}

extension SimulatedObservation.FieldSource {
    /// Bytes of one with its spectrum, of its component in the list, and of the terms that both share.
    static func bytes(channels: Int) -> Int {
        448 + ChannelLanes.vectors(for: channels) * MemoryLayout<SIMD8<Float>>.stride
    }

    fileprivate init(
        _ source: SkyComponent, about field: Field, parameters: SimulationParameters, frequencies: [Double]
    ) {
        self.source = source
        transform = source.shape.map(GaussianTransform.init)
        cosines = DirectionCosines(
            rightAscension: source.direction.rightAscension, declination: source.direction.declination,
            centreRightAscension: field.phaseCentre.rightAscension,
            centreDeclination: field.phaseCentre.declination)
        spectrum = [SIMD8<Float>](repeating: SIMD8(), count: ChannelLanes.vectors(for: frequencies.count))
        for (channel, frequency) in frequencies.enumerated() {
            let flux = source.flux(at: frequency, centre: parameters.centreFrequency)
            spectrum[channel / ChannelLanes.width][channel % ChannelLanes.width] = Float(flux)
        }
    }
}
