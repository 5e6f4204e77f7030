/// Running medians over 17 or 25 channels, by networks of comparisons that go along the band a vector at a time.
///
/// Windows of two neighbouring channels share all but one value of each: of what they share, only the two in the middle matter, and each median
/// is the middle one of these and its own value. What is shared is sorted in pairs, fours and eights that serve all windows they are
/// part of (Batcher 1968).
///
/// A marked island: rows are as long as `pairs` and a few vectors more.
struct MedianNetwork {
    private typealias Lanes = Plane.Lanes

    /// Channels on each side of a window.
    enum Reach: Int, Sendable, CaseIterable {
        case eight = 8
        case twelve = 12
    }

    /// Values that may be read after the last, and written after the last median.
    static let room = 4 * Plane.lanes

    /// Pairs of values, from the second one on, rounded up to vectors.
    private let pairs: Int
    /// What runs of pairs grow into, from two values to eight, the least first: [place in the run][pair].
    private let sorted: Plane

    private init(_ values: UnsafeMutablePointer<Float>, count: Int) {
        pairs = (count / 2 + Plane.lanes - 1) / Plane.lanes * Plane.lanes
        sorted = Plane(rows: 8, stride: pairs + Plane.lanes, cleared: false)
        let (rows, stride) = (sorted.samples, sorted.stride)
        for place in Swift.stride(from: 0, to: pairs, by: Plane.lanes) {
            let (one, other) = UnsafeRawPointer(values + 2 * place + 1).evenAndOdd
            rows.setLanes(place, lesser(one, other))
            rows.setLanes(stride + place, greater(one, other))
        }
        // What lies behind the last pair is in no window.
        for row in 0..<8 { rows.setLanes(row * stride + pairs, Lanes(repeating: 0)) }
        grow(runs: 2)
        grow(runs: 4)
    }

    /// Sets the medians of the windows that lie within the band, from the channel `reach` on.
    ///
    /// - Parameters:
    ///   - values: more than twice `reach`, and `room` more of anything finite.
    ///   - medians: as many, and `room` more, which become anything.
    static func setMedians(
        of values: UnsafeMutablePointer<Float>, count: Int, reach: Reach,
        in medians: UnsafeMutablePointer<Float>
    ) {
        let network = MedianNetwork(values, count: count)
        let shared = 2 * reach.rawValue
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 16) { run in
            guard let run = run.baseAddress else { return }
            for pair in Swift.stride(from: 0, to: (count - shared + 1) / 2, by: Plane.lanes) {
                let (low, high) =
                    switch reach {
                    case .eight: network.middleOfSixteen(pair)
                    case .twelve: network.middleOfTwentyFour(pair, run)
                    }
                let first = UnsafeRawPointer(values + 2 * pair).evenAndOdd.even
                let last = UnsafeRawPointer(values + 2 * pair + shared + 1).evenAndOdd.even
                let (even, odd) = (greater(low, lesser(first, high)), greater(low, lesser(last, high)))
                let target = medians + (reach.rawValue + 2 * pair)
                target.setLanes(0, Lanes(alternating: even.lowHalf, odd.lowHalf))
                target.setLanes(Plane.lanes, Lanes(alternating: even.highHalf, odd.highHalf))
            }
        }
    }

    /// The value of a place in the run of eight that begins with a pair.
    @inline(__always)
    private func value(_ place: Int, _ pair: Int) -> Lanes {
        sorted.samples.lanes(place * sorted.stride + pair)
    }

    /// The two in the middle of eight pairs: of two runs, the greatest of the lower half and the least of the upper one.
    @inline(__always)
    private func middleOfSixteen(_ pair: Int) -> (Lanes, Lanes) {
        var low = Lanes(repeating: -.infinity)
        var high = Lanes(repeating: .infinity)
        for place in 0..<8 {
            let (a, b) = (value(place, pair), value(7 - place, pair + 4))
            low = greater(low, lesser(a, b))
            high = lesser(high, greater(a, b))
        }
        return (low, high)
    }

    /// The two in the middle of twelve pairs; of the sixteen values of the first two runs, four are surely in either half.
    @inline(__always)
    private func middleOfTwentyFour(_ pair: Int, _ run: UnsafeMutablePointer<Lanes>) -> (Lanes, Lanes) {
        for place in 0..<8 {
            (run + place).initialize(to: value(place, pair))
            (run + 8 + place).initialize(to: value(place, pair + 4))
        }
        Self.merge(run, 16)
        var (low, high) = (run[3], run[12])
        for place in 0..<8 {
            let (a, b) = (run[4 + place], value(7 - place, pair + 8))
            low = greater(low, lesser(a, b))
            high = lesser(high, greater(a, b))
        }
        return (low, high)
    }

    /// Merges each sorted run with the one of the pairs that follow its own.
    @inline(__always)
    private func grow(runs count: Int) {
        let stride = sorted.stride
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 8) { room in
            guard let run = room.baseAddress else { return }
            for pair in Swift.stride(from: 0, to: pairs, by: Plane.lanes) {
                let rows = sorted.samples + pair
                for place in 0..<count {
                    (run + place).initialize(to: rows.lanes(place * stride))
                    (run + count + place).initialize(to: rows.lanes(place * stride + count / 2))
                }
                Self.merge(run, 2 * count)
                for place in 0..<2 * count { rows.setLanes(place * stride, run[place]) }
            }
        }
    }

    /// Merges two sorted halves of a power of two vectors (Batcher 1968).
    @inline(__always)
    private static func merge(_ run: UnsafeMutablePointer<Lanes>, _ count: Int) {
        for place in 0..<count / 2 { exchange(run, place, place + count / 2) }
        var distance = count / 4
        while distance > 0 {
            for first in Swift.stride(from: distance, to: count - distance, by: 2 * distance) {
                for place in first..<first + distance { exchange(run, place, place + distance) }
            }
            distance /= 2
        }
    }

    @inline(__always)
    private static func exchange(_ run: UnsafeMutablePointer<Lanes>, _ low: Int, _ high: Int) {
        let (a, b) = (run[low], run[high])
        run[low] = lesser(a, b)
        run[high] = greater(a, b)
    }
}
