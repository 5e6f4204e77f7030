/// How the rank operator adds up scores along lines.
protocol RankArithmetic {
    /// Grows flags down a vector of lines; false if there is nothing to grow.
    ///
    /// - Parameters:
    ///   - top: the states of the first samples of 16 lines; the next ones follow after `stride` numbers.
    ///   - scratch: room for 32 numbers a sample of a line.
    func grow(
        _ top: UnsafeMutablePointer<Int32>, stride: Int, length: Int, scratch: UnsafeMutablePointer<Int32>
    ) -> Bool
}

/// Flags of [time][padded channel] as the scale-invariant rank operator sees them.
///
/// Both directions are vectors of lines side by side: rows are turned, 16 at a time.
///
/// A marked island: indices are made from `times`, `channels` and `stride`. Masks are words, as in ``ThresholdLines``.
final class RankImage {
    /// The states of a sample; 0 is unflagged.
    static let flagged: Int32 = -1
    static let missing: Int32 = 1

    let times: Int
    let channels: Int
    let stride: Int
    let state: UnsafeMutablePointer<Int32>
    /// What a kernel remembers of the lines at work.
    private let scratch: UnsafeMutablePointer<Int32>
    /// Some rows, turned: [channel][row].
    private let turned: UnsafeMutablePointer<Int32>

    /// An image whose samples are to be filled in.
    init(times: Int, channels: Int) {
        self.times = times
        self.channels = channels
        stride = Plane.stride(channels: channels)
        state = Scratch.take(times * stride, of: Int32.self)
        let longest = max(times, channels)
        scratch = Scratch.take(48 * longest, of: Int32.self)
        turned = scratch + 32 * longest
    }

    deinit {
        Scratch.give(state, times * stride)
        Scratch.give(scratch, 48 * max(times, channels))
    }

    /// Gives all samples, and the padding, the same state.
    func fill(_ state: Int32) { self.state.update(repeating: state, count: times * stride) }

    /// Grows flags down every column.
    func growAlongTime(_ rank: some RankArithmetic) {
        for column in Swift.stride(from: 0, to: stride, by: 16) {
            _ = rank.grow(state + column, stride: stride, length: times, scratch: scratch)
        }
    }

    /// Grows flags along some rows.
    func growAlongFrequency(_ rank: some RankArithmetic, rows: Range<Int>) {
        for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 16) {
            let count = min(16, rows.upperBound - first)
            if count < 16 { turned.update(repeating: 0, count: 16 * channels) }
            let block = state + first * stride
            Transposition(rows: count, columns: channels).apply(block, stride: stride, to: turned, stride: 16)
            guard rank.grow(turned, stride: 16, length: channels, scratch: scratch) else { continue }
            Transposition(rows: channels, columns: count).apply(turned, stride: 16, to: block, stride: stride)
        }
    }
}
