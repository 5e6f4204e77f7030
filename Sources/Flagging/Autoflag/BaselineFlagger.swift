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
        shape = try FlaggerShape(settings, polarisations: polarisations, channels: channels, halo: halo)
        self.settings = settings
        strategy = .standard
        window = RawWindow(
            polarisations: polarisations, channels: shape.seen, capacity: settings.hop + 2 * strategy.halo)
        ring = StatisticRing(channels: shape.seen, capacity: Self.statisticRows(settings))
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
        try shape.check(band, below: below, above: above, dumps: dumps)
        for dump in 0..<dumps {
            window.startRow()
            window.fill(below, channels: shape.below, dump: dump, of: dumps)
            window.fill(band, channels: shape.band, dump: dump, of: dumps)
            window.fill(above, channels: shape.above, dump: dump, of: dumps)
            advance()
        }
        if endsScan { finish() }
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
        ready.append(
            FlagHop(dumps: hop, mask: detection.mask(of: hop, channels: shape.band, from: ring, seen: seen)))
        undecided = hop.upperBound
        ring.drop(before: undecided - settings.margin)
    }
}
