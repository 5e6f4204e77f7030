/// Flags of [time][padded channel] as the scale-invariant rank operator sees them.
///
/// With a score of η for a flagged and η − 1 for an unflagged sample, and W their running sums, a sample y is flagged when
/// the greatest W after y is not below the least W before it. A marked island: indices are made from `times` and `stride`.
final class RankImage {
    typealias Lanes = SIMD16<Int32>
    /// The states of a sample; 0 is unflagged.
    static let flagged: Int32 = -1
    static let missing: Int32 = 1

    let times: Int
    let channels: Int
    let stride: Int
    let state: UnsafeMutablePointer<Int32>
    /// The least W before each sample of the column or row at work.
    private let lowest: UnsafeMutablePointer<Int32>

    /// An image of unflagged samples.
    init(times: Int, channels: Int) {
        self.times = times
        self.channels = channels
        stride = Plane.stride(channels: channels)
        state = .allocate(capacity: times * stride)
        state.initialize(repeating: 0, count: times * stride)
        let scratch = max(16 * times, stride)
        lowest = .allocate(capacity: scratch)
        lowest.initialize(repeating: 0, count: scratch)
    }

    deinit {
        state.deallocate()
        lowest.deallocate()
    }

    /// Grows flags down every column, a vector of channels at once.
    func growAlongTime(_ rank: ScaleInvariantRank) {
        for column in Swift.stride(from: 0, to: stride, by: 16) {
            var sum = Lanes(repeating: 0)
            var extreme = Lanes(repeating: 0)
            var present = Lanes(repeating: 0)
            for time in 0..<times {
                let states = state.lanes(time * stride + column)
                present |= states
                extreme = lesser(extreme, sum)
                lowest.setLanes(16 * time, extreme)
                sum &+= scores(states, rank)
            }
            if present.min() >= 0, rank.numerator < rank.denominator { continue }
            extreme = sum
            for time in (0..<times).reversed() {
                let states = state.lanes(time * stride + column)
                extreme = greater(extreme, sum)
                sum &-= scores(states, rank)
                let grown =
                    (extreme .>= lowest.lanes(16 * time)) .& (states .< Lanes(repeating: Self.missing))
                state.setLanes(time * stride + column, states.replacing(with: Self.flagged, where: grown))
            }
        }
    }

    /// Grows flags along some rows.
    func growAlongFrequency(_ rank: ScaleInvariantRank, rows: Range<Int>) {
        for time in rows {
            let row = state + time * stride
            var present = Lanes(repeating: 0)
            for column in Swift.stride(from: 0, to: stride, by: 16) { present |= row.lanes(column) }
            if present.min() >= 0, rank.numerator < rank.denominator { continue }
            var sum: Int32 = 0
            var extreme: Int32 = 0
            for channel in 0..<channels {
                extreme = min(extreme, sum)
                lowest[channel] = extreme
                sum &+= score(row[channel], rank)
            }
            extreme = sum
            for channel in (0..<channels).reversed() {
                extreme = max(extreme, sum)
                sum &-= score(row[channel], rank)
                if row[channel] != Self.missing, extreme >= lowest[channel] { row[channel] = Self.flagged }
            }
        }
    }

    @inline(__always)
    private func score(_ state: Int32, _ rank: ScaleInvariantRank) -> Int32 {
        state == 0 ? rank.numerator &- rank.denominator : state == Self.flagged ? rank.numerator : 0
    }

    @inline(__always)
    private func scores(_ states: Lanes, _ rank: ScaleInvariantRank) -> Lanes {
        let zero = Lanes(repeating: 0)
        let unflagged = Lanes(repeating: rank.numerator &- rank.denominator)
        return unflagged.replacing(with: zero, where: states .> zero)
            .replacing(with: Lanes(repeating: rank.numerator), where: states .< zero)
    }
}
