/// A plane of values brought to the size at which it is shown.
public struct PixelMap: Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The values, row by row; NaN where there are none.
    public let values: [Float]

    /// Shrinks a plane by whole factors, so that it is at most so many pixels wide and high, or enlarges a small one.
    ///
    /// A shown pixel is the mean of the finite ones that it covers, so that noise looks as faint as it is; but where one of
    /// them stands out from `level` by more than `threshold`, it is that one, so that no source fades.
    ///
    /// - Precondition: `values` holds `height` rows of `width` columns, both positive.
    public init(
        _ values: [Float], width: Int, height: Int, largest: Int, keepingPeaks threshold: Float = .infinity,
        from level: Float = 0
    ) {
        precondition(width > 0 && height > 0 && values.count == width * height)
        let largest = max(largest, 1)
        let shrink = (max(width, height) + largest - 1) / largest
        guard shrink > 1 else {
            let grow = max(largest / max(width, height), 1)
            self.width = width * grow
            self.height = height * grow
            self.values =
                grow == 1
                ? values
                : (0..<height * grow).flatMap { y in
                    (0..<width * grow).map { values[y / grow * width + $0 / grow] }
                }
            return
        }
        self.width = (width + shrink - 1) / shrink
        self.height = (height + shrink - 1) / shrink
        var shown: [Float] = []
        shown.reserveCapacity(self.width * self.height)
        for top in stride(from: 0, to: height, by: shrink) {
            for left in stride(from: 0, to: width, by: shrink) {
                let rows = top..<min(top + shrink, height)
                let columns = left..<min(left + shrink, width)
                shown.append(Self.cell(values, width, rows, columns, threshold, level))
            }
        }
        self.values = shown
    }

    private static func cell(
        _ values: [Float], _ width: Int, _ rows: Range<Int>, _ columns: Range<Int>, _ threshold: Float,
        _ level: Float
    ) -> Float {
        var (sum, count, peak) = (Float(0), Float(0), level)
        for y in rows {
            for index in y * width + columns.lowerBound..<y * width + columns.upperBound {
                let value = values[index]
                guard value.isFinite else { continue }
                sum += value
                count += 1
                if abs(value - level) > abs(peak - level) { peak = value }
            }
        }
        if count == 0 { return .nan }
        return abs(peak - level) > threshold ? peak : sum / count
    }
}

extension Canvas {
    /// Paints a map with its upper left corner at a place, first row on top or at the bottom.
    public mutating func paint(
        _ map: PixelMap, x: Int, y: Int, colours: ColourMap, stretch: Stretch, firstRowOnTop: Bool = true
    ) {
        for row in 0..<map.height {
            let line = firstRowOnTop ? y + row : y + map.height - 1 - row
            guard line >= 0, line < height else { continue }
            for column in 0..<map.width where x + column >= 0 && x + column < width {
                let value = Double(map.values[row * map.width + column])
                self[x + column, line] = colours.colour(value.isFinite ? Float(stretch.place(value)) : .nan)
            }
        }
    }
}
