/// Weighted visibilities that are read again, batch by batch, in the order in which they came: exact densities and the major cycles of
/// CLEAN look at all of them more than once.
public protocol VisibilityStore: Sendable {
    /// Batches that it holds.
    var count: Int { get }
    /// Takes a batch in, after all others.
    ///
    /// - Throws: what the place where it keeps them throws.
    mutating func append(_ batch: VisibilityBatch) async throws
    /// A batch as it was taken in, by its number from 0.
    ///
    /// - Throws: what the place where it keeps them throws.
    func batch(_ number: Int) async throws -> VisibilityBatch
}

/// Visibilities that are kept in memory.
public struct MemoryStore: VisibilityStore {
    private var batches: [VisibilityBatch] = []

    /// An empty store.
    public init() {}

    /// Batches that it holds.
    public var count: Int { batches.count }

    /// Takes a batch in, after all others.
    public mutating func append(_ batch: VisibilityBatch) { batches.append(batch) }

    /// A batch as it was taken in, by its number from 0.
    public func batch(_ number: Int) -> VisibilityBatch { batches[number] }
}

extension VisibilityBatch {
    /// Bytes that so many rows and channels take in a store.
    public static func storedBytes(rows: Int, samples: Int) -> Int { 24 * rows + 12 * samples }
}
