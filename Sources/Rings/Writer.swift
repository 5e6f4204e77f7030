import Synchronization

/// The writing end of a link.
///
/// One task sends; that task, or whoever started it, ends the stream with `finish` or `fail`.
public struct Writer<Element: Streamable>: Sendable {
    @usableFromInline let link: Link<Element>

    /// Elements that the link stores.
    public var capacity: Int { link.slots.capacity }

    /// Sends an element, waiting while the link is full.
    ///
    /// Write `send(consume block)`, or the sender may stay a second holder for a moment and the next stage copy.
    ///
    /// - Throws: the failure of the stream; `.unread` when nobody reads it any more; `.cancelled` when this task is
    ///   cancelled, which fails the stream for its readers.
    @inlinable public func send(_ element: consuming Element) async throws(LinkError) {
        let bytes = element.byteCount
        let samples = element.sampleCount
        var held: Element? = consume element
        while true {
            if Task.isCancelled { link.fail(.cancelled) }
            let offer = link.core.state.withLock { state in
                let offer = state.offer(bytes: bytes, samples: samples)
                if case .stored(let slot, _) = offer { link.slots.put(&held, at: slot) }
                return offer
            }
            switch offer {
            case .stored(_, let wake): return link.core.wake(wake)
            case .refused(let error): throw error
            case .full: await link.core.parkWriter { link.fail(.cancelled) }
            }
        }
    }

    /// Ends the stream; readers still get what is stored. Nothing happens if it has ended or failed before.
    public func finish() { link.finish() }

    /// Fails the stream at once, for all readers; the first failure counts.
    public func fail(_ error: LinkError) { link.fail(error) }
}

extension Link {
    /// The one writing end; its `send` is never called from two tasks at once.
    public var writer: Writer<Element> { Writer(link: self) }
}
