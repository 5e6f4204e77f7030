/// Values at given ranks of a few, found by counting for each of them how many are less: no sorting, no branches.
///
/// A marked island: samples have room for `most` values.
enum OrderStatistics {
    /// Values that ranks are found among, at most.
    static let most = 128
    /// Values whose ranks are counted at once.
    private static let atOnce = 2 * Plane.lanes

    /// The values at four ranks, counted from 0 in ascending order.
    ///
    /// - Parameter values: none a NaN, with room for `most`; what is behind the last is used for work.
    static func select(
        _ ranks: SIMD4<Int32>, of values: UnsafeMutablePointer<Float>, count: Int
    ) -> SIMD4<Float> {
        var found = Found(repeating: Plane.Lanes(repeating: -.infinity))
        let padded = (count + atOnce - 1) / atOnce * atOnce
        (values + count).initialize(repeating: .infinity, count: padded - count)
        for first in stride(from: 0, to: padded, by: atOnce) {
            let rows = (values.lanes(first), values.lanes(first + Plane.lanes))
            var less = (SIMD16<Int32>(repeating: 0), SIMD16<Int32>(repeating: 0))
            for place in 0..<count {
                let value = Plane.Lanes(repeating: values[place])
                less.0 &-= words(value .< rows.0)
                less.1 &-= words(value .< rows.1)
            }
            found.add(rows.0, less.0, ranks)
            found.add(rows.1, less.1, ranks)
        }
        return found.greatest
    }

    /// The value of a rank is the greatest of those that no more values than that are less than.
    private struct Found {
        var first: Plane.Lanes
        var second: Plane.Lanes
        var third: Plane.Lanes
        var fourth: Plane.Lanes

        @inline(__always)
        init(repeating lanes: Plane.Lanes) { (first, second, third, fourth) = (lanes, lanes, lanes, lanes) }

        @inline(__always)
        mutating func add(_ row: Plane.Lanes, _ less: SIMD16<Int32>, _ ranks: SIMD4<Int32>) {
            first = greater(first, reached(row, less, ranks[0]))
            second = greater(second, reached(row, less, ranks[1]))
            third = greater(third, reached(row, less, ranks[2]))
            fourth = greater(fourth, reached(row, less, ranks[3]))
        }

        /// The greatest lane of each, found for all four together.
        @inline(__always)
        var greatest: SIMD4<Float> {
            let pairs = (
                greater(
                    Plane.Lanes(lowHalf: first.lowHalf, highHalf: second.lowHalf),
                    Plane.Lanes(lowHalf: first.highHalf, highHalf: second.highHalf)),
                greater(
                    Plane.Lanes(lowHalf: third.lowHalf, highHalf: fourth.lowHalf),
                    Plane.Lanes(lowHalf: third.highHalf, highHalf: fourth.highHalf))
            )
            var all = greater(
                Plane.Lanes(lowHalf: pairs.0.evenHalf, highHalf: pairs.1.evenHalf),
                Plane.Lanes(lowHalf: pairs.0.oddHalf, highHalf: pairs.1.oddHalf))
            for _ in 0..<2 {
                let (even, odd) = (all.evenHalf, all.oddHalf)
                all = greater(
                    Plane.Lanes(lowHalf: even, highHalf: even), Plane.Lanes(lowHalf: odd, highHalf: odd))
            }
            return all.lowHalf.lowHalf
        }
    }

    /// The values that a rank reaches; what lies above becomes the least of all.
    @inline(__always)
    private static func reached(_ row: Plane.Lanes, _ less: SIMD16<Int32>, _ rank: Int32) -> Plane.Lanes {
        let isAbove = (SIMD16<Int32>(repeating: rank) &- less) &>> 31
        return blend(row, Plane.Lanes(repeating: -.infinity), where: isAbove)
    }
}

/// The middle of values most of which are normally distributed, and their standard deviation from either side.
struct MiddleAndSpread {
    let middle: Float
    /// From the 16 % that lie lowest.
    let below: Float
    /// From 65 %: in a narrow band interference may well fill a third of all channels.
    let above: Float

    /// Of this many unit normal deviates 65 % lie below.
    private static let upperDeviate: Float = 0.3853
    /// What 16 % and 30 % lie below, and how far apart these are in unit normal deviates.
    private let (lowest, low): (Float, Float)
    private static let lowDeviates: Float = 0.4701
    /// So far above what 30 % lie below the middle can be: 0.524 standard deviations, known to a half.
    private static let mostAboveLow: Float = 0.79

    /// Of at least one value, as for `OrderStatistics.select`.
    init(of values: UnsafeMutablePointer<Float>, count: Int) {
        let ranks = SIMD4(
            Int32(count * 4 / 25), Int32(count * 3 / 10), Int32(count / 2), Int32(count * 13 / 20))
        let found = OrderStatistics.select(ranks, of: values, count: count)
        (lowest, low) = (found[0], found[1])
        middle = found[2]
        below = middle - found[0]
        above = (found[3] - middle) / Self.upperDeviate
    }

    /// Both as the lower third has them, of values of which more than half may be too high, but none too low, and whose standard deviation is
    /// 1 at least.
    var ofLowest: (middle: Float, spread: Float) {
        let deviation = max(1, (low - lowest) / Self.lowDeviates)
        let middle = min(middle, low + Self.mostAboveLow * deviation)
        return (middle, middle - lowest)
    }
}
