/// The statistic of the dumps that hops of one baseline still look at, [time][padded channel].
///
/// A marked island: rows are appended and dropped whole, and never more than `capacity`.
final class StatisticRing {
    /// Where some polarisation, but not all that are used, has a sample.
    static let incomplete = Int32.min + 1
    /// Where no polarisation has a sample; the least of all values.
    static let absent = Int32.min

    let channels: Int
    let stride: Int
    private let capacity: Int
    private let samples: HeldMemory<Int32>
    /// The dump of the first row.
    private(set) var start = 0
    /// The dump after the last row.
    private(set) var end = 0

    /// A ring for at most so many rows at once.
    ///
    /// - Parameter isLasting: whether it is kept from call to call.
    init(channels: Int, capacity: Int, isLasting: Bool) {
        self.channels = channels
        self.capacity = capacity
        stride = Plane.stride(channels: channels)
        samples = HeldMemory(capacity * stride, isLasting: isLasting)
    }

    /// The samples from a dump on, in grid steps (`BlockStatistic.unit`) or one of the two marks.
    func row(of dump: Int) -> UnsafeMutablePointer<Int32> { samples.start + (dump - start) * stride }

    /// Makes room for more dumps; their samples are to be written.
    func extend(to dump: Int) {
        precondition(dump - start <= capacity, "rows are dropped as their hops are decided")
        end = dump
    }

    /// Forgets the dumps before one.
    func drop(before dump: Int) {
        guard dump > start else { return }
        samples.start.update(from: row(of: dump), count: (end - dump) * stride)
        start = dump
    }

    /// Forgets the scan.
    func reset() {
        start = 0
        end = 0
    }
}
