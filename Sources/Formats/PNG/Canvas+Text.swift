extension Canvas {
    /// Where a text lies relative to its anchor point.
    public enum Alignment: Sendable, Hashable {
        /// The text starts, is centred or ends there.
        case start, middle, end
    }

    /// The height of capitals in pixels at a size of so many pixels a dot.
    public static func capitals(_ size: Double) -> Double { 6 * size }

    /// A text's width in pixels at a size of so many pixels a dot.
    public static func width(of text: String, size: Double) -> Double { Lettering.lines(text).width * size }

    /// Writes a text; letters are 6 `size` pixels high above their base line at `point`.
    ///
    /// - Parameters:
    ///   - weight: Width of the pen in dots.
    ///   - upright: Whether the text runs upwards instead of to the right.
    public mutating func text(
        _ text: String, at point: Point, _ colour: Colour = .ink, size: Double = 1.6, weight: Double = 0.85,
        align: Alignment = .start, upright: Bool = false, opacity: Double = 1
    ) {
        let (lines, width) = Lettering.lines(text)
        let shift = align == .start ? 0 : align == .middle ? -width / 2 : -width
        func placed(_ dot: Point) -> Point {
            let (along, down) = (size * (dot.x + shift), size * dot.y)
            return upright ? Point(point.x + down, point.y - along) : Point(point.x + along, point.y + down)
        }
        stroke(
            lines.map { (placed($0), placed($1)) }, colour, width: max(weight * size, 1), opacity: opacity)
    }
}
