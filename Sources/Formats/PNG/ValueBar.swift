import Foundation

/// A bar of colours with the values they stand for.
public struct ValueBar: Sendable {
    /// The colours.
    public var colours: ColourMap
    /// The values at the bar's ends and between.
    public var stretch: Stretch
    /// The values' unit.
    public var unit: String
    /// The values that are labelled; nil finds round ones.
    public var labelled: [Double]?

    /// A bar for a stretch.
    public init(colours: ColourMap, stretch: Stretch, unit: String, labelled: [Double]? = nil) {
        self.colours = colours
        self.stretch = stretch
        self.unit = unit
        self.labelled = labelled
    }

    /// Pixels that labels and unit need right of the bar.
    public static let margin = 92

    /// Draws the bar, ticks and labels right of it, the unit beside them, low values at the bottom.
    public func draw(on canvas: inout Canvas, _ area: Rectangle) {
        for y in 0..<area.height {
            let value = (Double(area.height - 1 - y) + 0.5) / Double(area.height)
            canvas.fill(
                Rectangle(x: area.x, y: area.y + y, width: area.width, height: 1),
                colours.colour(Float(value)))
        }
        canvas.frame(area, .ink)
        let (unit, factor) = Axis.scaled(unit, magnitude: max(abs(stretch.high), abs(stretch.low)))
        for tick in ticks(length: Double(area.height), factor: factor) {
            let y = Double(area.bottom) - stretch.place(tick.value) * Double(area.height)
            let right = Double(area.right)
            canvas.line([Point(right + 1, y), Point(right + 6, y)], .ink)
            canvas.text(tick.label, at: Point(right + 11, y + Canvas.capitals(1.5) / 2), size: 1.5)
        }
        let middle = Point(Double(area.right + Self.margin - 8), Double(area.y) + Double(area.height) / 2)
        canvas.text(unit, at: middle, .faintInk, size: 1.6, align: .middle, upright: true)
    }

    /// Draws the bar lying, low values at the left, ticks, labels and the unit below it.
    public func drawLying(on canvas: inout Canvas, _ area: Rectangle) {
        for x in 0..<area.width {
            let value = (Double(x) + 0.5) / Double(area.width)
            canvas.fill(
                Rectangle(x: area.x + x, y: area.y, width: 1, height: area.height),
                colours.colour(Float(value)))
        }
        canvas.frame(area, .ink)
        let (unit, factor) = Axis.scaled(unit, magnitude: max(abs(stretch.high), abs(stretch.low)))
        let bottom = Double(area.bottom)
        for tick in ticks(length: Double(area.width), factor: factor, apart: 64) {
            let x = Double(area.x) + stretch.place(tick.value) * Double(area.width)
            canvas.line([Point(x, bottom + 1), Point(x, bottom + 6)], .ink)
            canvas.text(
                tick.label, at: Point(x, bottom + 12 + Canvas.capitals(1.7)), size: 1.7, align: .middle)
        }
        canvas.text(
            unit, at: Point(Double(area.x) + Double(area.width) / 2, bottom + 48), .faintInk, size: 1.7,
            align: .middle)
    }

    /// Values and their labels, at least so many pixels apart on a bar of a length.
    func ticks(length: Double, factor: Double, apart: Double = 26) -> [(value: Double, label: String)] {
        if let labelled { return labelled.map { ($0, Axis.label($0, step: 1)) } }
        guard stretch.softening != nil || stretch.isLogarithmic else {
            let range = stretch.low / factor...stretch.high / factor
            let (values, step) = Axis.ticks(range, about: max(Int(length / (apart + 34)), 2))
            return values.map { ($0 * factor, Axis.label($0, step: step)) }
        }
        var chosen: [Double] = []
        // Zero first, then powers of ten from the top, then what fits between.
        let top = Int(log10(max(abs(stretch.high), abs(stretch.low)) / factor).rounded(.up))
        let decades = stride(from: top, to: top - 8, by: -1).map { pow(10, Double($0)) }
        let candidates: [Double] = [1.0, 5, 2].reduce(into: [0]) { list, lead in
            for decade in decades { list += [lead * decade, -lead * decade] }
        }
        for value in candidates where value * factor >= stretch.low && value * factor <= stretch.high {
            let place = stretch.place(value * factor)
            if chosen.allSatisfy({ abs(stretch.place($0 * factor) - place) * length >= apart }) {
                chosen.append(value)
            }
        }
        return chosen.map {
            ($0 * factor, Axis.label($0, step: $0 == 0 ? 1 : pow(10, log10(abs($0)).rounded(.down))))
        }
    }
}
