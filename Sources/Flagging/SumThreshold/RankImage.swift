/// What a sample adds to the running sum W of the rank operator.
struct RankScore {
    typealias Lanes = SIMD16<Int32>

    /// η, of a flagged sample.
    let flagged: Int32
    /// η − 1, of an unflagged sample.
    let unflagged: Int32

    /// The scores of a vector of states of ``RankImage``; a missing one adds nothing.
    @inline(__always)
    func values(of states: Lanes) -> Lanes {
        let isFlagged = states &>> 31
        let isUnflagged = (states & 1) &- 1
        return (isFlagged & flagged) | (isUnflagged & unflagged)
    }
}

/// Flags of [time][padded channel] as the scale-invariant rank operator sees them.
///
/// With W the running sums of the samples' scores, a sample y is flagged when the greatest W after y is not below the
/// least W before it. Both directions are vectors of lines side by side: rows are turned, 16 at a time.
///
/// A marked island: indices are made from `times`, `channels` and `stride`. Masks are words, as in ``ThresholdLines``.
final class RankImage {
    typealias Lanes = SIMD16<Int32>
    /// The states of a sample; 0 is unflagged.
    static let flagged: Int32 = -1
    static let missing: Int32 = 1

    let times: Int
    let channels: Int
    let stride: Int
    let state: UnsafeMutablePointer<Int32>
    /// The least W before each sample of the lines at work.
    private let lowest: UnsafeMutablePointer<Int32>
    /// Some rows, turned: [channel][row].
    private let turned: UnsafeMutablePointer<Int32>

    /// An image of unflagged samples.
    init(times: Int, channels: Int) {
        self.times = times
        self.channels = channels
        stride = Plane.stride(channels: channels)
        state = .allocate(capacity: times * stride)
        state.initialize(repeating: 0, count: times * stride)
        let scratch = 16 * max(times, channels)
        lowest = .allocate(capacity: 2 * scratch)
        lowest.initialize(repeating: 0, count: 2 * scratch)
        turned = lowest + scratch
    }

    deinit {
        state.deallocate()
        lowest.deallocate()
    }

    /// Grows flags down every column.
    func growAlongTime(_ score: RankScore) {
        for column in Swift.stride(from: 0, to: stride, by: 16) {
            grow(state + column, stride: stride, length: times, score)
        }
    }

    /// Grows flags along some rows.
    func growAlongFrequency(_ score: RankScore, rows: Range<Int>) {
        for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 16) {
            let count = min(16, rows.upperBound - first)
            if count < 16 { turned.update(repeating: 0, count: 16 * channels) }
            let block = state + first * stride
            Transposition(rows: count, columns: channels).apply(block, stride: stride, to: turned, stride: 16)
            guard grow(turned, stride: 16, length: channels, score) else { continue }
            Transposition(rows: channels, columns: count).apply(turned, stride: 16, to: block, stride: stride)
        }
    }

    /// Grows flags down a vector of lines; false if there is nothing to grow.
    @discardableResult
    private func grow(_ top: UnsafeMutablePointer<Int32>, stride: Int, length: Int, _ score: RankScore)
        -> Bool
    {
        var sum = Lanes(repeating: 0)
        var extreme = Lanes(repeating: 0)
        var present = Lanes(repeating: 0)
        for row in 0..<length {
            let states = top.lanes(row * stride)
            present |= states
            // The lesser one.
            let step = sum &- extreme
            extreme &+= step & (step &>> 31)
            lowest.setLanes(16 * row, extreme)
            sum &+= score.values(of: states)
        }
        if score.unflagged < 0, !ThresholdLines.isAnySet(present &>> 31) { return false }
        extreme = sum
        for row in (0..<length).reversed() {
            let states = top.lanes(row * stride)
            // The greater one.
            let step = extreme &- sum
            extreme &-= step & (step &>> 31)
            sum &-= score.values(of: states)
            let isGrown = ~((extreme &- lowest.lanes(16 * row)) &>> 31)
            let isThere = (states &- 1) &>> 31
            top.setLanes(row * stride, states | (isGrown & isThere))
        }
        return true
    }
}
