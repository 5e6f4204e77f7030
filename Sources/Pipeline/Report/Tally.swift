import Synchronization

/// Counts of a stage by rule: how many samples each rule newly flagged.
public final class Tally: Sendable {
    /// Whether the present task works on a halo, whose samples count in the blocks that they belong to.
    @TaskLocal private static var isHalo = false

    private let counts = Mutex<[String: Int]>([:])

    /// Adds to a rule's count, once a block or plane rather than once a sample.
    public func add(_ rule: String, flagged: Int) {
        guard !Self.isHalo else { return }
        counts.withLock { $0[rule, default: 0] += flagged }
    }

    /// Flagged samples by rule so far.
    public var rules: [String: Int] { counts.withLock { $0 } }

    /// Flagged samples of all rules so far.
    public var flagged: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// Does work on a halo: what a stage counts meanwhile is not added up.
    static func onHalo(_ work: () throws -> Void) rethrows { try $isHalo.withValue(true, operation: work) }
}
