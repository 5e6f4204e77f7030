/// Means of powers over groups of dumps, whose median bursts do not reach.
///
/// A marked island over [group][padded channel].
struct GroupMeans {
    /// Groups are whole steps of so many dumps, but for the last.
    static let step = 4
    /// Dumps of a group at least, and groups at most.
    private static let leastLength = 8
    private static let mostGroups = 24
    /// Median over mean of the sum of eight exponentially distributed powers.
    private static let medianOverMean: Float = 0.9588

    /// Dumps that are grouped, and those of a group.
    private let rows: Int
    private let length: Int
    /// Infinite where fewer than three dumps count (or all, if there are not so many).
    private let means: Plane

    /// Means to be taken of so many dumps.
    init(rows: Int, stride: Int) {
        self.rows = rows
        let steps = (rows + Self.mostGroups * Self.step - 1) / (Self.mostGroups * Self.step)
        length = max(Self.leastLength, steps * Self.step)
        means = Plane(rows: (rows + length - 1) / length, stride: stride, cleared: false)
    }

    /// The groups' dumps, first to last.
    var groups: [Range<Int>] {
        Swift.stride(from: 0, to: rows, by: length).map { $0..<min($0 + length, rows) }
    }

    /// What one group takes in, per channel.
    struct Intake {
        /// Sums of powers, then numbers of samples.
        private let sums: Plane

        fileprivate init(stride: Int) { sums = Plane(rows: 2, stride: stride, cleared: false) }

        /// Begins a group.
        func clear() { sums.samples.update(repeating: 0, count: sums.count) }

        /// Adds a vector of powers where `kept` is 1; it is 0 elsewhere.
        @inline(__always)
        func add(_ power: Plane.Lanes, _ kept: Plane.Lanes, _ channel: Int) {
            take(kept * power, kept, channel)
        }

        /// Adds sums of powers, and of how many.
        @inline(__always)
        func take(_ power: Plane.Lanes, _ kept: Plane.Lanes, _ channel: Int) {
            let (sum, count) = (sums.samples + channel, sums.samples + sums.stride + channel)
            sum.setLanes(0, sum.lanes(0) + power)
            count.setLanes(0, count.lanes(0) + kept)
        }

        /// Adds half a vector of sums of powers, and of how many.
        @inline(__always)
        func take(half power: Half, _ kept: Half, _ channel: Int) {
            let (sum, count) = (sums.samples + channel, sums.samples + sums.stride + channel)
            sum.setHalf(0, sum.half(0) + power)
            count.setHalf(0, count.half(0) + kept)
        }

        @inline(__always)
        fileprivate func mean(_ channel: Int, least: Float) -> Plane.Lanes {
            let (sum, count) = (sums.samples.lanes(channel), sums.samples.lanes(sums.stride + channel))
            return (sum / count).replacing(
                with: Plane.Lanes(repeating: .infinity), where: count .< Plane.Lanes(repeating: least))
        }
    }

    /// What takes in one group after the other.
    func intake() -> Intake { Intake(stride: means.stride) }

    /// Closes a group; its means are those of the powers times a scale.
    func close(_ intake: Intake, group: Int, dumps: Int, scale: Float = 1) {
        for channel in Swift.stride(from: 0, to: means.stride, by: Plane.lanes) {
            means.samples.setLanes(
                group * means.stride + channel, scale * intake.mean(channel, least: Float(min(3, dumps))))
        }
    }

    /// Means of a power where a mask keeps it.
    init(of power: Plane, mask: Plane) {
        self.init(rows: power.rows, stride: power.stride)
        let intake = intake()
        for (group, dumps) in groups.enumerated() {
            intake.clear()
            for time in dumps {
                for channel in Swift.stride(from: 0, to: power.stride, by: Plane.lanes) {
                    let index = time * power.stride + channel
                    intake.add(power.samples.lanes(index), mask.samples.lanes(index), channel)
                }
            }
            close(intake, group: group, dumps: dumps.count)
        }
    }

    /// The power of each channel: the median over the groups; infinite where none keeps enough.
    func levels(channels: Int) -> [Float] {
        let stride = means.stride
        let exchanges = Self.exchanges[means.rows]
        let found = [Float](unsafeUninitializedCapacity: stride) { found, count in
            withUnsafeTemporaryAllocation(of: Plane.Lanes.self, capacity: means.rows) { groups in
                guard let found = found.baseAddress, let groups = groups.baseAddress else { return }
                for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    for group in 0..<means.rows {
                        (groups + group).initialize(to: means.samples.lanes(group * stride + channel))
                    }
                    found.setLanes(channel, Self.median(groups, means.rows, exchanges))
                }
                count = channels
            }
        }
        return rows < 3 ? Self.meansOfNeighbours(found, reach: Self.leastLength / 2 / rows) : found
    }

    /// The median of the finite ones among some vectors, which are sorted, over what it is of a mean power; infinite without any.
    private static func median(
        _ groups: UnsafeMutablePointer<Plane.Lanes>, _ number: Int, _ exchanges: [(low: Int, high: Int)]
    ) -> Plane.Lanes {
        // Words of ones where a difference is negative; powers have the order of their bits.
        let none = SIMD16(repeating: Int32(bitPattern: Float.infinity.bitPattern))
        var count = SIMD16<Int32>(repeating: 0)
        for group in 0..<number {
            count &-= (unsafeBitCast(groups[group], to: SIMD16<Int32>.self) &- none) &>> 31
        }
        for (low, high) in exchanges {
            let (a, b) = (groups[low], groups[high])
            groups[low] = lesser(a, b)
            groups[high] = greater(a, b)
        }
        var (lower, upper) = (groups[0], groups[0])
        for group in 1..<max(number, 1) {
            let rest = SIMD16(repeating: Int32(2 * group)) &- count
            lower = blend(lower, groups[group], where: rest &>> 31)
            upper = blend(upper, groups[group], where: (rest &- 1) &>> 31)
        }
        let share = blend(
            Plane.Lanes(repeating: 2), Plane.Lanes(repeating: 2 * medianOverMean), where: (2 &- count) &>> 31)
        return (lower + upper) / share
    }

    /// `exchanges` of every number of groups.
    private static let exchanges = (0...mostGroups).map(exchanges)

    /// What has to change places, if it is in the wrong order, to sort so many (merge exchange: Batcher 1968; Knuth 1998, 5.2.2 M).
    private static func exchanges(_ number: Int) -> [(low: Int, high: Int)] {
        var found: [(low: Int, high: Int)] = []
        var top = 1
        while 2 * top < number { top *= 2 }
        var bit = top
        while bit > 0 {
            var (limit, wanted, distance) = (top, 0, bit)
            while distance > 0 {
                for low in 0..<max(0, number - distance) where low & bit == wanted {
                    found.append((low, low + distance))
                }
                distance = limit - bit
                limit /= 2
                wanted = bit
            }
            bit /= 2
        }
        return found
    }

    /// Means over the finite ones of neighbouring channels: quantiles of powers of one or two dumps would be far from their mean.
    private static func meansOfNeighbours(_ powers: [Float], reach: Int) -> [Float] {
        powers.indices.map { channel in
            let near = powers[max(0, channel - reach)...min(powers.count - 1, channel + reach)].filter(
                \.isFinite)
            return near.isEmpty ? .infinity : near.reduce(0, +) / Float(near.count)
        }
    }
}
