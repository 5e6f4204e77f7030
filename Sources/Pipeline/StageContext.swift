import Logging
import Synchronization

/// What a stage may use of the run it belongs to: its name, its counters, the log, its outputs and the record of the run.
public final class StageContext: Sendable {
    /// The stage's name in this pipeline (`as`, else the stage's own).
    public let name: String
    /// Threads that kernels may use.
    public let threads: Int
    /// The demand of all stages downstream, for sources: asked with the observation as it will be streamed.
    public let demand: @Sendable (_ observation: Any) throws -> CutDemand

    init(name: String, threads: Int, demand: @escaping @Sendable (Any) throws -> CutDemand) {
        self.name = name
        self.threads = threads
        self.demand = demand
    }
}
