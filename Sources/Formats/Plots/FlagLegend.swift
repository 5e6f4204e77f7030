import Foundation
import Visibilities

/// The reasons for flags with their colours, and the share of samples that each has.
public struct FlagLegend: Sendable, Hashable {
    /// A flag bit and the share of samples that carry it.
    public struct Entry: Sendable, Hashable {
        /// The number of the bit.
        public var bit: Int
        /// The share of samples, 0 to 1.
        public var share: Double

        /// A bit with its share.
        public init(bit: Int, share: Double) {
            self.bit = bit
            self.share = share
        }
    }

    /// The reasons that occur.
    public var entries: [Entry]

    /// A legend of these reasons.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The colour of each flag bit, lowest bit first: Okabe & Ito's palette (2008), which all eyes tell apart, grey for what
    /// is lost.
    public static let colours = [
        Colour(0, 114, 178), Colour(86, 180, 233), Colour(230, 159, 0), Colour(128, 130, 138),
        Colour(0, 158, 115), Colour(240, 228, 66), Colour(204, 121, 167), Colour(213, 94, 0),
    ]

    /// The colour of a share of samples that are flagged for a reason, on white; even few of them leave a tint.
    public static func colour(bit: Int, share: Float) -> Colour {
        let opacity = 0.06 + 0.94 * Double(min(max(share, 0), 1))
        func mixed(_ value: UInt8) -> UInt8 { UInt8((255 + (Double(value) - 255) * opacity).rounded()) }
        let colour = colours[bit]
        return Colour(mixed(colour.red), mixed(colour.green), mixed(colour.blue))
    }

    /// The pixels between two lines.
    static let line = 20

    /// Draws the entries from top to bottom, in so many columns.
    func draw(on canvas: inout Canvas, _ area: Rectangle, columns: Int) {
        let width = area.width / max(columns, 1)
        let rows = (entries.count + columns - 1) / max(columns, 1)
        if entries.isEmpty {
            canvas.text(
                "no flags", at: Point(Double(area.x), Double(area.y) + 14), .faintInk,
                size: Canvas.plotLetters)
        }
        for (number, entry) in entries.enumerated() {
            let (x, y) = (area.x + number / rows * width, area.y + number % rows * Self.line)
            let box = Rectangle(x: x, y: y + 2, width: 22, height: 13)
            canvas.fill(box, Self.colours[entry.bit])
            canvas.frame(box, .faintInk)
            let base = Double(y) + 14
            canvas.text(
                FlagReasons.names[entry.bit].replacing("_", with: " "), at: Point(Double(x) + 32, base),
                size: Canvas.plotLetters)
            canvas.text(
                Self.percent(entry.share), at: Point(Double(x + width) - 26, base), size: Canvas.plotLetters,
                align: .end)
        }
    }

    /// A share as `12.3 %`.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "\u{2013}" }
        return String(format: share > 0 && share < 0.001 ? "%.3f %%" : "%.1f %%", 100 * share)
    }
}
