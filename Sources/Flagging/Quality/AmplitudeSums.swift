import Visibilities

/// Amplitudes of a channel, unflagged and flagged, and how many they are.
struct AmplitudeSums: Sendable, Hashable {
    var after = 0.0
    var flagged = 0.0
    var afterCount = 0
    var flaggedCount = 0
}

/// Rows that are summed in single precision before their sum is added in double.
private let batch = 64

/// Adds the amplitudes of a plane, [time][channel], to the sums of its channels.
///
/// - Precondition: the plane's size is a multiple of the channels.
func addAmplitudes(
    _ visibilities: Span<Complex64>, flags: Span<UInt8>, to sums: inout MutableSpan<AmplitudeSums>
) {
    let channels = sums.count
    guard channels > 0 else { return }
    precondition(visibilities.count == flags.count && flags.count % channels == 0, "a plane of another shape")
    let rows = flags.count / channels
    for first in stride(from: 0, to: rows, by: batch) {
        for channel in stride(from: 0, to: channels, by: 8) {
            let lanes = min(8, channels - channel)
            var group = ChannelGroup()
            for row in first..<min(first + batch, rows) {
                group.add(EightSamples(visibilities, flags, at: row * channels + channel, lanes: lanes))
            }
            for lane in 0..<lanes { group.move(lane, to: &sums[channel + lane]) }
        }
    }
}

/// Sums over a batch of rows of eight channels.
private struct ChannelGroup {
    private var after = SIMD8<Float>(repeating: 0)
    private var flagged = SIMD8<Float>(repeating: 0)
    private var afterCount = SIMD8<UInt32>(repeating: 0)
    private var flaggedCount = SIMD8<UInt32>(repeating: 0)

    /// Adds eight samples.
    @inline(__always)
    mutating func add(_ samples: EightSamples) {
        let bits = unsafeBitCast(samples.amplitudes, to: SIMD8<UInt32>.self)
        let isFlagged = samples.isSeen ^ samples.isUnflagged
        after += EightSamples.only(bits, samples.isUnflagged)
        flagged += EightSamples.only(bits, isFlagged)
        afterCount = afterCount &+ samples.isUnflagged
        flaggedCount = flaggedCount &+ isFlagged
    }

    func move(_ lane: Int, to sums: inout AmplitudeSums) {
        sums.after += Double(after[lane])
        sums.flagged += Double(flagged[lane])
        sums.afterCount += Int(afterCount[lane])
        sums.flaggedCount += Int(flaggedCount[lane])
    }
}
