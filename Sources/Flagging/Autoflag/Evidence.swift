/// Where a sample and its eight neighbours together show signs of interference, too weak to be flagged alone.
///
/// A marked island: planes have the image's stride, a row of work a vector more on each side.
final class Evidence {
    private let rows: Range<Int>
    private let stride: Int
    private let storage: UnsafeMutablePointer<Int32>

    /// Judges some rows of an image before anything is flagged in it; missing samples speak for no interference.
    init(of image: ThresholdImage, rows: Range<Int>, significance: Double) {
        self.rows = rows
        stride = image.stride
        storage = Scratch.take(rows.count * stride, of: Int32.self)
        // Beyond what nine samples can add up to, it is never reached.
        let unreached = Double(9 * Self.most[0])
        let least = SIMD16<Int32>(
            repeating: Int32(min(3 * significance * Double(BlockStatistic.unit), unreached)))
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride + 2 * Self.lanes) { room in
            guard let room = room.baseAddress else { return }
            room.initialize(repeating: 0, count: stride + 2 * Self.lanes)
            let sums = room + Self.lanes
            for time in rows {
                let near = max(time - 1, 0)..<min(time + 2, image.times)
                for column in Swift.stride(from: 0, to: image.channels, by: Self.lanes) {
                    var sum = SIMD16<Int32>(repeating: 0)
                    for row in near { sum &+= lesser(image.values(time: row, column: column), Self.most) }
                    sums.setLanes(column, sum)
                }
                let marks = marks(time: time)
                for column in Swift.stride(from: 0, to: stride, by: Self.lanes) {
                    let sum = sums.lanes(column - 1) &+ sums.lanes(column) &+ sums.lanes(column + 1)
                    // Negative, so -1 shifted down, exactly where the sum is above the least.
                    marks.setLanes(column, (least &- sum) &>> 31)
                }
            }
        }
    }

    deinit { Scratch.give(storage, rows.count * stride) }

    /// -1 where there are signs, for the channels of one of the rows.
    func marks(time: Int) -> UnsafeMutablePointer<Int32> { storage + (time - rows.lowerBound) * stride }

    private static let lanes = ThresholdImage.lanes
    /// What one sample can add: four standard deviations.
    private static let most = SIMD16<Int32>(repeating: Int32(4 * BlockStatistic.unit))
}
