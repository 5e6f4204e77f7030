import Parameters
import Rings
import Visibilities

/// A step of a pipeline: settings in, blocks through. Use one of its four kinds.
public protocol Stage: Sendable {
    /// The declared parameters.
    associatedtype Settings: ParameterSet

    /// The name in pipeline files.
    static var name: String { get }
    /// One line for `sluice stages`.
    static var summary: String { get }

    /// Makes the stage; what can be checked without the data is checked here.
    init(_ settings: Settings) throws

    /// What it needs while it runs; asked after `prepare`.
    var needs: Needs { get }

    /// What this stage asks of the way the source cuts the observation; asked before `prepare`.
    func demand(on observation: Observation) throws -> CutDemand

    /// The observation as this stage passes it on, as far as the demands of the stages behind it depend on it (an
    /// average's coarser axes); asked before `prepare`.
    func observation(after observation: Observation) throws -> Observation
}

extension Stage {
    /// Nothing but the block in hand.
    public var needs: Needs { Needs() }
    /// No demand.
    public func demand(on observation: Observation) throws -> CutDemand { CutDemand() }
    /// The same observation.
    public func observation(after observation: Observation) throws -> Observation { observation }
}

/// What a stage needs while it runs, declared so that memory is known and no lease can deadlock.
public struct Needs: Sendable {
    /// Blocks held beyond the one in hand.
    public var holds: Int
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
        holds: Int = 0, makes: Int = 1, workBytes: Int = 0, finalBytes: Int = 0, blocking: Bool = false,
        accepts: [BlockOrder] = [.subbandFirst, .timeFirst], memoryParameter: String? = nil,
        mayLeaveEarly: Bool = false
    ) {
        self.holds = holds
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

    /// A demand; 1 asks nothing.
    public init(times: Int = 1, channels: Int = 1) {
        self.times = times
        self.channels = channels
    }
}

/// A stage that makes a stream.
public protocol Source: Stage {
    /// What it makes.
    associatedtype Output: Streamable = VisibilityBlock
    /// Opens what it reads and tells the header of its stream.
    mutating func prepare(_ context: StageContext) throws -> Output.Header
    /// Takes in the next stage (a selection that reading can do itself); true if that stage is no longer needed.
    mutating func absorb(_ next: any Stage) -> Bool
    /// Writes the stream; returning is its normal end.
    func run(into output: Outlet<Output>) async throws
}

extension Source {
    /// Absorbs nothing.
    public mutating func absorb(_ next: any Stage) -> Bool { false }
}

/// A stage that reads a stream and writes one, with state of its own between blocks.
public protocol Transform: Stage {
    /// What it reads.
    associatedtype Input: Streamable = VisibilityBlock
    /// What it writes.
    associatedtype Output: Streamable = VisibilityBlock
    /// Whether it sends on the blocks it got, so that it needs no pool of its own.
    static var inPlace: Bool { get }
    /// Maps the header of its input to that of its output.
    mutating func prepare(_ header: Input.Header, _ context: StageContext) throws -> Output.Header
    /// Reads until the end, writing as it goes; returning is the normal end of the output.
    func run(_ input: Reader<Input>, into output: Outlet<Output>) async throws
}

/// A stage that changes each visibility block by itself; neighbours of this kind are fused into one task.
public protocol Pointwise: Stage {
    /// Maps the header of its input to that of its output.
    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut
    /// Changes a block; several blocks may be worked on at once, and leave in order.
    func apply(to block: inout VisibilityBlock) throws
}

/// A stage that ends a stream in a result.
public protocol Sink: Stage {
    /// What it reads.
    associatedtype Input: Streamable = VisibilityBlock
    /// Checks the header and claims its outputs.
    mutating func prepare(_ header: Input.Header, _ context: StageContext) throws
    /// Reads until the end and writes its result beside its final name; the runner commits it.
    func run(_ input: Reader<Input>) async throws
}
