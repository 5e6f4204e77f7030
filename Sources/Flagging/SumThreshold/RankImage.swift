/// What a sample adds to the running sum W of the rank operator.
struct RankScore {
    /// η, of a flagged sample.
    let flagged: Int32
    /// η − 1, of an unflagged sample.
    let unflagged: Int32

    /// The score of a sample in a state of ``RankImage``; a missing one adds nothing.
    @inline(__always)
    func value(of state: Int32) -> Int32 {
        state == 0 ? unflagged : state == RankImage.flagged ? flagged : 0
    }

    /// The scores of a vector of samples.
    @inline(__always)
    func values(of states: RankImage.Lanes) -> RankImage.Lanes {
        let zero = RankImage.Lanes(repeating: 0)
        return RankImage.Lanes(repeating: unflagged).replacing(with: zero, where: states .> zero)
            .replacing(with: RankImage.Lanes(repeating: flagged), where: states .< zero)
    }
}

/// Flags of [time][padded channel] as the scale-invariant rank operator sees them.
///
/// With W the running sums of the samples' scores, a sample y is flagged when the greatest W after y is not below the
/// least W before it. A marked island: indices are made from `times` and `stride`.
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
    func growAlongTime(_ score: RankScore) {
        for column in Swift.stride(from: 0, to: stride, by: 16) {
            var sum = Lanes(repeating: 0)
            var extreme = Lanes(repeating: 0)
            var present = Lanes(repeating: 0)
            for time in 0..<times {
                let states = state.lanes(time * stride + column)
                present |= states
                extreme = lesser(extreme, sum)
                lowest.setLanes(16 * time, extreme)
                sum &+= score.values(of: states)
            }
            if present.min() >= 0, score.unflagged < 0 { continue }
            extreme = sum
            for time in (0..<times).reversed() {
                let states = state.lanes(time * stride + column)
                extreme = greater(extreme, sum)
                sum &-= score.values(of: states)
                let grown =
                    (extreme .>= lowest.lanes(16 * time)) .& (states .< Lanes(repeating: Self.missing))
                state.setLanes(time * stride + column, states.replacing(with: Self.flagged, where: grown))
            }
        }
    }

    /// Grows flags along some rows.
    func growAlongFrequency(_ score: RankScore, rows: Range<Int>) {
        for time in rows {
            let row = state + time * stride
            var present = Lanes(repeating: 0)
            for column in Swift.stride(from: 0, to: stride, by: 16) { present |= row.lanes(column) }
            if present.min() >= 0, score.unflagged < 0 { continue }
            var sum: Int32 = 0
            var extreme: Int32 = 0
            for channel in 0..<channels {
                extreme = min(extreme, sum)
                lowest[channel] = extreme
                sum &+= score.value(of: row[channel])
            }
            extreme = sum
            for channel in (0..<channels).reversed() {
                extreme = max(extreme, sum)
                sum &-= score.value(of: row[channel])
                if row[channel] != Self.missing, extreme >= lowest[channel] { row[channel] = Self.flagged }
            }
        }
    }
}
