import Visibilities

// An island of unsafe code: vector loads within a plane, whose spans and channels are checked beforehand.

/// Rows that are summed in single precision before their sum is added in double.
private let batch = 64

/// Adds the amplitudes of a plane, [time][channel], to the sums of its channels.
///
/// - Precondition: the plane's size is a multiple of the channels.
func addAmplitudes(
    _ visibilities: Span<Complex64>, flags: Span<UInt8>, to sums: inout MutableSpan<Bandpass.Sums>
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
                                UnsafeRawPointer(flags + sample).loadUnaligned(as: SIMD8<UInt8>.self))
                        } else {
                            var (values, bits) = (SIMD16<Float>(), SIMD8<UInt8>(repeating: lostBits))
                            for lane in 0..<lanes {
                                values[2 * lane] = visibilities[sample + lane].real
                                values[2 * lane + 1] = visibilities[sample + lane].imaginary
                                bits[lane] = flags[sample + lane]
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

private let lostBits = FlagReasons.dataLost.rawValue

/// Sums over a batch of rows of eight channels.
private struct ChannelGroup {
    private var after = SIMD8<Float>(repeating: 0)
    private var flagged = SIMD8<Float>(repeating: 0)
    private var afterCount = SIMD8<Int32>(repeating: 0)
    private var flaggedCount = SIMD8<Int32>(repeating: 0)

    @inline(__always)
    mutating func add(_ pairs: SIMD16<Float>, _ flags: SIMD8<UInt8>) {
        let (real, imaginary) = (pairs.evenHalf, pairs.oddHalf)
        let amplitudes = (real * real + imaginary * imaginary).squareRoot()
        let bits = SIMD8<Int32>(truncatingIfNeeded: flags)
        let seen = (bits & Int32(lostBits)) .== 0 .& (amplitudes .< .infinity)
        let isAfter = seen .& (bits .== 0)
        let isFlagged = seen .& (bits .!= 0)
        let none = SIMD8<Float>(repeating: 0)
        after += none.replacing(with: amplitudes, where: isAfter)
        flagged += none.replacing(with: amplitudes, where: isFlagged)
        afterCount &+= SIMD8<Int32>(repeating: 0).replacing(with: 1, where: isAfter)
        flaggedCount &+= SIMD8<Int32>(repeating: 0).replacing(with: 1, where: isFlagged)
    }

    func move(_ lane: Int, to sums: inout Bandpass.Sums) {
        sums.after += Double(after[lane])
        sums.flagged += Double(flagged[lane])
        sums.afterCount += Int(afterCount[lane])
        sums.flaggedCount += Int(flaggedCount[lane])
    }
}
