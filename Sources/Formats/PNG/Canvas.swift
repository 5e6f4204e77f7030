/// An RGB picture to draw on, with smooth lines and text.
public struct Canvas: Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Red, green, blue of each pixel, row by row from the top.
    public private(set) var bytes: [UInt8]

    /// A canvas of one colour; sizes are held within 1 ... 16384.
    public init(width: Int, height: Int, colour: Colour = .white) {
        self.width = min(max(width, 1), 16384)
        self.height = min(max(height, 1), 16384)
        bytes = [UInt8](repeating: 0, count: 3 * self.width * self.height)
        fill(Rectangle(x: 0, y: 0, width: self.width, height: self.height), colour)
    }

    /// The colour of a pixel inside the canvas.
    public subscript(x: Int, y: Int) -> Colour {
        get {
            let index = 3 * (y * width + x)
            return Colour(bytes[index], bytes[index + 1], bytes[index + 2])
        }
        set {
            let index = 3 * (y * width + x)
            bytes[index] = newValue.red
            bytes[index + 1] = newValue.green
            bytes[index + 2] = newValue.blue
        }
    }

    /// Lays a colour over a pixel; outside the canvas nothing happens.
    public mutating func blend(_ x: Int, _ y: Int, _ colour: Colour, opacity: Double) {
        guard x >= 0, y >= 0, x < width, y < height, opacity > 0 else { return }
        func mixed(_ under: UInt8, _ over: UInt8) -> UInt8 {
            UInt8((Double(under) + (Double(over) - Double(under)) * min(opacity, 1)).rounded())
        }
        let under = self[x, y]
        self[x, y] = Colour(
            mixed(under.red, colour.red), mixed(under.green, colour.green), mixed(under.blue, colour.blue))
    }

    /// Lays a colour over a rectangle, as far as it lies inside.
    public mutating func fill(_ area: Rectangle, _ colour: Colour, opacity: Double = 1) {
        for y in max(area.y, 0)..<max(0, area.y, min(area.bottom, height)) {
            for x in max(area.x, 0)..<max(0, area.x, min(area.right, width)) {
                if opacity >= 1 { self[x, y] = colour } else { blend(x, y, colour, opacity: opacity) }
            }
        }
    }

    /// Draws the frame of a rectangle, just outside it.
    public mutating func frame(_ area: Rectangle, _ colour: Colour) {
        let (left, top) = (area.x - 1, area.y - 1)
        fill(Rectangle(x: left, y: top, width: area.width + 2, height: 1), colour)
        fill(Rectangle(x: left, y: area.bottom, width: area.width + 2, height: 1), colour)
        fill(Rectangle(x: left, y: top, width: 1, height: area.height + 2), colour)
        fill(Rectangle(x: area.right, y: top, width: 1, height: area.height + 2), colour)
    }

    /// Draws connected lines with round ends, smooth, evenly opaque where they cross.
    public mutating func line(
        _ points: [Point], _ colour: Colour, width: Double = 1, opacity: Double = 1, clip: Rectangle? = nil
    ) {
        stroke(Array(zip(points, points.dropFirst())), colour, width: width, opacity: opacity, clip: clip)
    }

    /// Draws separate lines with round ends as one shape; a line of no length is a dot.
    public mutating func stroke(
        _ lines: [(Point, Point)], _ colour: Colour, width pen: Double, opacity: Double = 1,
        clip: Rectangle? = nil
    ) {
        let reach = pen / 2 + 1
        let limits = clip ?? Rectangle(x: 0, y: 0, width: width, height: height)
        let lines = lines.filter { $0.x.isFinite && $0.y.isFinite && $1.x.isFinite && $1.y.isFinite }
        guard let area = Self.area(around: lines.flatMap { [$0, $1] }, reach, within: limits) else { return }
        var coverage = [Float](repeating: 0, count: area.width * area.height)
        for (start, end) in lines {
            guard let box = Self.area(around: [start, end], reach, within: area) else { continue }
            let (dx, dy) = (end.x - start.x, end.y - start.y)
            let scale = dx * dx + dy * dy > 0 ? 1 / (dx * dx + dy * dy) : 0
            for y in box.y..<box.bottom {
                for x in box.x..<box.right {
                    let (px, py) = (Double(x) + 0.5 - start.x, Double(y) + 0.5 - start.y)
                    let along = min(max((px * dx + py * dy) * scale, 0), 1)
                    let (ex, ey) = (px - along * dx, py - along * dy)
                    let inside = Float(pen / 2 + 0.5 - (ex * ex + ey * ey).squareRoot())
                    let index = (y - area.y) * area.width + x - area.x
                    coverage[index] = max(coverage[index], min(inside, 1))
                }
            }
        }
        for y in 0..<area.height {
            for x in 0..<area.width where coverage[y * area.width + x] > 0 {
                blend(area.x + x, area.y + y, colour, opacity: opacity * Double(coverage[y * area.width + x]))
            }
        }
    }

    /// The whole pixels within reach of some points and inside limits; nil if there are none.
    private static func area(around points: [Point], _ reach: Double, within limits: Rectangle) -> Rectangle?
    {
        func bounds(_ values: [Double], _ low: Int, _ high: Int) -> Range<Int> {
            guard let least = values.min(), let most = values.max() else { return low..<low }
            let first = Int(min(max((least - reach).rounded(.down), Double(low)), Double(high)))
            let last = Int(min(max((most + reach).rounded(.up), Double(first)), Double(high)))
            return first..<max(first, last)
        }
        let columns = bounds(points.map(\.x), limits.x, limits.right)
        let rows = bounds(points.map(\.y), limits.y, limits.bottom)
        guard !columns.isEmpty, !rows.isEmpty else { return nil }
        return Rectangle(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }
}
