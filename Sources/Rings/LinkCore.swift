import Synchronization

/// What a link of any element shares: its state under a lock, and those who wait.
///
/// Not generic, so that nothing of it needs to be specialised in other modules.
@usableFromInline final class LinkCore: Sendable {
    let name: String
    @usableFromInline let state: Mutex<LinkState>
    private let waiters = Waiters()

    init(_ name: String, capacity: Int) {
        self.name = name
        state = Mutex(LinkState(capacity: capacity))
    }

    /// Suspends the writer until there is room or no longer a reason to wait.
    @usableFromInline func parkWriter(onCancel cancel: @Sendable () -> Void) async {
        await park(Waiters.writer, onCancel: cancel) { $0.parkWriter(at: $1) }
        state.withLock { $0.writerResumed(at: .now) }
    }

    /// Suspends a reader until there is an item for it or no longer a reason to wait.
    @usableFromInline func parkReader(_ reader: Int, onCancel cancel: @Sendable () -> Void) async {
        await park(reader, onCancel: cancel) { $0.parkReader(reader, at: $1) }
        state.withLock { $0.readerResumed(reader, at: .now) }
    }

    /// Notes when a reader has been told the end.
    @usableFromInline func readerSawEnd(_ reader: Int) {
        state.withLock { $0.readerSawEnd(reader, at: .now) }
    }

    /// Takes a seat if the state agrees, under one lock, so that no wake-up can come between.
    private func park(
        _ seat: Int, onCancel cancel: @Sendable () -> Void,
        _ begin: @Sendable (inout LinkState, ContinuousClock.Instant) -> Bool
    ) async {
        let now = ContinuousClock.now
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let parked = state.withLock { state in
                    guard begin(&state, now) else { return false }
                    waiters.put(continuation, at: seat)
                    return true
                }
                if !parked { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Resumes readers that the state has just taken out of its set of parked ones.
    @usableFromInline func wake(_ readers: ReaderSet) {
        var readers = readers
        while let reader = readers.popFirst() { waiters.take(at: reader).resume() }
    }

    /// Resumes the writer that the state has just said not to be parked any more.
    @usableFromInline func wakeWriter() { waiters.take(at: Waiters.writer).resume() }
}

/// An island of unsafe code: the continuations of those who wait at a link.
///
/// A seat needs no lock of its own. Its owner fills it under the link's lock in the same breath as the state marks it as
/// parked; whoever clears that mark, once, empties the seat, and the owner cannot come back before it is resumed.
@safe private final class Waiters: @unchecked Sendable {
    typealias Waiter = UnsafeContinuation<Void, Never>

    /// The writer's seat; reader r sits at r.
    static let writer = ReaderSet.limit
    private let seats: UnsafeMutablePointer<Waiter?>

    init() {
        seats = .allocate(capacity: Self.writer + 1)
        seats.initialize(repeating: nil, count: Self.writer + 1)
    }

    deinit { seats.deallocate() }

    func put(_ waiter: Waiter, at seat: Int) { seats[seat] = waiter }

    func take(at seat: Int) -> Waiter {
        guard let waiter = seats[seat].take() else {
            preconditionFailure("a link woke an end that does not wait")
        }
        return waiter
    }
}
