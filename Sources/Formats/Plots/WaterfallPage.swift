import Foundation

/// A page of pictures of time and frequency side by side, with common axes: time downwards, frequency to the right.
public struct WaterfallPage: Sendable {
    /// What a panel shows in each cell, [row][column].
    public enum Content: Sendable {
        /// Values, blank where they are NaN, in a unit.
        case values([Float], stretch: Stretch, unit: String)
        /// Angles in radians, blank where they are NaN.
        case angles([Float])
        /// The flag bit that most samples carry (nil: none) and the share of samples that are flagged.
        case flags([Int?], shares: [Float], legend: FlagLegend)
    }

    /// A picture with its name.
    public struct Panel: Sendable {
        /// What stands above it.
        public var title: String
        /// What it shows.
        public var content: Content

        /// A panel.
        public init(_ title: String, _ content: Content) {
            self.title = title
            self.content = content
        }
    }

    /// The first line, large.
    public var title: String
    /// A remark that must not be missed.
    public var warning: String
    /// The lines below the title.
    public var lines: [String]
    /// The common axes.
    public var axes: TimeFrequencyAxes
    /// The pictures, from left to right.
    public var panels: [Panel]
    /// Pixels of a picture from left to right.
    public var width: Int
    /// Pixels of a picture from top to bottom; at least one for each row of cells.
    public var height: Int

    /// A page; each panel has as many cells as the axes.
    public init(
        title: String, warning: String, lines: [String], axes: TimeFrequencyAxes, panels: [Panel], width: Int,
        height: Int
    ) {
        self.title = title
        self.warning = warning
        self.lines = lines
        self.axes = axes
        self.panels = panels
        self.width = max(width, axes.columns)
        self.height = max(height, axes.rows)
    }

    static let left = 132
    static let top = 142
    private static let between = 34
    private static let bottom = 160

    /// The pixels of a panel.
    func area(ofPanel number: Int) -> Rectangle {
        Rectangle(
            x: Self.left + number * (width + Self.between), y: Self.top, width: width, height: height)
    }

    /// Draws the page.
    ///
    /// - Precondition: each panel has as many cells as the axes.
    public func canvas() -> Canvas {
        let last = area(ofPanel: max(panels.count - 1, 0))
        let labels = scanLabels
        let margin = labels.map { Canvas.width(of: $0.label, size: Canvas.plotLetters) }.max() ?? 0
        let sidereal = axes.sidereal(origin: Self.top, length: height)
        let room = sidereal.map { Canvas.distance(beside: $0.ticks(.hours, apart: 44)) } ?? 0
        let start = last.right + Int(room) + 16
        var canvas = Canvas(
            width: max(start + Int(margin) + 24, 760), height: last.bottom + Self.bottom)
        canvas.plotTitle(title, warning: warning, lines: lines, left: Double(Self.left))
        for (number, panel) in panels.enumerated() { draw(panel, area(ofPanel: number), on: &canvas) }
        let first = area(ofPanel: 0)
        let clock = axes.clock(origin: Self.top, length: height)
        canvas.plotTicks(clock.ticks(.clock, apart: 44), on: .left, of: first)
        canvas.plotName("UTC", on: .left, of: first, distance: 92)
        if let sidereal { canvas.plotSiderealTime(sidereal, beside: last) }
        for tick in canvas.labelled(labels, along: .right) {
            canvas.text(
                tick.label, at: Point(Double(start), tick.position + Canvas.capitals(Canvas.plotLetters) / 2),
                .faintInk, size: Canvas.plotLetters)
        }
        return canvas
    }

    /// The scans' names in the middle of their rows.
    private var scanLabels: [PlotTick] {
        let clock = axes.clock(origin: Self.top, length: height)
        return axes.scans.indices.map { run in
            let pixels = clock.pixels(ofRun: run)
            return PlotTick(
                position: Double(pixels.lowerBound + pixels.upperBound) / 2, label: axes.scans[run].label)
        }
    }

    private func draw(_ panel: Panel, _ area: Rectangle, on canvas: inout Canvas) {
        let rows = axes.clock(origin: area.y, length: area.height)
        let columns = axes.megahertz(origin: area.x, length: area.width)
        canvas.text(panel.title, at: Point(Double(area.x), Double(area.y) - 12), size: 2.0)
        let bar = Rectangle(x: area.x, y: area.bottom + 76, width: area.width, height: 14)
        switch panel.content {
        case .values(let values, let stretch, let unit):
            canvas.plotCells(rows: rows, columns: columns) { Self.colour(values[$0], stretch) }
            ValueBar(colours: .inferno, stretch: stretch, unit: unit).drawLying(on: &canvas, bar)
        case .angles(let angles):
            let stretch = Stretch(linear: -180...180)
            canvas.plotCells(rows: rows, columns: columns) { cell in
                ColourMap.wheel.colour(Float(stretch.place(Double(angles[cell]) * 180 / .pi)))
            }
            ValueBar(colours: .wheel, stretch: stretch, unit: "degrees", labelled: [-180, -90, 0, 90, 180])
                .drawLying(on: &canvas, bar)
        case .flags(let reasons, let shares, let legend):
            canvas.plotCells(rows: rows, columns: columns) { cell in
                reasons[cell].map { FlagLegend.colour(bit: $0, share: shares[cell]) } ?? .white
            }
            let entries = Rectangle(x: bar.x, y: bar.y, width: bar.width, height: 4 * FlagLegend.line)
            legend.draw(on: &canvas, entries, columns: legend.entries.count > 4 ? 2 : 1)
        }
        canvas.frame(area, .ink)
        canvas.plotTicks(columns.ticks(apart: 60), on: .bottom, of: area)
        canvas.plotName("frequency (MHz)", on: .bottom, of: area, distance: 54)
    }

    private static func colour(_ value: Float, _ stretch: Stretch) -> Colour {
        ColourMap.inferno.colour(value.isNaN ? .nan : Float(stretch.place(Double(value))))
    }
}
