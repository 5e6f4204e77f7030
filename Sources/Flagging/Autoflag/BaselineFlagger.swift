import Visibilities

/// The autoflagger of one baseline in one sub-band: visibilities of a scan in, masks of whole hops out.
///
/// What comes out depends on the scan's dumps only, not on the pieces in which they come. Baselines share nothing, so
/// that they may run on different threads; one flagger belongs to one thread at a time.
public final class BaselineFlagger: @unchecked Sendable {
    private let settings: AutoflagSettings
    private let strategy: Strategy
    private let polarisations: Int
    private let channels: Int
    private let halo: BandHalo
    private let window: RawWindow
    private let ring: StatisticRing
    private var ready: [FlagHop] = []
    /// The first dump whose statistic is not made yet.
    private var unmade = 0
    /// The first dump that is not decided yet.
    private var undecided = 0

    /// A flagger for planes of one shape.
    ///
    /// - Parameters:
    ///   - settings: what it is told.
    ///   - polarisations: products of the baseline, 1 to 8.
    ///   - channels: channels that it decides on.
    ///   - halo: channels on each side that it sees as well.
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public init(
        _ settings: AutoflagSettings, polarisations: Int, channels: Int, halo: BandHalo = BandHalo()
    ) throws(AutoflagError) {
        guard (1...8).contains(polarisations) else {
            throw AutoflagError("\(polarisations) polarisations", "give 1 to 8")
        }
        let most = 1...1 << 24
        guard most.contains(channels), (0...most.upperBound).contains(halo.below),
            (0...most.upperBound).contains(halo.above)
        else {
            throw AutoflagError(
                "\(channels) channels between \(halo.below) and \(halo.above)",
                "give 1 to 16777216, and not more on each side")
        }
        guard settings.threshold > 0, settings.threshold.isFinite else {
            throw AutoflagError("threshold \(settings.threshold)", "give a positive number")
        }
        guard (AutoflagSettings.leastHop...4096).contains(settings.hop), (0...4096).contains(settings.margin)
        else {
            throw AutoflagError(
                "hop \(settings.hop), margin \(settings.margin)",
                "give a hop of 8 to 4096 and a margin of 0 to 4096 dumps")
        }
        self.settings = settings
        strategy = .standard
        self.polarisations = polarisations
        self.channels = channels
        self.halo = halo
        let seen = halo.below + channels + halo.above
        window = RawWindow(
            polarisations: polarisations, channels: seen, capacity: settings.hop + 2 * strategy.halo)
        ring = StatisticRing(channels: seen, capacity: Self.statisticRows(settings))
    }

    /// Memory that a flagger keeps between calls at most, bytes; channels are those that it sees.
    public static func byteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let stride = Plane.stride(channels: channels)
        let raw = (settings.hop + 2 * Strategy.standard.halo) * stride * (8 * polarisations + 4)
        return raw + 4 * statisticRows(settings) * stride
    }

    /// A hop between its margins, and the block that completes the later one.
    private static func statisticRows(_ settings: AutoflagSettings) -> Int {
        2 * (settings.hop + settings.margin) + 2 * Strategy.standard.halo
    }

    /// Takes the next dumps of the scan, without a halo.
    ///
    /// - Parameters:
    ///   - visibilities: [polarisation][time][channel] of this baseline.
    ///   - flags: as `visibilities`; any bit set takes the sample out of all statistics.
    ///   - dumps: dumps in this piece.
    ///   - endsScan: whether these are the last dumps before a gap or another field; all hops become ready and the
    ///     flagger starts anew.
    /// - Throws: `AutoflagError` when the spans do not have the flagger's shape.
    public func push(
        _ visibilities: Span<Complex64>, flags: Span<UInt8>, dumps: Int, endsScan: Bool = false
    ) throws(AutoflagError) {
        try push(
            SamplePiece(visibilities, flags: flags), below: SamplePiece(), above: SamplePiece(), dumps: dumps,
            endsScan: endsScan)
    }

    /// Takes the next dumps of the scan with what lies on both sides of the band.
    ///
    /// - Parameters:
    ///   - band: the channels that are decided on.
    ///   - below: the halo's channels below the band.
    ///   - above: the halo's channels above the band.
    ///   - dumps: dumps in each piece.
    ///   - endsScan: whether these are the last dumps before a gap or another field.
    /// - Throws: `AutoflagError` when a piece does not have the flagger's shape.
    public func push(
        _ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int, endsScan: Bool
    ) throws(AutoflagError) {
        try check(band, channels: channels, dumps: dumps)
        try check(below, channels: halo.below, dumps: dumps)
        try check(above, channels: halo.above, dumps: dumps)
        for dump in 0..<dumps {
            window.startRow()
            window.fill(below, channels: 0..<halo.below, dump: dump, of: dumps)
            window.fill(band, channels: halo.below..<halo.below + channels, dump: dump, of: dumps)
            window.fill(
                above, channels: halo.below + channels..<window.channels, dump: dump, of: dumps)
            advance()
        }
        if endsScan { finish() }
    }

    private func check(_ piece: SamplePiece, channels: Int, dumps: Int) throws(AutoflagError) {
        let (row, _) = polarisations.multipliedReportingOverflow(by: channels)
        let (size, overflow) = row.multipliedReportingOverflow(by: dumps)
        guard dumps >= 0, !overflow, piece.visibilities.count == size, piece.flags.count == size else {
            throw AutoflagError(
                "\(piece.visibilities.count) visibilities and \(piece.flags.count) flags for \(dumps) dumps",
                "give \(polarisations) x dumps x \(channels) of each")
        }
    }

    /// The next decided hop of the scan, in order.
    public func next() -> FlagHop? { ready.isEmpty ? nil : ready.removeFirst() }

    /// The margin after a hop, less the dumps that the statistic's own halo has taken of it.
    private var laterMargin: Int { max(0, settings.margin - strategy.halo) }

    /// Makes what the dumps at hand allow: blocks of statistics end a halo before a multiple of the hop.
    private func advance() {
        let (end, isHop) = window.end.quotientAndRemainder(dividingBy: settings.hop)
        guard isHop == 0 else { return }
        make(upTo: end * settings.hop - strategy.halo)
        // A hop is decided when its later margin is made.
        while undecided + settings.hop + laterMargin <= unmade {
            decide(undecided..<undecided + settings.hop)
        }
    }

    private func finish() {
        make(upTo: window.end)
        while undecided < window.end { decide(undecided..<min(undecided + settings.hop, window.end)) }
        window.reset()
        ring.reset()
        unmade = 0
        undecided = 0
    }

    private func make(upTo end: Int) {
        guard end > unmade else { return }
        window.makeStatistic(of: unmade..<end, into: ring, strategy: strategy, threshold: settings.threshold)
        unmade = end
        window.drop(before: end - strategy.halo)
    }

    private func decide(_ hop: Range<Int>) {
        let seen = max(0, hop.lowerBound - settings.margin)..<min(unmade, hop.upperBound + laterMargin)
        let detection = Detection(strategy: strategy, settings: settings)
        let band = halo.below..<halo.below + channels
        ready.append(
            FlagHop(dumps: hop, mask: detection.mask(of: hop, channels: band, from: ring, seen: seen)))
        undecided = hop.upperBound
        ring.drop(before: undecided - settings.margin)
    }
}
