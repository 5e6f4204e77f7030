import Synchronization

/// Calls a body once for each tile number in `0..<count`, on up to `width` threads, and returns when all are done.
///
/// Which thread runs a tile is not fixed, so a body writes only what belongs to its tile. The helpers run on the
/// default pool even when the caller has an executor of its own.
///
/// - Throws: the error of the lowest tile whose body throws, whichever thread was first; `CancellationError` when the
///   task is cancelled. Tiles not yet started are left out.
public func inTiles(
    _ count: Int, width: Int = Threads.width, _ body: @escaping @Sendable (Int) throws -> Void
) async throws {
    let tickets = Tickets(count, body)
    let helpers = min(width, count) - 1
    if helpers > 0 {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<helpers {
                group.addTask(executorPreference: globalConcurrentExecutor) { tickets.work() }
            }
            tickets.work()
        }
    } else {
        tickets.work()
    }
    try tickets.finish()
}

/// Calls a body for each tile number and returns the results in tile order, so that they can be reduced in a fixed one.
///
/// - Throws: as `inTiles`.
public func mapTiles<Result: Sendable>(
    _ count: Int, width: Int = Threads.width, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: max(count, 0)))
    try await inTiles(count, width: width) { tile in
        let result = try body(tile)
        results.withLock { $0[tile] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
}

/// Hands out tile numbers to several threads, lowest first.
///
/// It owns the body and lets go of it before `inTiles` returns: a helper's task, which may outlive that for a moment,
/// must not keep what the body holds (a block that somebody changes next would be copied).
private final class Tickets: @unchecked Sendable {
    private let count: Int
    /// Set to nil when all helpers have done their last tile.
    private var body: (@Sendable (Int) throws -> Void)?
    private let taken = Atomic<Int>(0)
    private let failure = Mutex<(tile: Int, error: any Error)?>(nil)

    init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
        self.count = count
        self.body = body
    }

    /// Does tiles until none is left or one fails. A tile is started only after all lower ones, so that the lowest one
    /// that fails is always among those that ran.
    func work() {
        while let tile = next() {
            do {
                try Task.checkCancellation()
                try body?(tile)
            } catch {
                fail(tile, error)
            }
        }
    }

    private func next() -> Int? {
        let tile = taken.add(1, ordering: .relaxed).oldValue
        return tile < count ? tile : nil
    }

    private func fail(_ tile: Int, _ error: any Error) {
        taken.store(max(count, 0), ordering: .relaxed)
        failure.withLock { first in
            if let first, first.tile < tile { return }
            first = (tile, error)
        }
    }

    /// Lets go of the body and throws what went wrong; no helper works any more.
    func finish() throws {
        body = nil
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }
}

/// How many threads a kernel may use.
public enum Threads {
    private static let stored = Atomic<Int>(1)

    /// The most threads that kernels of the task at hand use; nil for all that there are.
    ///
    ///     try await Threads.$limit.withValue(1) { try await imager.finish() }
    @TaskLocal public static var limit: Int?

    /// The width of kernels, set once before a run starts; what is read is no more than the task's limit.
    public static var width: Int {
        get { min(stored.load(ordering: .relaxed), max(limit ?? .max, 1)) }
        set { stored.store(max(newValue, 1), ordering: .relaxed) }
    }
}
