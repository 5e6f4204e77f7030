/// The working image of SumThreshold: samples on a grid, which of them are live, what was found.
///
/// It is kept in two layouts, [time][channel] and [channel][time], so that windows along either axis slide down the rows of one
/// of them, a vector of lines at once; what is found in one is carried over to the other. A marked island: it owns their memory.
final class ThresholdImage {
    /// As many samples as a vector holds.
    typealias Lanes = SIMD16<Int32>
    static let lanes = 16

    private var memory: UnsafeMutableBufferPointer<Int32>
    /// [time][padded channel]; windows run along time.
    private(set) var inTime: ThresholdLines
    /// [channel][padded time]; windows run along frequency.
    private(set) var inFrequency: ThresholdLines
    /// How lines were moved together over missing samples, if they were.
    private var gaps: ImageGaps?
    /// Whether something may have been found since it was last forgotten.
    private var isDirty = true

    var times: Int { inTime.length }
    var channels: Int { inTime.lines }
    /// Samples of a time step, padded with missing ones to whole vectors.
    var stride: Int { inTime.foundStride }
    /// -1 where the operator found something, below 0 where anyone did, [time][padded channel].
    var found: UnsafeMutablePointer<Int32> { gaps?.found ?? inTime.found }

    /// An image of missing samples, or one that is to be refilled.
    init(times: Int, channels: Int, cleared: Bool = true) {
        memory = UnsafeMutableBufferPointer(start: nil, count: 0)
        let none = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        defer { none.deallocate() }
        inTime = ThresholdLines(length: 0, lines: 0, in: none)
        inFrequency = inTime
        reshape(times: times, channels: channels, cleared: cleared)
        forgetFound()
    }

    deinit { giveBack() }

    private func giveBack() {
        if let start = memory.baseAddress { Scratch.give(start, memory.count) }
    }

    /// Takes another shape, with new memory only if it had less before; its samples are not meaningful until it is refilled.
    func reshape(times: Int, channels: Int, cleared: Bool = true) {
        guard times != self.times || channels != self.channels else { return }
        let first = ThresholdLines.capacity(length: times, lines: channels)
        let size = first + ThresholdLines.capacity(length: channels, lines: times)
        if memory.count < size {
            giveBack()
            memory = UnsafeMutableBufferPointer(start: Scratch.take(size, of: Int32.self), count: size)
        }
        guard let start = memory.baseAddress else { return }
        inTime = ThresholdLines(length: times, lines: channels, in: start)
        inFrequency = ThresholdLines(length: channels, lines: times, in: start + first)
        if cleared {
            inTime.clear()
            inFrequency.clear()
        } else {
            inTime.clearPadding()
            inFrequency.clearPadding()
        }
        isDirty = true
    }

    /// Takes back what was found; its samples stay missing until it is refilled.
    func forgetFound() {
        guard isDirty else { return }
        inTime.clearFound()
        inFrequency.clearFound()
        gaps?.clearFound()
        isDirty = false
    }

    /// Takes missing samples out from now on: windows run over the others as if they stood together. To be refilled.
    ///
    /// - Parameter present: all bits set where there is a sample, by index.
    func closeGaps(_ present: (Int) -> Lanes) {
        let had = gaps != nil
        let isWhole = ImageGaps.areNone(times: times, channels: channels, present)
        gaps = isWhole ? nil : ImageGaps(times: times, channels: channels, present)
        guard had || gaps != nil else { return }
        inTime.clear()
        inFrequency.clear()
        isDirty = true
        forgetFound()
    }

    /// Puts what was found back to where the samples stood, if gaps are closed.
    func openGaps() { gaps?.spread(inTime) }

    /// Starts anew with other samples: a vector of values, 0 where missing, and of 1 or 0 for live or missing, by
    /// the first index of a row and the channel.
    @inline(__always)
    func refill(_ sample: (_ row: Int, _ channel: Int) -> (value: Lanes, live: Lanes)) {
        let stride = stride
        forgetFound()
        if let gaps { return gaps.refill(inTime, inFrequency, sample) }
        for first in Swift.stride(from: 0, to: times, by: Self.lanes) {
            // Row by row, as what is far away comes ahead of time then; squares are turned while they are in the cache.
            for time in first..<min(first + Self.lanes, times) {
                for column in Swift.stride(from: 0, to: channels, by: Self.lanes) {
                    let (value, live) = sample(time * stride, column)
                    inTime.top(column).setLanes(time * Self.lanes, value &+ value &+ live)
                }
            }
            for column in Swift.stride(from: 0, to: channels, by: Self.lanes) {
                inFrequency.turn(inTime.top(column) + first * Self.lanes, from: first, to: column)
            }
        }
    }

    /// Puts a live sample in, cut at what sums have room for.
    func set(_ sample: Int32, time: Int, channel: Int) {
        let most = Int32(FixedPoint.highest)
        let packed = 2 * min(max(sample, -most), most) + 1
        inTime.set(packed, row: time, line: channel)
        inFrequency.set(packed, row: channel, line: time)
    }

    /// The samples of a time step in a vector of channels from a multiple of 16 on; 0 where they are not live.
    @inline(__always)
    func values(time: Int, column: Int) -> Lanes { inTime.top(column).lanes(time * Self.lanes) &>> 1 }

    /// The samples of a time step in a vector of channels from a multiple of 16 on: 2 value + 1 where they are live, else 0.
    @inline(__always)
    func packed(time: Int, column: Int) -> Lanes { inTime.top(column).lanes(time * Self.lanes) }

    /// Whether the operator found a sample.
    func isFound(time: Int, channel: Int) -> Bool { found[time * stride + channel] != 0 }

    /// One pass along time.
    func timePass(length: Int, _ limit: PassLimit, twoSided: Bool) {
        let crossing = Crossing(
            twin: inFrequency, marksTwin: false, gaps: gaps.map { ($0.inTime, $0.inFrequency) })
        if inTime.pass(window: length, limit, twoSided: twoSided, crossing) { isDirty = true }
    }

    /// One pass along frequency.
    func frequencyPass(length: Int, _ limit: PassLimit, twoSided: Bool) {
        let crossing = Crossing(twin: inTime, marksTwin: true, gaps: gaps.map { ($0.inFrequency, $0.inTime) })
        if inFrequency.pass(window: length, limit, twoSided: twoSided, crossing) { isDirty = true }
    }
}
