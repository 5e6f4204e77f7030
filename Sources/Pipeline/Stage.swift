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

    /// Parameters that show what it is for, as `NAME=VALUE`: examples and benchmarks use them where nobody sets others.
    static var typical: [String] { get }

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
    /// The defaults.
    public static var typical: [String] { [] }
    /// Nothing but the block in hand.
    public var needs: Needs { Needs() }
    /// No demand.
    public func demand(on observation: Observation) throws -> CutDemand { CutDemand() }
    /// The same observation.
    public func observation(after observation: Observation) throws -> Observation { observation }
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
    /// Changes a block; several blocks may be worked on at once, and leave in order. A block left empty goes no further.
    ///
    /// It is called for the halos of a block too, right after the block: blocks whose context says so, with channels beside
    /// their sub-band. What is tallied for these does not count.
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
