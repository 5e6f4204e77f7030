/// The rules of a link, without elements, locks or tasks: events in, actions out.
///
/// Items are numbered from 0 in the order in which they are sent; item `i` lies in slot `i % capacity` from the moment it
/// is stored until the slowest reader has taken it:
///
///     oldest        taken by a fast reader     written
///       |                     |                   |
///     [ 5 ][ 6 ][ 7 ][ 8 ][ 9 ][10 ]              free slots up to oldest + capacity
///
/// What an end has been told stays true: a failure, an end, a cancellation and a departure are never forgotten, so it does
/// not matter whether they come before or after the other end starts to wait.
@usableFromInline struct LinkState: Sendable {
    /// What one reader has done.
    struct ReaderEnd: Sendable {
        enum Phase { case reading, ended, left, cancelled }
        var phase = Phase.reading
        var taken = 0
        var wait = Wait()
        /// When it was told that there are no more items.
        var ended: ContinuousClock.Instant?
    }

    let capacity: Int
    private(set) var written = 0
    private(set) var oldest = 0
    private(set) var finished = false
    private(set) var failure: LinkError?
    private(set) var readers: [ReaderEnd] = []
    private(set) var parked: ReaderSet = []
    private(set) var writerParked = false
    private(set) var writerWait = Wait()
    private(set) var bytes = 0
    private(set) var samples = 0
    private(set) var highest = 0

    init(capacity: Int) {
        precondition(capacity >= 1, "a link needs at least one slot")
        self.capacity = capacity
    }

    var occupancy: Int { written - oldest }
    private var isRead: Bool { readers.contains { $0.phase == .reading } }

    /// A reader joins; it will get every item.
    mutating func join() -> Int {
        precondition(written == 0, "readers join a link before its first element")
        precondition(readers.count < ReaderSet.limit, "a link has at most \(ReaderSet.limit) readers")
        readers.append(ReaderEnd())
        return readers.count - 1
    }
}

// MARK: - The writer

extension LinkState {
    /// The answer to a writer that offers an item.
    @usableFromInline enum Offer: Sendable {
        case stored(slot: Int, wake: ReaderSet)
        case full
        case refused(LinkError)
    }

    /// The writer offers an item.
    @usableFromInline mutating func offer(bytes: Int, samples: Int) -> Offer {
        if let failure { return .refused(failure) }
        if finished || !isRead { return .refused(.unread) }
        if occupancy == capacity { return .full }
        let slot = written % capacity
        written += 1
        highest = max(highest, occupancy)
        self.bytes += bytes
        self.samples += samples
        defer { parked = [] }
        return .stored(slot: slot, wake: parked)
    }

    /// The writer wants to wait; false if there is no longer a reason to.
    mutating func parkWriter(at now: ContinuousClock.Instant) -> Bool {
        guard failure == nil, !finished, isRead, occupancy == capacity else { return false }
        writerParked = true
        writerWait.begin(now)
        return true
    }

    /// The writer goes on after a wait.
    mutating func writerResumed(at now: ContinuousClock.Instant) { writerWait.end(now) }

    /// The writer has sent its last item; readers drain what is stored.
    mutating func finish() -> Actions {
        guard failure == nil, !finished else { return Actions() }
        finished = true
        defer { parked = [] }
        return Actions(wake: parked, wakeWriter: unparkWriter())
    }

    private mutating func unparkWriter() -> Bool {
        defer { writerParked = false }
        return writerParked
    }
}

// MARK: - The readers

extension LinkState {
    /// The answer to a reader that asks for its next item.
    @usableFromInline enum Take: Sendable {
        /// An item; the last reader of it moves it out of its slot, the others copy it.
        case item(slot: Int, last: Bool, wakeWriter: Bool)
        case empty
        case ended
        case failed(LinkError)
    }

    /// A reader asks for its next item.
    @usableFromInline mutating func take(_ reader: Int) -> Take {
        switch readers[reader].phase {
        case .left, .ended: return .ended
        case .cancelled: return .failed(failure ?? .cancelled)
        case .reading: break
        }
        if let failure { return .failed(failure) }
        let item = readers[reader].taken
        if item == written {
            guard finished else { return .empty }
            readers[reader].phase = .ended
            return .ended
        }
        readers[reader].taken = item + 1
        let last = slowest > item
        if last { oldest = item + 1 }
        return .item(slot: item % capacity, last: last, wakeWriter: last && unparkWriter())
    }

    /// A reader wants to wait; false if there is no longer a reason to.
    mutating func parkReader(_ reader: Int, at now: ContinuousClock.Instant) -> Bool {
        let end = readers[reader]
        guard end.phase == .reading, failure == nil, !finished, end.taken == written else { return false }
        parked.insert(reader)
        readers[reader].wait.begin(now)
        return true
    }

    /// A reader goes on after a wait.
    mutating func readerResumed(_ reader: Int, at now: ContinuousClock.Instant) {
        readers[reader].wait.end(now)
    }

    /// A reader has been told the normal end, for the first time or again.
    mutating func readerSawEnd(_ reader: Int, at now: ContinuousClock.Instant) {
        guard readers[reader].phase == .ended else { return }
        readers[reader].ended = readers[reader].ended ?? now
    }

    /// A reader wants no more items; the others go on, and if none is left the writer learns that it is unread.
    mutating func leave(_ reader: Int, cancelled: Bool = false) -> Actions {
        guard readers[reader].phase == .reading else { return Actions() }
        readers[reader].phase = cancelled ? .cancelled : .left
        var actions = Actions(drop: oldest..<max(oldest, slowest))
        oldest = actions.drop.upperBound
        if parked.remove(reader) { actions.wake.insert(reader) }
        if !actions.drop.isEmpty || !isRead { actions.wakeWriter = unparkWriter() }
        return actions
    }

    /// The first item that a reader still needs.
    private var slowest: Int {
        var slowest = written
        for reader in readers where reader.phase == .reading { slowest = min(slowest, reader.taken) }
        return slowest
    }
}

// MARK: - Both

extension LinkState {
    /// What is to be done outside the lock.
    struct Actions: Equatable {
        /// Items to be destroyed, by number.
        var drop = 0..<0
        var wake: ReaderSet = []
        var wakeWriter = false
    }

    /// Either end fails the stream: the first failure counts, and overtakes what is stored.
    mutating func fail(_ error: LinkError) -> Actions {
        guard failure == nil else { return Actions() }
        failure = error
        defer { (oldest, parked) = (written, []) }
        return Actions(drop: oldest..<written, wake: parked, wakeWriter: unparkWriter())
    }
}
