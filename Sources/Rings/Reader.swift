import Synchronization

/// A reading end of a link: `for try await var block in input { ... }` gets every element once, in order.
///
/// A block that nobody else holds arrives with this loop as its only holder, so that it can be changed in place. The
/// sequence is read by one loop; whoever stops before its end says `leave` or `fail`, or the writer would wait for ever.
public struct Reader<Element: Streamable>: AsyncSequence, Sendable {
    /// What the loop may throw.
    public typealias Failure = LinkError

    @usableFromInline let link: Link<Element>
    @usableFromInline let number: Int

    /// Wants no more elements; other readers go on. The loop of this reader ends.
    public func leave() { link.leave(number, cancelled: false) }

    /// Fails the stream at once, for its writer and all readers; the first failure counts.
    public func fail(_ error: LinkError) { link.fail(error) }

    /// Iterates from the first element that this end has not yet got.
    @inlinable public func makeAsyncIterator() -> Iterator { Iterator(reader: self) }

    /// Takes elements from a link, waiting while it is empty.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline let reader: Reader

        @inlinable init(reader: Reader) { self.reader = reader }

        /// The next element, nil after the normal end.
        ///
        /// - Throws: the failure of the stream, again at each call; `.cancelled` when this task is cancelled, which makes
        ///   this reader leave.
        @inlinable public mutating func next() async throws(LinkError) -> Element? {
            try await reader.next()
        }

        /// The next element, nil after the normal end; an actor does not matter to it.
        @inlinable public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(LinkError) -> Element? {
            try await reader.next()
        }
    }

    @inlinable func next() async throws(LinkError) -> Element? {
        while true {
            if Task.isCancelled { link.leave(number, cancelled: true) }
            var element: Element?
            let take = link.core.state.withLock { state in
                let take = state.take(number)
                if case .item(let slot, let last, _) = take {
                    element = last ? link.slots.move(slot) : link.slots.copy(slot)
                }
                return take
            }
            switch take {
            case .item(_, _, let wakeWriter):
                if wakeWriter { link.core.wakeWriter() }
                return element
            case .ended:
                link.core.readerSawEnd(number)
                return nil
            case .failed(let error): throw error
            case .empty: await link.core.parkReader(number) { link.leave(number, cancelled: true) }
            }
        }
    }
}

extension Link {
    /// A new reading end, which gets every element.
    ///
    /// - Precondition: no element has been sent yet, and there are less than 64 readers.
    public func reader() -> Reader<Element> {
        Reader(link: self, number: core.state.withLock { $0.join() })
    }
}
