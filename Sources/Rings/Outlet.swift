/// Where a stage puts what it makes: the pool its blocks come from and the writing end of its link.
public struct Outlet<Element: Streamable>: Sendable {
    /// Where new blocks are leased.
    public let pool: SlabPool
    /// Where what they bring along is leased, if anything is asked for.
    public let companions: SlabPool?
    /// The writing end.
    public let writer: Writer<Element>

    /// An outlet of a link whose blocks come from a pool.
    public init(pool: SlabPool, companions: SlabPool? = nil, writer: Writer<Element>) {
        self.pool = pool
        self.companions = companions
        self.writer = writer
    }

    /// Sends an element, waiting while the link is full; it is counted by the link.
    ///
    /// - Throws: as `Writer.send`.
    @inlinable public func send(_ element: consuming Element) async throws(LinkError) {
        try await writer.send(consume element)
    }
}
