/// Where a sample and its eight neighbours together show signs of interference, too weak to be flagged alone.
///
/// A marked island: planes have the image's stride, with a row and a vector more on each side.
final class Evidence {
    /// -1 where there are signs, [time][padded channel].
    let marks: UnsafeMutablePointer<Int32>
    private let storage: UnsafeMutablePointer<Int32>
    private let middle: UnsafeMutablePointer<Int32>
    private let size: Int
    private let padded: Int

    /// Judges an image before anything is flagged in it; missing samples speak for no interference.
    init(of image: ThresholdImage, significance: Double) {
        let stride = image.stride
        let rows = image.times
        size = rows * stride
        marks = Scratch.take(size, of: Int32.self)
        padded = (rows + 2) * stride + 2 * Self.lanes
        storage = Scratch.take(padded, of: Int32.self)
        middle = storage + stride + Self.lanes
        storage.update(repeating: 0, count: stride + Self.lanes)
        (middle + size).update(repeating: 0, count: stride + Self.lanes)
        sumAlongFrequency(image)
        let least = SIMD16<Int32>(repeating: Int32(3 * significance * Double(BlockStatistic.unit)))
        for index in Swift.stride(from: 0, to: rows * stride, by: Self.lanes) {
            let sum = middle.lanes(index - stride) &+ middle.lanes(index) &+ middle.lanes(index + stride)
            // Negative, so -1 shifted down, exactly where the sum is above the least.
            marks.setLanes(index, (least &- sum) &>> 31)
        }
    }

    deinit {
        Scratch.give(marks, size)
        Scratch.give(storage, padded)
    }

    private static let lanes = ThresholdImage.lanes
    /// What one sample can add: four standard deviations.
    private static let most = SIMD16<Int32>(repeating: Int32(4 * BlockStatistic.unit))

    private func sumAlongFrequency(_ image: ThresholdImage) {
        let row = UnsafeMutablePointer<Int32>.allocate(capacity: image.stride + 2 * Self.lanes)
        defer { row.deallocate() }
        row.initialize(repeating: 0, count: image.stride + 2 * Self.lanes)
        for time in 0..<image.times {
            for column in Swift.stride(from: 0, to: image.channels, by: Self.lanes) {
                row.setLanes(Self.lanes + column, lesser(image.values(time: time, column: column), Self.most))
            }
            for column in Swift.stride(from: 0, to: image.stride, by: Self.lanes) {
                let here = Self.lanes + column
                middle.setLanes(
                    time * image.stride + column,
                    row.lanes(here - 1) &+ row.lanes(here) &+ row.lanes(here + 1))
            }
        }
    }
}
