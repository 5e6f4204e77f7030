/// Sums of the unflagged samples of an image over a grid of blocks: interference that is weak in every sample and fills blocks stands
/// out in them.
///
/// A marked island: indices are made from `rows`, `columns` and the stride of what is summed.
struct BlockSums {
    private let rows: Int
    private let columns: Int
    private var sums: [Int32]
    private var counts: [Int32]

    private init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        sums = Array(repeating: 0, count: rows * columns)
        counts = sums
    }

    /// Sides of the smallest blocks.
    static let least = 4

    /// Sums over squares of `least` samples; the grid begins `offset` rows before the first.
    init(_ image: ThresholdImage, offset: Int) {
        let side = Self.least
        self.init(
            rows: (image.times + offset + side - 1) / side, columns: (image.channels + side - 1) / side)
        let most = ThresholdImage.Lanes(repeating: Self.most)
        for row in 0..<rows {
            let times = max(0, row * side - offset)..<min((row + 1) * side - offset, image.times)
            for channel in Swift.stride(from: 0, to: image.channels, by: ThresholdImage.lanes) {
                var sum = ThresholdImage.Lanes(repeating: 0)
                var count = sum
                for time in times {
                    let packed = image.packed(time: time, column: channel)
                    sum &+= lesser(packed &>> 1, most)
                    count &+= packed & 1
                }
                put(Self.fours(sum), Self.fours(count), row: row, column: channel / side)
            }
        }
    }

    /// Sums of four neighbouring lanes.
    private static func fours(_ lanes: ThresholdImage.Lanes) -> SIMD4<Int32> {
        let pairs = lanes.evenHalf &+ lanes.oddHalf
        return pairs.evenHalf &+ pairs.oddHalf
    }

    private mutating func put(_ sum: SIMD4<Int32>, _ count: SIMD4<Int32>, row: Int, column: Int) {
        for number in 0..<min(4, columns - column) {
            sums[row * columns + column + number] = sum[number]
            counts[row * columns + column + number] = count[number]
        }
    }

    /// No single sample speaks for a block: six standard deviations.
    private static let most = Int32(6 * BlockStatistic.unit)

    /// Sums over squares of so many blocks; the grid begins `offset` rows before the first.
    func coarser(by side: Int, offset: Int) -> BlockSums {
        var wide = BlockSums(rows: (rows + offset + side - 1) / side, columns: (columns + side - 1) / side)
        let target = wide.columns
        wide.sums.withUnsafeMutableBufferPointer { wideSums in
            wide.counts.withUnsafeMutableBufferPointer { wideCounts in
                for row in 0..<rows {
                    let to = (row + offset) / side * target
                    for column in 0..<columns {
                        wideSums[to + column / side] &+= sums[row * columns + column]
                        wideCounts[to + column / side] &+= counts[row * columns + column]
                    }
                }
            }
        }
        return wide
    }

    /// The blocks as an image of standard deviations, times a scale, where a share of their area has samples.
    func image(leastShare: Double, area: Int, scale: Float) -> ThresholdImage {
        let image = ThresholdImage(times: rows, channels: columns)
        let least = Int32(leastShare * Double(area))
        for row in 0..<rows {
            for column in 0..<columns where counts[row * columns + column] >= max(least, 1) {
                let index = row * columns + column
                let value = scale * Float(sums[index]) / Float(counts[index]).squareRoot()
                image.set(Int32(value.rounded()), time: row, channel: column)
            }
        }
        return image
    }

    /// Forgets what was found.
    mutating func drop(foundIn image: ThresholdImage) {
        for row in 0..<rows {
            for column in 0..<columns where image.isFound(time: row, channel: column) {
                sums[row * columns + column] = 0
                counts[row * columns + column] = 0
            }
        }
    }
}
