import Visibilities

// An island of unsafe code: vector loads within a plane, whose spans and channels are checked beforehand.

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
    visibilities.withUnsafeBufferPointer { visibilities in
        flags.withUnsafeBufferPointer { flags in
            guard let visibilities = visibilities.baseAddress, let flags = flags.baseAddress else { return }
            for first in stride(from: 0, to: rows, by: batch) {
                let count = min(batch, rows - first)
                for channel in stride(from: 0, to: channels, by: 8) {
                    let lanes = min(8, channels - channel)
                    var group = ChannelGroup()
                    for row in first..<first + count {
                        let sample = row * channels + channel
                        if lanes == 8 {
                            group.add(
                                UnsafeRawPointer(visibilities + sample).loadUnaligned(as: SIMD16<Float>.self),
                                UnsafeRawPointer(flags + sample).loadUnaligned(as: UInt64.self))
                        } else {
                            var (values, bits) = (SIMD16<Float>(), ChannelGroup.lost)
                            for lane in 0..<lanes {
                                values[2 * lane] = visibilities[sample + lane].real
                                values[2 * lane + 1] = visibilities[sample + lane].imaginary
                                let shift = UInt64(8 * lane)
                                bits = bits & ~(0xFF << shift) | UInt64(flags[sample + lane]) << shift
                            }
                            group.add(values, bits)
                        }
                    }
                    for lane in 0..<lanes { group.move(lane, to: &sums[channel + lane]) }
                }
            }
        }
    }
}

/// Sums over a batch of rows of eight channels.
private struct ChannelGroup {
    /// The flags of eight lost samples.
    static let lost = 0x0101_0101_0101_0101 * UInt64(FlagReasons.dataLost.rawValue)

    private var after = SIMD8<Float>(repeating: 0)
    private var flagged = SIMD8<Float>(repeating: 0)
    private var afterCount = SIMD8<UInt32>(repeating: 0)
    private var flaggedCount = SIMD8<UInt32>(repeating: 0)

    /// Adds eight samples with their flags, a byte each, by arithmetic alone: comparisons of vectors are slow loops in
    /// Swift 6.3.
    @inline(__always)
    mutating func add(_ pairs: SIMD16<Float>, _ flags: UInt64) {
        let (real, imaginary) = (pairs.evenHalf, pairs.oddHalf)
        let amplitudes = (real * real + imaginary * imaginary).squareRoot()
        let bits = unsafeBitCast(amplitudes, to: SIMD8<UInt32>.self)
        // The exponent of what is not finite is all ones, so that one more carries into the sign.
        let magnitude = bits & SIMD8(repeating: 0x7FFF_FFFF)
        let isBad = (magnitude &+ SIMD8(repeating: 0x0080_0000)) &>> SIMD8(repeating: 31)
        let one = SIMD8<UInt32>(repeating: 1)
        let isSeen = (isBad ^ one) & (Self.isSet(flags & Self.lost) ^ one)
        let isFlagged = isSeen & Self.isSet(flags)
        let isAfter = isSeen ^ isFlagged
        after += Self.only(bits, isAfter)
        flagged += Self.only(bits, isFlagged)
        afterCount = afterCount &+ isAfter
        flaggedCount = flaggedCount &+ isFlagged
    }

    /// Floats by their bits where a lane is 1, 0 where it is 0.
    @inline(__always)
    private static func only(_ bits: SIMD8<UInt32>, _ lanes: SIMD8<UInt32>) -> SIMD8<Float> {
        unsafeBitCast(bits & (SIMD8<UInt32>(repeating: 0) &- lanes), to: SIMD8<Float>.self)
    }

    /// 1 for each of the eight bytes of a word that is not 0 (Warren, Hacker's Delight, section 6-1), in memory order on a
    /// little-endian machine.
    @inline(__always)
    private static func isSet(_ word: UInt64) -> SIMD8<UInt32> {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let high = (word & low) &+ low | word
        let lanes = SIMD8<UInt32>(
            lowHalf: SIMD4(repeating: UInt32(truncatingIfNeeded: high)),
            highHalf: SIMD4(repeating: UInt32(truncatingIfNeeded: high &>> 32)))
        return (lanes &>> SIMD8(7, 15, 23, 31, 7, 15, 23, 31)) & SIMD8(repeating: 1)
    }

    func move(_ lane: Int, to sums: inout AmplitudeSums) {
        sums.after += Double(after[lane])
        sums.flagged += Double(flagged[lane])
        sums.afterCount += Int(afterCount[lane])
        sums.flaggedCount += Int(flaggedCount[lane])
    }
}
