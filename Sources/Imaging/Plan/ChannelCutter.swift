import Visibilities

/// Cuts the channels of a row into runs whose supports begin in one tile and plane, for plan and index alike.
///
/// Places move steadily with frequency, so the next run begins where the first axis crosses an edge: that frequency is
/// computed, its channel looked up, and the place of the channels around it decides.
struct ChannelCutter: Sendable {
    private let axes: GridAxes
    private let support: Int32
    private let frequencies: [Double]
    /// First channel at or above each of some evenly spaced frequencies.
    private let channels: [Int32]
    private let lowest: Double
    private let stepsPerHertz: Double
    /// Cells of a tile, and a single plane, as powers of two.
    private static let tileShift = SIMD4<Int32>(4, 4, 0, 0)
    private static let tileSize = SIMD4<Double>(16, 16, 1, 1)

    /// - Parameter frequencies: Hz, ascending.
    init(_ frequencies: [Double], _ axes: GridAxes, support: Int) {
        self.axes = axes
        self.support = Int32(support)
        self.frequencies = frequencies
        lowest = frequencies.first ?? 0
        let steps = 4 * max(frequencies.count, 1)
        let width = (frequencies.last ?? 0) - lowest
        stepsPerHertz = width > 0 ? Double(steps) / width : 0
        var (channels, channel) = ([Int32](), 0)
        for step in 0...steps {
            while channel < frequencies.count - 1,
                (frequencies[channel] - lowest) * stepsPerHertz < Double(step)
            { channel += 1 }
            channels.append(Int32(channel))
        }
        self.channels = channels
    }

    /// Calls a body with each run of a row and its place, and returns how many channels lie on the grid; they are the first.
    @inline(__always) func forEachRun(
        _ rate: SIMD4<Double>, _ body: (GridPlace, Range<Int>) -> Void
    ) -> Int {
        frequencies.withUnsafeBufferPointer { frequencies in
            let end = axes.channelsOnGrid(rate, frequencies)
            guard end > 0 else { return 0 }
            let last = axes.cell(rate, frequencies[end - 1]) &>> Self.tileShift
            var channel = 0
            while channel < end {
                let begin = axes.cell(rate, frequencies[channel])
                let tile = begin &>> Self.tileShift
                let stop = tile == last ? end : next(channel, end, tile, rate, frequencies)
                body(place(channel..<stop, begin, rate, frequencies), channel..<stop)
                channel = stop
            }
            return end
        }
    }

    /// The first channel after a run that begins in a tile.
    @inline(__always) private func next(
        _ channel: Int, _ end: Int, _ tile: SIMD4<Int32>, _ rate: SIMD4<Double>,
        _ frequencies: UnsafeBufferPointer<Double>
    ) -> Int {
        // Where the tile begins, or ends for an axis along which places rise.
        let begin = SIMD4<Double>(tile &<< Self.tileShift) - 0.5
        let edge = begin.replacing(with: begin + Self.tileSize, where: rate .> 0)
        let crossing = ((edge - axes.origin) / rate).replacing(with: .infinity, where: rate .== 0).min()
        let step = (crossing - lowest) * stepsPerHertz
        let guess = step < Double(self.channels.count - 1) ? Int(self.channels[Int(max(step, 0))]) : end
        func remains(_ channel: Int) -> Bool {
            axes.cell(rate, frequencies[channel]) &>> Self.tileShift == tile
        }
        var stop = min(max(guess, channel + 1), end)
        while stop < end, remains(stop) { stop += 1 }
        while stop > channel + 1, !remains(stop - 1) { stop -= 1 }
        return stop
    }

    /// The place of a run, with the reach of all of its channels.
    @inline(__always) private func place(
        _ run: Range<Int>, _ begin: SIMD4<Int32>, _ rate: SIMD4<Double>,
        _ frequencies: UnsafeBufferPointer<Double>
    ) -> GridPlace {
        var place = axes.place(begin, support: support)
        guard run.count > 1 else { return place }
        let start = place.reach
        place.reach.formUnion(reach(rate, frequencies[run.upperBound - 1]))
        guard place.reach.isSuperset(of: [.nextU, .nextV]), !place.reach.contains(.corner) else {
            return place
        }
        // Each reach holds at one end of the run; they meet, if at all, where one of them begins or ends.
        for side in [Reach.nextU, .nextV] {
            let change = partition(run.lowerBound, run.upperBound - 1) {
                reach(rate, frequencies[$0]).intersection(side) == start.intersection(side)
            }
            for channel in [max(change - 1, run.lowerBound), change] {
                place.reach.formUnion(reach(rate, frequencies[channel]))
            }
        }
        return place
    }

    @inline(__always) private func reach(_ rate: SIMD4<Double>, _ frequency: Double) -> Reach {
        axes.place(axes.cell(rate, frequency), support: support).reach
    }
}
