/// The scan in progress of one baseline: the dumps whose statistic is still to be made, the statistics that hops still to be
/// decided look at, and what is remembered of the levels before.
final class BaselineScan {
    private let settings: AutoflagSettings
    private let strategy: Strategy
    private let shape: FlaggerShape
    private let window: RawWindow
    private let ring: StatisticRing
    private let emitters: EmitterRing
    private let history: LevelHistory
    /// Whether it is kept from call to call.
    let isLasting: Bool
    /// The first dump whose statistic is not made yet.
    private var unmade = 0
    /// The first dump that is not decided yet.
    private var undecided = 0

    /// An empty scan.
    ///
    /// - Parameter isLasting: whether it is kept from call to call; if not, it takes memory that others have just let go.
    init(_ settings: AutoflagSettings, _ strategy: Strategy, _ shape: FlaggerShape, isLasting: Bool) {
        self.settings = settings
        self.strategy = strategy
        self.shape = shape
        self.isLasting = isLasting
        window = RawWindow(
            polarisations: shape.polarisations, channels: shape.seen,
            capacity: settings.hop + 2 * strategy.halo, isLasting: isLasting)
        ring = StatisticRing(
            channels: shape.seen, capacity: Self.statisticRows(settings), isLasting: isLasting)
        emitters = EmitterRing(
            slots: Self.slots(shape.polarisations), channels: shape.seen, rows: Self.emitterRows(settings),
            isLasting: isLasting)
        history = LevelHistory(strategy)
    }

    /// The polarisations, and the difference of two.
    private static func slots(_ polarisations: Int) -> Int { polarisations + 1 }

    /// A hop between its margins, and the hop that completes the later one.
    private static func emitterRows(_ settings: AutoflagSettings) -> Int {
        2 * (settings.hop + settings.margin)
    }

    /// What is looked back on, a hop, its later margin, and the block that completes it.
    private static func statisticRows(_ settings: AutoflagSettings) -> Int {
        max(settings.margin, settings.lookBack) + 2 * settings.hop + settings.margin
            + 2 * Strategy.standard.halo
    }

    /// Memory of a scan at most, bytes; channels are those that its flagger sees.
    static func byteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let stride = Plane.stride(channels: channels)
        let raw = (settings.hop + 2 * Strategy.standard.halo) * stride * (8 * polarisations + 4)
        let emitters = EmitterRing.byteCount(
            slots: slots(polarisations), channels: channels, rows: emitterRows(settings))
        return raw + 4 * statisticRows(settings) * stride + emitters
            + LevelHistory.byteCount(polarisations: polarisations, channels: channels)
    }

    /// Dumps of a scan that are decided once so many have been pushed and it goes on.
    static func decided(after dumps: Int, _ settings: AutoflagSettings) -> Int {
        let made = dumps / settings.hop * settings.hop - Strategy.standard.halo
        return max(0, made - laterMargin(settings)) / settings.hop * settings.hop
    }

    /// The margin after a hop, less the dumps that the statistic's own halo has taken of it.
    private static func laterMargin(_ settings: AutoflagSettings) -> Int {
        max(0, settings.margin - Strategy.standard.halo)
    }

    /// Dumps before a hop that count for it.
    private var lookBack: Int { max(settings.margin, settings.lookBack) }

    /// Takes a dump of the band and of what lies beside it.
    ///
    /// - Parameters:
    ///   - dump: which one of the pieces.
    ///   - dumps: dumps of the pieces.
    ///   - delay: w/c that tracking the phase centre has taken off, seconds.
    ///   - axis: frequencies of what is seen, to look for emitters on the ground.
    ///   - ready: where hops that can be decided now are added.
    func take(
        _ band: SamplePiece, below: SamplePiece, above: SamplePiece, dump: Int, of dumps: Int, delay: Double,
        axis: BandAxis?, into ready: inout [FlagHop]
    ) {
        window.startRow(delay: delay)
        window.fill(below, channels: shape.below, dump: dump, of: dumps)
        window.fill(band, channels: shape.band, dump: dump, of: dumps)
        window.fill(above, channels: shape.above, dump: dump, of: dumps)
        // Blocks of statistics end a halo before a multiple of the hop.
        let (end, isHop) = window.end.quotientAndRemainder(dividingBy: settings.hop)
        guard isHop == 0 else { return }
        make(upTo: end * settings.hop - strategy.halo, axis)
        // A hop is decided when its later margin is made.
        while undecided + settings.hop + Self.laterMargin(settings) <= unmade {
            decide(undecided..<undecided + settings.hop, axis, into: &ready)
        }
    }

    /// Decides what is left: the scan has no more dumps.
    func end(_ axis: BandAxis?, into ready: inout [FlagHop]) {
        make(upTo: window.end, axis)
        while undecided < window.end {
            decide(undecided..<min(undecided + settings.hop, window.end), axis, into: &ready)
        }
    }

    /// Forgets the scan, but keeps its memory for the next one.
    func reset() {
        window.reset()
        ring.reset()
        emitters.reset()
        history.reset()
        unmade = 0
        undecided = 0
    }

    private func make(upTo end: Int, _ axis: BandAxis?) {
        guard end > unmade else { return }
        window.makeStatistic(
            of: unmade..<end, into: ring, axis.map { (emitters, $0) }, strategy: strategy,
            threshold: settings.threshold, history: history)
        unmade = end
        window.drop(before: end - strategy.halo)
    }

    private func decide(_ hop: Range<Int>, _ axis: BandAxis?, into ready: inout [FlagHop]) {
        let later = Self.laterMargin(settings)
        let seen = max(0, hop.lowerBound - lookBack)..<min(unmade, hop.upperBound + later)
        let detection = Detection(strategy: strategy, settings: settings)
        let mask = detection.mask(
            of: hop, channels: shape.band, from: ring, axis == nil ? nil : emitters, seen: seen)
        ready.append(FlagHop(dumps: hop, mask: mask))
        undecided = hop.upperBound
        ring.drop(before: undecided - lookBack)
        emitters.drop(before: undecided - settings.margin)
    }
}
