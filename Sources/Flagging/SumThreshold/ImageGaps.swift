/// Both layouts of an image whose lines were moved together over their missing samples.
///
/// A marked island over planes of [time][padded channel].
final class ImageGaps {
    typealias Lanes = SIMD16<Int32>

    let inTime: LineGaps
    let inFrequency: LineGaps
    /// -1 where the operator found something, where the samples stood.
    let found: UnsafeMutablePointer<Int32>
    private let times: Int
    private let channels: Int
    private let stride: Int

    /// Finds the gaps.
    ///
    /// - Parameter present: all bits set where there is a sample, by index.
    init(times: Int, channels: Int, _ present: (Int) -> Lanes) {
        (self.times, self.channels) = (times, channels)
        stride = Plane.stride(channels: channels)
        let (inTime, inFrequency) = (
            LineGaps(length: times, lines: channels), LineGaps(length: channels, lines: times)
        )
        for time in 0..<times {
            for column in Swift.stride(from: 0, to: channels, by: 16) {
                let present = present(time * stride + column)
                for lane in 0..<min(16, channels - column) where present[lane] != 0 {
                    inTime.append(row: time, line: column + lane)
                    inFrequency.append(row: column + lane, line: time)
                }
            }
        }
        (self.inTime, self.inFrequency) = (inTime, inFrequency)
        found = Scratch.take(times * stride, of: Int32.self)
        clearFound()
    }

    deinit { Scratch.give(found, times * stride) }

    /// Whether no sample is missing.
    static func areNone(times: Int, channels: Int, _ present: (Int) -> Lanes) -> Bool {
        let stride = Plane.stride(channels: channels)
        var missing = Lanes(repeating: 0)
        for time in 0..<times {
            for column in Swift.stride(from: 0, to: channels, by: 16) {
                var absent = ~present(time * stride + column)
                for lane in min(16, channels - column)..<16 { absent[lane] = 0 }
                missing |= absent
            }
        }
        return !ThresholdLines.isAnySet(missing)
    }

    /// Memory, bytes.
    static func byteCount(times: Int, channels: Int) -> Int {
        4
            * (3 * times * Plane.stride(channels: channels) + 2 * channels * Plane.stride(channels: times))
    }

    /// Fills both layouts.
    func refill(
        _ time: ThresholdLines, _ frequency: ThresholdLines,
        _ sample: (_ row: Int, _ channel: Int) -> (value: Lanes, live: Lanes)
    ) {
        time.clear()
        frequency.clear()
        for row in 0..<times {
            for column in Swift.stride(from: 0, to: channels, by: 16) {
                let (value, live) = sample(row * stride, column)
                let packed = value &+ value &+ live
                for lane in 0..<min(16, channels - column) where live[lane] != 0 {
                    let (first, second) = (
                        inTime.place(row, column + lane), inFrequency.place(column + lane, row)
                    )
                    time.set(packed[lane], row: first, line: column + lane)
                    frequency.set(packed[lane], row: second, line: row)
                }
            }
        }
    }

    /// Puts what was found back to where the samples stood.
    func spread(_ time: ThresholdLines) {
        clearFound()
        for row in 0..<times {
            for channel in 0..<channels where row < inTime.length(channel) {
                let mark = time.found[row * time.foundStride + channel]
                if mark != 0 { found[inTime.origin(row, channel) * stride + channel] = mark }
            }
        }
    }

    func clearFound() { found.update(repeating: 0, count: times * stride) }
}
