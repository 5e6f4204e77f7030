import Visibilities

/// What a stage needs while it runs, declared so that memory is known and no lease can deadlock.
public struct Needs: Sendable {
    /// Blocks held beyond the one in hand.
    public var holds: Int
    /// Blocks of which it keeps the halo beyond the one in hand; nil: of all that it holds.
    public var haloHolds: Int?
    /// Blocks in a maker's hand at once (a corner-turning source: the tiles of its window).
    public var makes: Int
    /// Work memory, bytes, while blocks stream.
    public var workBytes: Int
    /// Memory, bytes, of the whole stage in its final phase, after the last block (an imager's grids and transforms);
    /// blocks are gone then.
    public var finalBytes: Int
    /// Whether it blocks its thread on files or sockets and so gets an executor of its own.
    public var blocking: Bool
    /// Orders of blocks that it can take.
    public var accepts: [BlockOrder]
    /// The parameter whose smaller value makes these needs (a source: its blocks) smaller, such as `size`.
    public var memoryParameter: String?
    /// Whether it may stop reading before the end of its input; the run fails its accounts if others do.
    public var mayLeaveEarly: Bool

    /// Needs; the defaults are those of a stage that only has the block in hand.
    public init(
        holds: Int = 0, haloHolds: Int? = nil, makes: Int = 1, workBytes: Int = 0, finalBytes: Int = 0,
        blocking: Bool = false,
        accepts: [BlockOrder] = [.subbandFirst, .timeFirst], memoryParameter: String? = nil,
        mayLeaveEarly: Bool = false
    ) {
        self.holds = holds
        self.haloHolds = haloHolds
        self.makes = makes
        self.workBytes = workBytes
        self.finalBytes = finalBytes
        self.blocking = blocking
        self.accepts = accepts
        self.memoryParameter = memoryParameter
        self.mayLeaveEarly = mayLeaveEarly
    }
}

/// What stages downstream ask of the source's cut: whole bins per window and per sub-band.
public struct CutDemand: Sendable {
    /// A window must hold a multiple of so many dumps.
    public var times: Int
    /// A sub-band must hold a multiple of so many channels.
    public var channels: Int
    /// Channels that the stage wants to see on each side of a sub-band (`VisibilityBlock.halo`). Only pointwise stages pass
    /// them on; below a transform nobody has them.
    public var halo: Int

    /// A demand; 1 asks nothing, and a halo of 0.
    public init(times: Int = 1, channels: Int = 1, halo: Int = 0) {
        self.times = times
        self.channels = channels
        self.halo = halo
    }
}
