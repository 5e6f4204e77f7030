/// Robust levels of values along the channels of a band; values that are not finite do not count.
///
/// A marked island: vectors are loaded within arrays that are padded for them.
enum ChannelQuantiles {
    private typealias Lanes = Plane.Lanes
    private static let lanes = Plane.lanes

    /// About the middle one of the finite values, of evenly spaced ones where there are many; infinite without any.
    static func median(_ values: [Float]) -> Float {
        let most = OrderStatistics.most
        // Odd, so that no place within coarse channels is always the one that is taken.
        let step = (values.count + most - 1) / most | 1
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: most) { sample in
            guard let sample = sample.baseAddress else { return .infinity }
            var count = 0
            for channel in stride(from: 0, to: values.count, by: step) where values[channel].isFinite {
                (sample + count).initialize(to: values[channel])
                count += 1
            }
            guard count > 0 else { return .infinity }
            return OrderStatistics.select(SIMD4(repeating: Int32(count / 2)), of: sample, count: count)[0]
        }
    }

    /// Medians over the channels within a reach, which shrinks towards the ends, so that they stay centred on a sloping band edge.
    ///
    /// A value that is not finite is taken for the next one below. Infinite where no value is finite.
    static func centredMedians(_ values: [Float], reach: MedianNetwork.Reach) -> [Float] {
        guard var last = values.first(where: \.isFinite) else { return values.map { _ in .infinity } }
        let (total, room) = (values.count, MedianNetwork.room)
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: total + room) { filled in
            for channel in 0..<total + room {
                if channel < total, values[channel].isFinite { last = values[channel] }
                filled.initializeElement(at: channel, to: last)
            }
            return Array(unsafeUninitializedCapacity: total + room) { medians, count in
                guard let filled = filled.baseAddress, let first = medians.baseAddress else { return }
                if total > 2 * reach.rawValue {
                    MedianNetwork.setMedians(of: filled, count: total, reach: reach, in: first)
                }
                setEnds(min(reach.rawValue, (total + 1) / 2), filled, first, count: total)
                count = total
            }
        }
    }

    /// Medians of windows that grow from both ends of the band inwards: each value sinks into the sorted ones of its end by exchanges,
    /// without branches.
    private static func setEnds(
        _ channels: Int, _ values: UnsafeMutablePointer<Float>, _ medians: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        withUnsafeTemporaryAllocation(of: SIMD2<Float>.self, capacity: 2 * channels) { window in
            guard let window = window.baseAddress else { return }
            for number in 0..<max(2 * channels - 1, 0) {
                var value = SIMD2(values[number], values[count - 1 - number])
                for place in 0..<number {
                    let before = window[place]
                    window[place] = lesser(before, value)
                    value = greater(before, value)
                }
                (window + number).initialize(to: value)
                guard number % 2 == 0 else { continue }
                medians[number / 2] = window[number / 2].x
                medians[count - 1 - number / 2] = window[number / 2].y
            }
        }
    }

    /// Channels between the places where a wide quantile is found, and between the values that it is found from.
    private static let spacing = 16
    private static let sparse = 2
    /// Values from one place to the next.
    private static let phases = spacing / sparse

    /// Quantiles of positive values over wide windows, found every few channels and straight lines between; infinite where a
    /// window has no finite value.
    ///
    /// - Parameter reach: channels on each side of a window, a multiple of 16.
    static func wideQuantiles(_ values: [Float], reach: Int, quantile: Double) -> [Float] {
        guard !values.isEmpty else { return [] }
        let places = (values.count + spacing - 1) / spacing
        let whole = (places + lanes - 1) / lanes * lanes
        let around = reach / spacing
        if places <= around, values.count <= OrderStatistics.most {
            return Array(
                repeating: quantileOfAll(values, Float(quantile)), count: values.count)
        }
        let rows = whole + 2 * around + lanes
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: phases * rows) { bits in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: whole) { levels in
                guard let bits = bits.baseAddress, let levels = levels.baseAddress else { return [] }
                bits.initialize(repeating: none, count: phases * rows)
                for channel in stride(from: 0, to: values.count, by: sparse) where values[channel] < .infinity
                {
                    let number = channel / sparse + phases * around - phases / 2
                    let place = number % phases * rows + number / phases
                    bits[place] = Int32(bitPattern: max(values[channel], 0).bitPattern)
                }
                for place in stride(from: 0, to: whole, by: lanes) {
                    levels.setLanes(
                        place,
                        quantiles(bits + place, rows: rows, around: around, quantile: Float(quantile)))
                }
                return interpolated(levels, places: places, count: values.count)
            }
        }
    }

    /// The quantile of a band that every window holds whole, as `quantiles` finds it.
    private static func quantileOfAll(_ values: [Float], _ quantile: Float) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: OrderStatistics.most) { finite in
            guard let finite = finite.baseAddress else { return .infinity }
            var count = 0
            for channel in stride(from: 0, to: values.count, by: sparse) where values[channel] < .infinity {
                (finite + count).initialize(to: max(values[channel], 0))
                count += 1
            }
            guard count > 0 else { return .infinity }
            let rank = Int32((Float(count) * quantile).rounded(.down))
            let found = OrderStatistics.select(SIMD4(repeating: rank), of: finite, count: count)[0]
            return Float(bitPattern: found.bitPattern & ~UInt32(2 * leastStep - 1))
        }
    }

    /// Bits of what is missing.
    private static let none = Int32(bitPattern: Float.infinity.bitPattern)

    /// The step of the bits that is not tried any more.
    private static let leastStep: Int32 = 64

    /// The quantiles at sixteen places, by halving the range of the values' bits: positive numbers have the order of their bits.
    ///
    /// - Parameter bits: [value of a place][place], from the first window on, in rows of so many places.
    private static func quantiles(
        _ bits: UnsafeMutablePointer<Int32>, rows: Int, around: Int, quantile: Float
    ) -> Lanes {
        let finite = below(SIMD16(repeating: none), bits, rows: rows, around: around)
        let rank = SIMD16<Int32>(Lanes(finite) * quantile, rounding: .down)
        var found = SIMD16<Int32>(repeating: 0)
        var step = Int32(1) << 30
        while step > leastStep {
            let tried = found &+ step
            // Keeps the step where no more values than the rank lie below; what is negative shifts down to -1.
            let isHigh = (rank &- below(tried, bits, rows: rows, around: around)) &>> 31
            found = (found & isHigh) | (tried & ~isHigh)
            step /= 2
        }
        let isNone = (finite &- 1) &>> 31
        return unsafeBitCast((found & ~isNone) | (SIMD16(repeating: none) & isNone), to: Lanes.self)
    }

    /// How many values of each window lie below its limit.
    @inline(__always)
    private static func below(
        _ limit: SIMD16<Int32>, _ bits: UnsafeMutablePointer<Int32>, rows: Int, around: Int
    ) -> SIMD16<Int32> {
        var counts = (SIMD16<Int32>(repeating: 0), SIMD16<Int32>(repeating: 0))
        for phase in stride(from: 0, to: phases, by: 2) {
            let (one, other) = (bits + phase * rows, bits + (phase + 1) * rows)
            for place in 0..<2 * around {
                counts.0 &-= words(one.lanes(place) .< limit)
                counts.1 &-= words(other.lanes(place) .< limit)
            }
        }
        return counts.0 &+ counts.1 &- words(bits.lanes(2 * around) .< limit)
    }

    /// Straight lines between the levels, which stand in the middle of their channels; beyond the first and the last all is as there.
    private static func interpolated(
        _ levels: UnsafeMutablePointer<Float>, places: Int, count: Int
    ) -> [Float] {
        let middle = spacing / 2
        return Array(unsafeUninitializedCapacity: count + middle + spacing) { values, filled in
            guard let values = values.baseAddress else { return }
            values.initialize(repeating: levels[0], count: middle)
            let shares = Lanes(SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)) / 16
            for place in 0..<places {
                let (before, after) = (levels[place], levels[min(place + 1, places - 1)])
                let line =
                    if before.isFinite && after.isFinite {
                        before + shares * (after - before)
                    } else {
                        Lanes(lowHalf: SIMD8(repeating: before), highHalf: SIMD8(repeating: after))
                    }
                values.setLanes(middle + place * spacing, line)
            }
            filled = count
        }
    }
}
