/// Time that one end of a link has spent waiting; the clock is read only when it does.
struct Wait: Sendable {
    private var total = Duration.zero
    private var since: ContinuousClock.Instant?

    mutating func begin(_ now: ContinuousClock.Instant) { since = now }

    mutating func end(_ now: ContinuousClock.Instant) {
        total = elapsed(at: now)
        since = nil
    }

    /// The time waited so far, a present wait included.
    func elapsed(at now: ContinuousClock.Instant) -> Duration {
        guard let since else { return total }
        return total + (now - since)
    }
}
