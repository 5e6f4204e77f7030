import Astrometry
import Visibilities

/// What to simulate. The defaults are a short look at five sources with 16 MeerKAT dishes at L band.
public struct SimulationParameters: Sendable {
    /// The antennas.
    public var layout: AntennaLayout
    /// Fields by role; those that the plan does not visit are left out.
    public var fields: [ScanPlan.Role: Field] = [
        .target: Field(
            name: "SIM",
            phaseCentre: Direction(rightAscension: 4 * Angle.hour, declination: -35 * Angle.degree),
            tags: ["target"]),
        .bandpassCalibrator: Field(
            name: "J0408-6545",
            phaseCentre: Direction(
                rightAscension: 62.084_917 * Angle.degree, declination: -65.752_528 * Angle.degree),
            tags: ["bpcal", "delaycal"]),
        .gainCalibrator: Field(
            name: "J0403-3605",
            phaseCentre: Direction(
                rightAscension: 60.973_958 * Angle.degree, declination: -36.083_861 * Angle.degree),
            tags: ["gaincal"]),
    ]
    /// Fluxes of the calibrators, Jy.
    public var calibratorFluxes: [ScanPlan.Role: Double] = [.bandpassCalibrator: 16.6, .gainCalibrator: 1.5]
    /// Components of the target field; nil: `PointSource.standardSky` about it.
    public var sources: [SkyComponent]?
    /// The scans.
    public var plan: ScanPlan
    /// Start of the first dump, UTC, MJD seconds; nil: the target transits in the middle, within a day of `date`.
    public var start: Double?
    /// The day of an observation without `start`, UTC, MJD seconds: 2019-06-15.
    public var date = 58649.0 * 86400
    /// Length of a dump, seconds.
    public var dumpLength = 8.0
    /// Number of channels.
    public var channels = 128
    /// Centre of channel `channels / 2`, Hz.
    public var centreFrequency = 1284e6
    /// Bandwidth, Hz.
    public var bandwidth = 856e6
    /// Name of the receiver band.
    public var band = "l"
    /// Correlation products, of XX, YY, XY, YX.
    public var polarisations: [Polarisation] = [.xx, .yy]
    /// Whether autocorrelations are produced.
    public var autocorrelations = true
    /// System equivalent flux density of a receptor, Jy; 0: no noise.
    public var sefd = 425.0
    /// Gains of the instrument.
    public var gains = GainKind.none
    /// Kinds of interference.
    public var interference: Set<InterferenceKind> = []
    /// Factor on all interference.
    public var interferenceLevel = 1.0
    /// Seed of all random numbers.
    public var seed: UInt64 = 1
    /// UT1 and polar motion.
    public var earthOrientation: EarthOrientation

    /// Parameters at their defaults for a layout and a plan.
    public init(layout: AntennaLayout, plan: ScanPlan, earthOrientation: EarthOrientation) {
        self.layout = layout
        self.plan = plan
        self.earthOrientation = earthOrientation
    }

    /// Bytes of the components and of their spectra, which a simulation holds while it lasts.
    public var skyBytes: Int {
        ((sources?.count ?? 5) + calibratorFluxes.count)
            * SimulatedObservation.FieldSource.bytes(channels: channels)
    }

    /// Where the channels lie.
    var channelAxis: ChannelAxis {
        let width = bandwidth / Double(channels)
        return ChannelAxis(start: centreFrequency - width * Double(channels / 2), step: width)
    }

    /// Finds what cannot be simulated.
    ///
    /// - Throws: `SimulationError` naming the parameter.
    func validate() throws(SimulationError) {
        try validateInstrument()
        try validatePlan()
        try validateSky()
    }

    private func require(
        _ holds: Bool, _ name: String, _ value: String, _ remedy: String
    ) throws(SimulationError) {
        if !holds {
            throw SimulationError("out of range", place: "\(name): \(value)", remedy: "give \(remedy)")
        }
    }

    private func validateInstrument() throws(SimulationError) {
        let count = layout.antennas.count
        try require((1...4096).contains(count), "antennas", "\(count)", "1 to 4096")
        try require(
            autocorrelations || count > 1, "antennas", "1", "at least 2, or keep the autocorrelations")
        let isFinite = layout.antennas.allSatisfy { ($0.position * $0.position).sum().isFinite }
        try require(
            isFinite && (layout.reference * layout.reference).sum().isFinite, "layout", layout.telescope,
            "finite antenna positions")
        try require((1...1 << 20).contains(channels), "channels", "\(channels)", "1 to 1048576")
        let tables = channels * ((gains == .full ? 4 * count : 0) + (sources?.count ?? 5))
        try require(
            tables <= 500_000_000, "channels", "\(channels)",
            "fewer channels, antennas with a bandpass or sources")
        try require((1...1e12).contains(bandwidth), "bandwidth", "\(bandwidth)", "1 Hz to 1 THz")
        try require(
            centreFrequency.isFinite && centreFrequency - bandwidth > 0, "centre", "\(centreFrequency)",
            "a frequency above the bandwidth, Hz")
        try require((0...1e12).contains(sefd), "sefd", "\(sefd)", "0 to 1e12 Jy")
        try require((0...1e9).contains(interferenceLevel), "rfi-level", "\(interferenceLevel)", "0 to 1e9")
        let linear: Set<Polarisation> = [.xx, .yy, .xy, .yx]
        let isSet = Set(polarisations).count == polarisations.count && linear.isSuperset(of: polarisations)
        try require(
            !polarisations.isEmpty && isSet, "pol", "\(polarisations.map(\.name))",
            "some of XX, YY, XY, YX, each once")
    }

    private func validatePlan() throws(SimulationError) {
        try require((1e-3...1e5).contains(dumpLength), "dump", "\(dumpLength)", "1 ms to 100000 s")
        let rows = Double(plan.dumps) * Double(layout.antennas.count)
        try require(rows <= 1e8, "plan", "\(plan.dumps) dumps", "at most 1e8 dumps times antennas")
        let years = 37000.0 * 86400...124_000.0 * 86400
        let (first, length) = (start ?? date, Double(plan.dumps) * dumpLength)
        try require(
            years.contains(first) && years.contains(first + length), "start", UTC.text(first),
            "a date from 1960 to 2190")
        for role in ScanPlan.Role.allCases
        where role != .slew && plan.stretches.contains(where: { $0.role == role }) {
            guard let place = fields[role]?.phaseCentre else {
                throw SimulationError(
                    "no field", place: "plan: \(role.rawValue)", remedy: "name the field of this role")
            }
            try require(
                place.rightAscension.isFinite && abs(place.declination) <= .pi / 2, "field", role.rawValue,
                "a direction on the sky")
            try require(
                abs(calibratorFluxes[role] ?? 1) <= 1e12, "flux", "\(calibratorFluxes[role] ?? 1)",
                "up to 1e12 Jy")
        }
    }

    /// Whether a direction lies in the half of the sky about the target's phase centre, which images show a part of.
    private func isInView(_ direction: Direction) -> Bool {
        guard let centre = fields[.target]?.phaseCentre else { return true }
        return DirectionCosines(
            rightAscension: direction.rightAscension, declination: direction.declination,
            centreRightAscension: centre.rightAscension, centreDeclination: centre.declination
        ).n > 0
    }

    private func validateSky() throws(SimulationError) {
        let edges = [centreFrequency - bandwidth / 2, centreFrequency + bandwidth / 2]
        let all = channelAxis.frequencies(channels)
        for (number, source) in (sources ?? []).enumerated() {
            let isPlace =
                source.direction.rightAscension.isFinite && abs(source.direction.declination) <= .pi / 2
            let isSpectrum = (source.referenceFrequency ?? 1) > 0
            let isBright = (source.isMonotonic ? edges : all).contains {
                // What is no number is not in the range either.
                !(abs(source.flux(at: $0, centre: centreFrequency)) <= 1e12)
            }
            try require(
                isPlace && isSpectrum && !isBright, "source",
                source.name.isEmpty ? "component \(number + 1)" : source.name,
                "a direction on the sky, a positive reference frequency and at most 1e12 Jy in the band")
        }
        // The sun may shine from behind; a list that is wholly behind has wrong units.
        guard let sources, !sources.isEmpty else { return }
        try require(
            sources.contains { isInView($0.direction) }, "sources", "\(sources.count) components",
            "at least one within 90 degrees of the target's phase centre")
    }
}
