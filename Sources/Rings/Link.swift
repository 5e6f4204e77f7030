import Synchronization

/// A bounded stream from one writer to one or several readers: what joins two stages.
///
/// A full link suspends its writer, an empty one its readers; every reader gets every element, in order. A normal end lets
/// readers drain what is stored; a failure at either end overtakes it. A reader whose task is cancelled leaves and the
/// others go on; a writer whose task is cancelled fails the stream, since a cut stream must not look like an ended one.
public final class Link<Element: Streamable>: Sendable {
    @usableFromInline let core: LinkCore
    @usableFromInline let slots: Slots<Element>

    /// Makes a link that stores up to `capacity` elements, at least one.
    public init(_ name: String, capacity: Int) {
        core = LinkCore(name, capacity: capacity)
        slots = Slots(capacity)
    }

    deinit {
        core.state.withLock { slots.empty($0.oldest..<$0.written) }
        slots.deallocate()
    }

    /// The link's name, for messages and reports.
    public var name: String { core.name }

    /// What has flowed so far, and how long the ends have waited for each other.
    public var counters: LinkCounters {
        core.state.withLock { LinkCounters(core.name, $0, at: .now) }
    }

    /// Changes the state and does what it asks for outside the lock: dropped elements give slabs back, which takes a
    /// pool's lock, and resumed tasks may run at once.
    private func perform(_ event: (inout LinkState) -> LinkState.Actions) {
        var dropped: [Element] = []
        let actions = core.state.withLock { state in
            let actions = event(&state)
            for item in actions.drop { dropped.append(slots.move(item % slots.capacity)) }
            return actions
        }
        dropped.removeAll()
        core.wake(actions.wake)
        if actions.wakeWriter { core.wakeWriter() }
    }

    @usableFromInline func finish() { perform { $0.finish() } }

    @usableFromInline func fail(_ error: LinkError) { perform { $0.fail(error) } }

    @usableFromInline func leave(_ reader: Int, cancelled: Bool) {
        perform { $0.leave(reader, cancelled: cancelled) }
    }
}

/// An island of unsafe code: the slots of a link, of which the state knows which are filled.
///
/// All calls are made under the link's lock.
@safe @usableFromInline struct Slots<Element>: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    @usableFromInline let capacity: Int

    init(_ capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    /// Moves an element into a free slot.
    @inlinable func put(_ element: inout Element?, at slot: Int) {
        if let element = element.take() { (base + slot).initialize(to: element) }
    }

    /// Moves an element out of its slot, so that whoever gets it may be its only holder.
    @inlinable func move(_ slot: Int) -> Element { (base + slot).move() }

    /// A further holder of an element, which stays in its slot.
    @inlinable func copy(_ slot: Int) -> Element { base[slot] }

    func empty(_ items: Range<Int>) {
        for item in items { (base + item % capacity).deinitialize(count: 1) }
    }

    func deallocate() { base.deallocate() }
}
