import Visibilities

/// The autoflagger of one baseline in one sub-band: visibilities of a scan in, masks of whole hops out.
///
/// What comes out depends on the scan's dumps only, not on the pieces in which they come. Baselines share nothing, so
/// that they may run on different threads; one flagger belongs to one thread at a time.
public final class BaselineFlagger: HopFlagger, @unchecked Sendable {
    private let settings: AutoflagSettings
    private let strategy: Strategy
    private let shape: FlaggerShape
    private var axis: BandAxis?
    /// The scan in progress, or the memory of one before.
    private var scan: BaselineScan?
    private var ready: [FlagHop] = []

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
        self.axis = axis
    }

    /// Memory of a scan in progress at most, bytes; channels are those that its flagger sees. It is kept from call to call; nothing is
    /// as long as every scan comes whole, in one call.
    public static func byteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        BaselineScan.byteCount(settings, polarisations: polarisations, channels: channels)
    }

    /// Memory for each thread that makes statistics and decides hops, bytes: planes of a block, for each polarisation and for all, then
    /// those of an image and of what was found in it.
    static func workByteCount(_ settings: AutoflagSettings, polarisations: Int, channels: Int) -> Int {
        let stride = Plane.stride(channels: channels)
        let statistic = (settings.hop + 2 * Strategy.standard.halo) * (polarisations + 1 + 12)
        let image = (max(settings.margin, settings.lookBack) + settings.hop + settings.margin) * 10
        return 4 * stride * (statistic + image)
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
        let scan =
            scan ?? BaselineScan(settings, strategy, shape, isLasting: !endsScan)
        for dump in 0..<dumps {
            scan.take(
                band, below: below, above: above, dump: dump, of: dumps,
                delay: delays.isEmpty ? 0 : delays[dump], axis: axis, into: &ready)
        }
        if endsScan { scan.end(axis, into: &ready) }
        keep(scan, isOver: endsScan)
    }

    /// Keeps what the next call goes on with: a scan that came whole leaves its memory, still in the cache, to the next baseline.
    private func keep(_ scan: BaselineScan, isOver: Bool) {
        if isOver { scan.reset() }
        self.scan = scan.isLasting ? scan : nil
    }

    /// The next decided hop of the scan, in order.
    public func next() -> FlagHop? { ready.isEmpty ? nil : ready.removeFirst() }

    /// Turns to another band of as many channels, between scans: its frequencies, if they are known.
    public func tune(_ axis: BandAxis?) { self.axis = axis }
}
