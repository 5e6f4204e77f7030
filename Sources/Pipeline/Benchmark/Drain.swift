import Parameters
import Rings
import Visibilities

/// Takes blocks of any kind and lets them go: what stands before it is measured.
struct Drain<Input: Streamable>: Sink {
    typealias Settings = DrainSettings

    static var name: String { "drain" }
    static var summary: String { "drops all blocks" }

    init(_ settings: DrainSettings = DrainSettings()) {}

    func prepare(_ header: Input.Header, _ context: StageContext) throws {}

    func run(_ input: Reader<Input>) async throws {
        for try await _ in input {}
    }
}

/// A drain has no parameters.
struct DrainSettings: ParameterSet {}

/// The drain for what a stage makes; nil for a sink.
func drain(behind stage: any Stage) -> (any Sink)? {
    func source<S: Source>(_: S) -> any Sink { Drain<S.Output>() }
    func transform<S: Transform>(_: S) -> any Sink { Drain<S.Output>() }
    switch stage {
    case let stage as any Source: return source(stage)
    case let stage as any Transform: return transform(stage)
    case is any Pointwise: return Drain<VisibilityBlock>()
    default: return nil
    }
}
