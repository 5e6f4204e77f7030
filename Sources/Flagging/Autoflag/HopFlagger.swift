import Visibilities

/// A flagger of one baseline in one sub-band: visibilities of a scan in, masks of whole hops out.
///
/// What comes out depends on the scan's dumps only, not on the pieces in which they come. Baselines share nothing; one
/// flagger belongs to one thread at a time.
public protocol HopFlagger: AnyObject, Sendable {
    /// Takes the next dumps of the scan with what lies on both sides of the band.
    ///
    /// - Parameters:
    ///   - band: the channels that are decided on.
    ///   - below: the halo's channels below the band.
    ///   - above: the halo's channels above the band.
    ///   - dumps: dumps in each piece.
    ///   - delays: w/c of each dump, in seconds, which tracking the phase centre has taken off; empty where nothing was tracked.
    ///   - endsScan: whether these are the last dumps before a gap or another field.
    /// - Throws: `AutoflagError` when a piece does not have the flagger's shape.
    func push(
        _ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int, delays: [Double],
        endsScan: Bool
    ) throws(AutoflagError)

    /// The next decided hop of the scan, in order.
    func next() -> FlagHop?

    /// Turns to another band of as many channels, between scans: its frequencies, if they are known.
    func tune(_ axis: ChannelAxis?)
}

extension AutoflagSettings {
    /// A flagger of the chosen strategy for planes of one shape.
    ///
    /// - Parameters:
    ///   - polarisations: products of the baseline, 1 to 8.
    ///   - parallelHands: which of them are parallel hands; the first and the last if it is empty.
    ///   - channels: channels that it decides on.
    ///   - halo: channels on each side that it sees as well.
    ///   - axis: frequencies from the first channel of the halo on, if they are known.
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public func flagger(
        polarisations: Int, parallelHands: [Int] = [], channels: Int, halo: BandHalo = BandHalo(),
        axis: ChannelAxis? = nil
    ) throws(AutoflagError) -> any HopFlagger {
        switch strategy {
        case .sluice:
            try BaselineFlagger(
                self, polarisations: polarisations, channels: channels, halo: halo, axis: axis)
        case .aoflaggerGeneric:
            try GenericFlagger(
                self, polarisations: polarisations, parallelHands: parallelHands, channels: channels,
                halo: halo)
        }
    }

    /// Finds out whether a flagger is possible for planes of one shape, without the memory of one.
    ///
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public func check(polarisations: Int, channels: Int) throws(AutoflagError) {
        _ = try FlaggerShape(self, polarisations: polarisations, channels: channels, halo: BandHalo())
    }

    /// Dumps of a scan that are decided once so many have been pushed and it goes on.
    public func decided(after dumps: Int) -> Int {
        switch strategy {
        case .sluice: BaselineFlagger.decided(after: dumps, self)
        case .aoflaggerGeneric: max(0, dumps - margin) / hop * hop
        }
    }

    /// Memory that a flagger keeps between calls at most, bytes; channels are those that it sees.
    public func byteCount(polarisations: Int, channels: Int) -> Int {
        switch strategy {
        case .sluice: BaselineFlagger.byteCount(self, polarisations: polarisations, channels: channels)
        case .aoflaggerGeneric:
            GenericFlagger.byteCount(self, polarisations: polarisations, channels: channels)
        }
    }

    /// Memory for each thread that flags, bytes; channels are those that a flagger sees.
    public func workByteCount(polarisations: Int, channels: Int) -> Int {
        switch strategy {
        case .sluice: BaselineFlagger.workByteCount(self, polarisations: polarisations, channels: channels)
        case .aoflaggerGeneric: GenericFlagger.workByteCount(self, channels: channels)
        }
    }
}

/// What a flagger of one baseline is made for.
struct FlaggerShape {
    let polarisations: Int
    let channels: Int
    /// The channels that it sees and does not decide on below its band, and where they stand among all that it sees.
    var below: Range<Int> { 0..<band.lowerBound }
    let band: Range<Int>
    var above: Range<Int> { band.upperBound..<seen }
    /// Channels that it sees.
    let seen: Int

    init(
        _ settings: AutoflagSettings, polarisations: Int, channels: Int, halo: BandHalo
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
        guard (AutoflagSettings.leastHop...4096).contains(settings.hop), (0...4096).contains(settings.margin),
            (0...4096).contains(settings.lookBack)
        else {
            throw AutoflagError(
                "hop \(settings.hop), margin \(settings.margin), look-back \(settings.lookBack)",
                "give a hop of 8 to 4096, a margin and a look-back of 0 to 4096 dumps")
        }
        self.polarisations = polarisations
        self.channels = channels
        band = halo.below..<halo.below + channels
        seen = band.upperBound + halo.above
    }

    /// - Throws: `AutoflagError` when a piece does not have this shape.
    func check(_ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int) throws(AutoflagError)
    {
        try check(band, channels: channels, dumps: dumps)
        try check(below, channels: self.below.count, dumps: dumps)
        try check(above, channels: self.above.count, dumps: dumps)
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
}
