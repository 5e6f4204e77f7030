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

    /// The power of each channel: the median over the groups; infinite where none keeps enough. Leaves the groups sorted.
    func levels(channels: Int) -> [Float] {
        let (stride, infinity) = (means.stride, Plane.Lanes(repeating: .infinity))
        let counts = Plane(rows: 1, stride: stride, cleared: false)
        for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
            var kept = Plane.Lanes(repeating: 0)
            for group in 0..<means.rows {
                let isKept = means.samples.lanes(group * stride + channel) .< infinity
                kept += Plane.Lanes(repeating: 0).replacing(with: Plane.Lanes(repeating: 1), where: isKept)
            }
            sort(channel)
            counts.samples.setLanes(channel, kept)
        }
        let found: [Float] = (0..<channels).map { channel in
            let count = Int(counts.samples[channel])
            guard count > 0 else { return .infinity }
            let upper = means.samples[count / 2 * stride + channel]
            let lower = means.samples[(count - 1) / 2 * stride + channel]
            return (lower + upper) / (count > 2 ? 2 * Self.medianOverMean : 2)
        }
        return rows < 3 ? Self.meansOfNeighbours(found, reach: Self.leastLength / 2 / rows) : found
    }

    /// Sorts the groups of a vector of channels, ascending (odd-even transposition).
    private func sort(_ channel: Int) {
        for round in 0..<means.rows {
            for group in Swift.stride(from: round % 2, to: means.rows - 1, by: 2) {
                let index = group * means.stride + channel
                let (a, b) = (means.samples.lanes(index), means.samples.lanes(index + means.stride))
                means.samples.setLanes(index, lesser(a, b))
                means.samples.setLanes(index + means.stride, greater(a, b))
            }
        }
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
