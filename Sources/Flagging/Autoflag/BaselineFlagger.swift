import Visibilities

/// The autoflagger of one baseline in one sub-band: visibilities of a scan in, masks of whole hops out.
///
/// What comes out depends on the scan's dumps only, not on the pieces in which they come. Baselines share nothing, so
/// that they may run on different threads; one flagger belongs to one thread at a time.
public final class BaselineFlagger: HopFlagger, @unchecked Sendable {
    private let settings: AutoflagSettings
    private let strategy: Strategy
    private let shape: FlaggerShape
    private let window: RawWindow
    private let ring: StatisticRing
    private var emitters: (ring: EmitterRing, axis: BandAxis)?
    private let history: LevelHistory
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
    ///   - axis: frequencies from the first channel of the halo on, to look for steady emitters on the ground; without, they are only
    ///     found where samples or blocks of them stand out.
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public init(
        _ settings: AutoflagSettings, polarisations: Int, channels: Int, halo: BandHalo = BandHalo(),
        axis: BandAxis? = nil
    ) throws(AutoflagError) {
        shape = try FlaggerShape(settings, polarisations: polarisations, channels: channels, halo: halo)
        self.settings = settings
        strategy = .standard
        window = RawWindow(
            polarisations: polarisations, channels: shape.seen, capacity: settings.hop + 2 * strategy.halo)
        ring = StatisticRing(channels: shape.seen, capacity: Self.statisticRows(settings))
        history = LevelHistory(strategy)
        tune(axis)
    }

    /// The polarisations, and the difference of two.
    private static func slots(_ polarisations: Int) -> Int { polarisations + 1 }

    /// Memory that a flagger keeps between calls at most, bytes; channels are those that it sees.
    public static func byteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let stride = Plane.stride(channels: channels)
        let raw = (settings.hop + 2 * Strategy.standard.halo) * stride * (8 * polarisations + 4)
        let emitters = EmitterRing.byteCount(
            slots: slots(polarisations), channels: channels, rows: emitterRows(settings))
        return raw + 4 * statisticRows(settings) * stride + emitters
            + LevelHistory.byteCount(polarisations: polarisations, channels: channels)
    }

    /// Memory for each thread that makes statistics and decides hops, bytes: planes of a block, for each polarisation and for all, then
    /// those of an image and of what was found in it.
    static func workByteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let stride = Plane.stride(channels: channels)
        let statistic = (settings.hop + 2 * Strategy.standard.halo) * (polarisations + 1 + 12)
        let image = (max(settings.margin, settings.lookBack) + settings.hop + settings.margin) * 10
        return 4 * stride * (statistic + image)
    }

    /// A hop between its margins, and the hop that completes the later one.
    private static func emitterRows(_ settings: AutoflagSettings) -> Int {
        2 * (settings.hop + settings.margin)
    }

    /// What is looked back on, a hop, its later margin, and the block that completes it.
    private static func statisticRows(_ settings: AutoflagSettings) -> Int {
        max(settings.margin, settings.lookBack) + 2 * settings.hop + settings.margin
            + 2 * Strategy.standard.halo
    }

    /// Takes the next dumps of the scan, without a halo.
    ///
    /// - Parameters:
    ///   - visibilities: [polarisation][time][channel] of this baseline.
    ///   - flags: as `visibilities`; any bit set takes the sample out of all statistics.
    ///   - dumps: dumps in this piece.
    ///   - delays: w/c of each dump, in seconds, which tracking the phase centre has taken off; empty where nothing was tracked.
    ///   - endsScan: whether these are the last dumps before a gap or another field; all hops become ready and the
    ///     flagger starts anew.
    /// - Throws: `AutoflagError` when the spans do not have the flagger's shape.
    public func push(
        _ visibilities: Span<Complex64>, flags: Span<UInt8>, dumps: Int, delays: [Double] = [],
        endsScan: Bool = false
    ) throws(AutoflagError) {
        try push(
            SamplePiece(visibilities, flags: flags), below: SamplePiece(), above: SamplePiece(), dumps: dumps,
            delays: delays, endsScan: endsScan)
    }

    /// Takes the next dumps of the scan with what lies on both sides of the band.
    ///
    /// - Parameters:
    ///   - band: the channels that are decided on.
    ///   - below: the halo's channels below the band.
    ///   - above: the halo's channels above the band.
    ///   - dumps: dumps in each piece.
    ///   - delays: w/c of each dump, seconds; empty where nothing was tracked.
    ///   - endsScan: whether these are the last dumps before a gap or another field.
    /// - Throws: `AutoflagError` when a piece does not have the flagger's shape.
    public func push(
        _ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int, delays: [Double] = [],
        endsScan: Bool
    ) throws(AutoflagError) {
        try shape.check(band, below: below, above: above, dumps: dumps)
        guard delays.isEmpty || delays.count == dumps else {
            throw AutoflagError("\(delays.count) delays for \(dumps) dumps", "give one of each dump")
        }
        for dump in 0..<dumps {
            window.startRow(delay: delays.isEmpty ? 0 : delays[dump])
            window.fill(below, channels: shape.below, dump: dump, of: dumps)
            window.fill(band, channels: shape.band, dump: dump, of: dumps)
            window.fill(above, channels: shape.above, dump: dump, of: dumps)
            advance()
        }
        if endsScan { finish() }
    }

    /// The next decided hop of the scan, in order.
    public func next() -> FlagHop? { ready.isEmpty ? nil : ready.removeFirst() }

    /// Turns to another band of as many channels, between scans: its frequencies, if they are known.
    public func tune(_ axis: BandAxis?) {
        guard let axis else { return emitters = nil }
        let ring =
            emitters?.ring
            ?? EmitterRing(
                slots: Self.slots(shape.polarisations), channels: shape.seen, rows: Self.emitterRows(settings)
            )
        emitters = (ring, axis)
    }

    /// The margin after a hop, less the dumps that the statistic's own halo has taken of it.
    private var laterMargin: Int { Self.laterMargin(settings) }

    private static func laterMargin(_ settings: AutoflagSettings) -> Int {
        max(0, settings.margin - Strategy.standard.halo)
    }

    /// Dumps of a scan that are decided once so many have been pushed and it goes on.
    static func decided(after dumps: Int, _ settings: AutoflagSettings) -> Int {
        let made = dumps / settings.hop * settings.hop - Strategy.standard.halo
        return max(0, made - laterMargin(settings)) / settings.hop * settings.hop
    }

    /// Dumps before a hop that count for it.
    private var lookBack: Int { max(settings.margin, settings.lookBack) }

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
        emitters?.ring.reset()
        history.reset()
        unmade = 0
        undecided = 0
    }

    private func make(upTo end: Int) {
        guard end > unmade else { return }
        window.makeStatistic(
            of: unmade..<end, into: ring, emitters, strategy: strategy, threshold: settings.threshold,
            history: history)
        unmade = end
        window.drop(before: end - strategy.halo)
    }

    private func decide(_ hop: Range<Int>) {
        let seen = max(0, hop.lowerBound - lookBack)..<min(unmade, hop.upperBound + laterMargin)
        let detection = Detection(strategy: strategy, settings: settings)
        ready.append(
            FlagHop(
                dumps: hop,
                mask: detection.mask(of: hop, channels: shape.band, from: ring, emitters?.ring, seen: seen)))
        undecided = hop.upperBound
        ring.drop(before: undecided - lookBack)
        emitters?.ring.drop(before: undecided - settings.margin)
    }
}
