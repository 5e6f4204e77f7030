/// Memory for the values of one owner, with anything in it.
///
/// A marked island: owners stay within `count`.
final class HeldMemory<Value: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Value>
    let count: Int
    private let isLasting: Bool

    /// Memory that is kept for long, just as much as it takes, or what another owner has just let go and may still be in the cache.
    init(_ count: Int, isLasting: Bool) {
        self.count = count
        self.isLasting = isLasting
        start = isLasting ? .allocate(capacity: count) : Scratch.take(count, of: Value.self)
    }

    deinit {
        if isLasting { start.deallocate() } else { Scratch.give(start, count) }
    }
}
