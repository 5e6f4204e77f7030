/// Robust levels of values along the channels of a band; values that are not finite do not count.
///
/// A marked island: vectors are loaded within arrays that are padded for them.
enum ChannelQuantiles {
    private typealias Lanes = Plane.Lanes
    private static let lanes = Plane.lanes
    /// Values that a median of all channels is taken from, at most.
    private static let most = 128

    /// About the middle one of the finite values, of evenly spaced ones where there are many; infinite without any.
    static func median(_ values: [Float]) -> Float {
        let step = max(1, (values.count + most - 1) / most)
        var sample = stride(from: 0, to: values.count, by: step).map { values[$0] }
        sample.removeAll { !$0.isFinite }
        sample.sort()
        return sample.isEmpty ? .infinity : sample[sample.count / 2]
    }

    /// Medians over the channels within a reach, which shrinks towards the ends, so that they stay centred on a sloping band edge.
    ///
    /// A value that is not finite is taken for the next one below. Infinite where no value is finite.
    static func centredMedians(_ values: [Float], reach: Int) -> [Float] {
        guard values.contains(where: \.isFinite) else { return values.map { _ in .infinity } }
        let filled = filled(values)
        let inner = reach..<max(reach, values.count - reach)
        var medians = filled
        if inner.count >= lanes { setMedians(of: filled, reach: reach, inner, in: &medians) }
        var window: [Float] = []
        for channel in filled.indices where inner.count < lanes || !inner.contains(channel) {
            let near = min(channel, filled.count - 1 - channel, reach)
            window.removeAll(keepingCapacity: true)
            for value in filled[channel - near...channel + near] {
                var place = window.count
                window.append(value)
                while place > 0, window[place - 1] > value {
                    window[place] = window[place - 1]
                    place -= 1
                }
                window[place] = value
            }
            medians[channel] = window[near]
        }
        return medians
    }

    private static func filled(_ values: [Float]) -> [Float] {
        var last = values.first(where: \.isFinite) ?? .infinity
        return values.map {
            if $0.isFinite { last = $0 }
            return last
        }
    }

    /// Medians of whole windows, a vector of channels at once. Of half the values and two more neither the least nor the greatest can be the
    /// median: both make room for one of the others, until three are left.
    private static func setMedians(
        of values: [Float], reach: Int, _ channels: Range<Int>, in medians: inout [Float]
    ) {
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: reach + 2) { room in
            guard let kept = room.baseAddress else { return }
            values.withUnsafeBufferPointer { values in
                medians.withUnsafeMutableBufferPointer { medians in
                    guard let values = values.baseAddress, let medians = medians.baseAddress else { return }
                    for start in stride(from: channels.lowerBound, to: channels.upperBound, by: lanes) {
                        let place = min(start, channels.upperBound - lanes)
                        let first = UnsafeRawPointer(values + place - reach)
                        for number in 0..<reach + 2 { kept[number] = load(first, number) }
                        for number in reach + 2..<2 * reach + 1 {
                            let count = 2 * reach + 4 - number
                            bringOut(kept, count)
                            kept[0] = load(first, number)
                        }
                        bringOut(kept, 3)
                        medians.setLanes(place, kept[1])
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func load(_ first: UnsafeRawPointer, _ number: Int) -> Lanes {
        (first + 4 * number).loadUnaligned(as: Lanes.self)
    }

    /// Brings the least of so many vectors to the first place and the greatest to the last.
    @inline(__always)
    private static func bringOut(_ kept: UnsafeMutablePointer<Lanes>, _ count: Int) {
        for number in 0..<count / 2 { exchange(kept, number, count - 1 - number) }
        for number in 1..<(count + 1) / 2 {
            exchange(kept, 0, number)
            exchange(kept, count - 1 - number, count - 1)
        }
    }

    @inline(__always)
    private static func exchange(_ kept: UnsafeMutablePointer<Lanes>, _ low: Int, _ high: Int) {
        let (a, b) = (kept[low], kept[high])
        kept[low] = lesser(a, b)
        kept[high] = greater(a, b)
    }

    /// Channels between the places where a wide quantile is found, and between the values that it is found from.
    private static let spacing = 16
    private static let sparse = 2

    /// Quantiles of positive values over wide windows, found every few channels and straight lines between; infinite where a
    /// window has no finite value.
    static func wideQuantiles(_ values: [Float], reach: Int, quantile: Double) -> [Float] {
        let places = (values.count + spacing - 1) / spacing
        let levels = stride(from: 0, to: places, by: lanes).flatMap { first in
            let found = quantiles(values, places: first, reach: reach, quantile: Float(quantile))
            return (0..<min(lanes, places - first)).map { found[$0] }
        }
        return values.indices.map { channel in
            let place = Float(channel - spacing / 2) / Float(spacing)
            let before = min(max(Int(place.rounded(.down)), 0), places - 1)
            let after = min(before + 1, places - 1)
            let share = min(max(place - Float(before), 0), 1)
            guard levels[before].isFinite, levels[after].isFinite else {
                return share < 0.5 ? levels[before] : levels[after]
            }
            return levels[before] + share * (levels[after] - levels[before])
        }
    }

    /// The quantiles at sixteen places, by halving the range of the values' bits: positive numbers have the order of their bits.
    private static func quantiles(_ values: [Float], places first: Int, reach: Int, quantile: Float) -> Lanes
    {
        let count = 2 * reach / sparse + 1
        return withUnsafeTemporaryAllocation(of: SIMD16<Int32>.self, capacity: count) { windows in
            let none = Int32(bitPattern: Float.infinity.bitPattern)
            for lane in 0..<lanes {
                let middle = (first + lane) * spacing + spacing / 2
                for number in 0..<count {
                    let channel = middle - reach + number * sparse
                    let value = values.indices.contains(channel) ? values[channel] : .infinity
                    windows[number][lane] =
                        value < .infinity ? Int32(bitPattern: max(value, 0).bitPattern) : none
                }
            }
            let limit = SIMD16<Int32>(repeating: none)
            var finite = SIMD16<Int32>(repeating: 0)
            // What is negative shifts down to -1.
            for window in windows { finite &-= (window &- limit) &>> 31 }
            let rank = SIMD16<Int32>(Lanes(finite) * quantile, rounding: .down)
            var found = SIMD16<Int32>(repeating: 0)
            var step = Int32(1) << 30
            while step > 64 {
                let tried = found &+ step
                var below = SIMD16<Int32>(repeating: 0)
                for window in windows { below &-= (window &- tried) &>> 31 }
                // Keeps the step where no more values than the rank lie below.
                let isHigh = (rank &- below) &>> 31
                found = (found & isHigh) | (tried & ~isHigh)
                step /= 2
            }
            let isNone = (finite &- 1) &>> 31
            return unsafeBitCast((found & ~isNone) | (limit & isNone), to: Lanes.self)
        }
    }
}
