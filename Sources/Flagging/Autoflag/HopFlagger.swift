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
    func tune(_ axis: BandAxis?)
}
