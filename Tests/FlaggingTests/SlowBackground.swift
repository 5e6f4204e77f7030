@testable import Flagging

/// The background and the levels of what it leaves, in plain loops over [time][channel] in double precision.
extension SlowReference {
    /// A plane without its padding.
    static func image(_ plane: Plane, channels: Int) -> [[Double]] {
        (0..<plane.rows).map { row in
            (0..<channels).map { Double(plane.samples[row * plane.stride + $0]) }
        }
    }

    /// What a masked running mean takes off: sums over steps of four dumps go through two running sums of six steps along time, and of 8
    /// and 16 channels along frequency; they are divided by the same of the mask, and straight lines join the middles of the steps.
    ///
    /// - Parameter isOfEachChannel: whether there are no running sums along frequency.
    /// - Returns: the background, and how many places of steps and channels have none, for too little of the kernel is left.
    static func background(
        of image: [[Double]], mask: [[Double]], isOfEachChannel: Bool
    ) -> (lines: [[Double]], bare: Int) {
        let alongTime = twoRunningSums(6, 6)
        let alongFrequency = isOfEachChannel ? [1] : twoRunningSums(8, 16)
        func smooth(_ image: [[Double]]) -> [[Double]] {
            let sums = Swift.stride(from: 0, to: image.count, by: 4).map { first in
                image[0].indices.map { channel in
                    (first..<min(first + 4, image.count)).reduce(0) { $0 + image[$1][channel] }
                }
            }
            let inTime = transposed(transposed(sums).map { swept($0, alongTime) })
            return inTime.map { swept($0, alongFrequency) }
        }
        let whole = 4 * alongTime.reduce(0, +) * alongFrequency.reduce(0, +)
        let kept = zip(image, mask).map { zip($0, $1).map { $0 * $1 } }
        var bare = 0
        let middles = zip(smooth(kept), smooth(mask)).map { sums, weights in
            zip(sums, weights).map { sum, weight in
                guard weight >= 0.02 * whole else {
                    bare += 1
                    return 0.0
                }
                return sum / weight
            }
        }
        let lines = image.indices.map { time in
            // The middle of the first step is half way between its second and its third dump.
            let place = (Double(time) - 1.5) / 4
            let share = place - place.rounded(.down)
            let before = Int(place.rounded(.down))
            let (low, high) = (middles[max(before, 0)], middles[min(before + 1, middles.count - 1)])
            return zip(low, high).map { $0 * (1 - share) + $1 * share }
        }
        return (lines, bare)
    }

    /// The median over groups of dumps of the mean power of those that are kept, over what it is of a mean; with fewer than three dumps,
    /// means of neighbouring channels. Infinite where no group keeps enough.
    static func levels(of power: [[Double]], kept: [[Bool]]) -> [Double] {
        let rows = power.count
        // Whole steps of four dumps, at most 24 groups.
        let length = max(8, 4 * ((rows + 95) / 96))
        let levels = power[0].indices.map { channel in
            var means: [Double] = []
            for first in Swift.stride(from: 0, to: rows, by: length) {
                let dumps = first..<min(first + length, rows)
                let good = dumps.filter { kept[$0][channel] }
                guard good.count >= min(3, dumps.count) else { continue }
                means.append(good.reduce(0) { $0 + power[$1][channel] } / Double(good.count))
            }
            guard !means.isEmpty else { return Double.infinity }
            means.sort()
            let median = (means[means.count / 2] + means[(means.count - 1) / 2]) / 2
            return means.count > 2 ? median / 0.9588 : median
        }
        guard rows < 3 else { return levels }
        let reach = 4 / rows
        return levels.indices.map { channel in
            let near = levels[max(0, channel - reach)...min(levels.count - 1, channel + reach)]
                .filter(\.isFinite)
            return near.isEmpty ? .infinity : near.reduce(0, +) / Double(near.count)
        }
    }

    /// The weights of two running sums, one after the other.
    private static func twoRunningSums(_ first: Int, _ second: Int) -> [Double] {
        var weights = [Double](repeating: 0, count: first + second - 1)
        for one in 0..<first {
            for other in 0..<second { weights[one + other] += 1 }
        }
        return weights
    }

    /// Sums with weights around each place, as far as there are values.
    private static func swept(_ values: [Double], _ weights: [Double]) -> [Double] {
        let reach = weights.count / 2
        return values.indices.map { place in
            weights.indices.reduce(0) { sum, number in
                let other = place + number - reach
                return values.indices.contains(other) ? sum + weights[number] * values[other] : sum
            }
        }
    }

    private static func transposed(_ image: [[Double]]) -> [[Double]] {
        image[0].indices.map { channel in image.map { $0[channel] } }
    }
}
