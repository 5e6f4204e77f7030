import Visibilities

/// AOFlagger's generic default strategy on one baseline in one sub-band: for those who must compare with the past.
///
/// It judges amplitudes, each polarisation by itself, in three rounds: SumThreshold, tests of whole time steps and channels, and a
/// background fitted to what is left (Offringa et al. 2010, MNRAS 405, 155; 2012, A&A 539, A95). Hops are judged
/// with their margins; a hop of at least the whole scan gives what AOFlagger gives on it.
public final class GenericFlagger: HopFlagger, @unchecked Sendable {
    private let settings: AutoflagSettings
    private let shape: FlaggerShape
    /// The scan in progress; kept for the next one by who has kept one from call to call.
    private var window: AmplitudeWindow?
    private var isLasting = false
    private let strategy: GenericStrategy
    private var ready: [FlagHop] = []
    /// The first dump that is not decided yet.
    private var undecided = 0

    /// A flagger for planes of one shape.
    ///
    /// - Parameters:
    ///   - settings: what it is told; its rank operators are not used.
    ///   - polarisations: products of the baseline, 1 to 8.
    ///   - parallelHands: which of them are parallel hands; the first and the last if it is empty.
    ///   - channels: channels that it decides on.
    ///   - halo: channels on each side that it sees as well.
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public init(
        _ settings: AutoflagSettings, polarisations: Int, parallelHands: [Int] = [], channels: Int,
        halo: BandHalo = BandHalo()
    ) throws(AutoflagError) {
        shape = try FlaggerShape(settings, polarisations: polarisations, channels: channels, halo: halo)
        self.settings = settings
        let hands = Set(parallelHands.isEmpty ? [0, polarisations - 1] : parallelHands)
        strategy = GenericStrategy(base: settings.threshold, hands: hands)
    }

    /// Memory of a scan, bytes; channels are those that the flagger sees.
    static func byteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let rows = settings.hop + 2 * settings.margin
        return 4 * rows * Plane.stride(channels: channels) * polarisations
    }

    /// Memory for each thread that flags, bytes.
    static func workByteCount(_ settings: AutoflagSettings, channels: Int) -> Int {
        GenericWork.byteCount(times: settings.hop + 2 * settings.margin, channels: channels)
    }

    /// Takes the next dumps of the scan with what lies on both sides of the band.
    ///
    /// - Throws: `AutoflagError` when a piece does not have the flagger's shape.
    public func push(
        _ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int, delays: [Double] = [],
        endsScan: Bool
    ) throws(AutoflagError) {
        try shape.check(band, below: below, above: above, dumps: dumps)
        let window = window ?? emptyWindow
        isLasting = isLasting || !endsScan
        for dump in 0..<dumps {
            window.startRow()
            window.fill(below, channels: shape.below, dump: dump, of: dumps)
            window.fill(band, channels: shape.band, dump: dump, of: dumps)
            window.fill(above, channels: shape.above, dump: dump, of: dumps)
            if window.end == undecided + settings.hop + settings.margin { decide(settings.hop, window) }
        }
        if endsScan {
            while undecided < window.end { decide(min(settings.hop, window.end - undecided), window) }
            window.reset()
            undecided = 0
        }
        self.window = isLasting ? window : nil
    }

    private var emptyWindow: AmplitudeWindow {
        AmplitudeWindow(
            polarisations: shape.polarisations, channels: shape.seen,
            capacity: settings.hop + 2 * settings.margin)
    }

    /// Amplitudes are judged wherever they are.
    public func tune(_ axis: BandAxis?) {}

    /// The next decided hop of the scan, in order.
    public func next() -> FlagHop? { ready.isEmpty ? nil : ready.removeFirst() }

    private func decide(_ dumps: Int, _ window: AmplitudeWindow) {
        let hop = undecided..<undecided + dumps
        let seen =
            max(0, hop.lowerBound - settings.margin)..<min(window.end, hop.upperBound + settings.margin)
        let amplitudes = window.amplitudes(of: seen)
        let rows = hop.lowerBound - seen.lowerBound..<hop.upperBound - seen.lowerBound
        let found = strategy.find(amplitudes, times: seen.count, channels: shape.seen)
        let mask = Array(unsafeUninitializedCapacity: dumps * shape.channels) { (mask, count) in
            for time in rows {
                for channel in shape.band {
                    let state = found.state[time * found.stride + channel]
                    mask[count] = state == RankImage.flagged ? Detector.aoflaggerGeneric.rawValue : 0
                    count += 1
                }
            }
        }
        ready.append(FlagHop(dumps: hop, mask: mask))
        undecided = hop.upperBound
        window.drop(before: undecided - settings.margin)
    }
}
