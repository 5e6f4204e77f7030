/// What has flowed through a link up to a moment.
public struct LinkCounters: Sendable, Equatable {
    /// The link's name.
    public let name: String
    /// How many elements it can store.
    public let capacity: Int
    /// Elements sent.
    public let items: Int
    /// Bytes of the elements sent.
    public let bytes: Int
    /// Samples of the elements sent.
    public let samples: Int
    /// Elements that each reader has taken, in the order in which they joined.
    public let taken: [Int]
    /// Time that the writer has waited for room, a present wait included.
    public let writerWait: Duration
    /// Time that each reader has waited for elements, a present wait included.
    public let readerWaits: [Duration]
    /// When each reader was told the normal end, nil before that.
    public let readerEnds: [ContinuousClock.Instant?]
    /// The most elements that were ever stored at once.
    public let highest: Int
    /// Elements stored at this moment.
    public let occupancy: Int

    init(_ name: String, _ state: LinkState, at now: ContinuousClock.Instant) {
        self.name = name
        capacity = state.capacity
        items = state.written
        bytes = state.bytes
        samples = state.samples
        taken = state.readers.map(\.taken)
        writerWait = state.writerWait.elapsed(at: now)
        readerWaits = state.readers.map { $0.wait.elapsed(at: now) }
        readerEnds = state.readers.map(\.ended)
        highest = state.highest
        occupancy = state.occupancy
    }
}
