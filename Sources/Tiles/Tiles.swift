import Synchronization

/// Calls a body once for each tile number in `0..<count`, on up to `width` threads, and returns when all are done.
///
/// Which thread runs a tile is not fixed, so a body writes only what belongs to its tile. The helpers run on the
/// default pool even when the caller has an executor of its own.
///
/// - Throws: the first error of a body; tiles not yet started are left out.
public func inTiles(
    _ count: Int, width: Int = Threads.width, _ body: @escaping @Sendable (Int) throws -> Void
) async throws {
    let tickets = Tickets(count)
    let helpers = min(width, count) - 1
    guard helpers > 0 else {
        while let tile = tickets.next() { try body(tile) }
        return
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<helpers {
            group.addTask(executorPreference: globalConcurrentExecutor) {
                while let tile = tickets.next() { try body(tile) }
            }
        }
        do {
            while let tile = tickets.next() { try body(tile) }
            try await group.waitForAll()
        } catch {
            tickets.close()
            throw error
        }
    }
}

/// Calls a body for each tile number and returns the results in tile order, so that they can be reduced in a fixed one.
///
/// - Throws: the first error of a body.
public func mapTiles<Result: Sendable>(
    _ count: Int, width: Int = Threads.width, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: count))
    try await inTiles(count, width: width) { tile in
        let result = try body(tile)
        results.withLock { $0[tile] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
}

/// Hands out tile numbers to several threads.
private final class Tickets: Sendable {
    private let count: Int
    private let taken = Atomic<Int>(0)

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
        let tile = taken.add(1, ordering: .relaxed).oldValue
        return tile < count ? tile : nil
    }

    func close() { taken.store(count, ordering: .relaxed) }
}

/// How many threads a kernel may use.
public enum Threads {
    private static let stored = Atomic<Int>(1)

    /// The width of kernels, set once before a run starts.
    public static var width: Int {
        get { stored.load(ordering: .relaxed) }
        set { stored.store(max(newValue, 1), ordering: .relaxed) }
    }
}
