/// The places where a block of one segment can be at once, and so the slabs that its pool needs.
///
/// A segment runs from the stage that makes blocks to the stages that end them or make blocks of their own. A lease is
/// asked for only by somebody with an empty place; with one slab a place there is then always a free one, so that a pool
/// never has to wait and no lease can be part of a deadlock. Counted are
///
/// * what the maker has in its hands;
/// * the slots of each link;
/// * for each consumer the blocks in work, as many again while it copies them because they are shared, and the blocks
///   that it declares to hold.
///
/// Readers of one link share: the block that a reader took last is still in the link or in the hands of the slowest
/// reader, unless it has become a copy. So all but one of those readers need a place less that change no block which
/// they hold. A search of all states of small segments finds no count too small, and those of chains exact.
public struct BlockPlaces: Sendable, Equatable {
    /// A stage that reads a link of the segment.
    public struct Consumer: Sendable, Equatable {
        /// Blocks worked on at once, at least 1.
        public var width: Int
        /// Blocks kept beyond those.
        public var holds: Int
        /// Whether it changes blocks in place, and so copies those that others hold too.
        public var changes: Bool

        /// A consumer; by default it looks at one block at a time.
        public init(width: Int = 1, holds: Int = 0, changes: Bool = false) {
            self.width = width
            self.holds = holds
            self.changes = changes
        }

        func places(shared: Bool) -> Int { width + (shared && changes ? width : 0) + holds }
    }

    /// How many slabs the segment's pool needs.
    public private(set) var slabs: Int

    /// A segment whose maker has up to `makes` blocks in its hands.
    public init(makes: Int) { slabs = makes }

    /// Counts a link and those who read it.
    ///
    /// - Parameter shared: whether a block in this link may have holders elsewhere, because a link above it in the segment
    ///   has several readers.
    public mutating func addLink(capacity: Int, shared: Bool = false, consumers: [Consumer]) {
        slabs += capacity
        for consumer in consumers { slabs += consumer.places(shared: shared || consumers.count > 1) }
        let sharing = consumers.count { $0.holds == 0 || !$0.changes }
        slabs -= max(0, sharing - 1)
    }
}
