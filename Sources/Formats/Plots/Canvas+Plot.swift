extension Canvas {
    /// An edge of a plot.
    enum PlotEdge {
        case bottom, left, right
    }

    /// The size of what stands on axes, in pixels a dot.
    static let plotLetters = 1.8

    /// The ticks whose labels have room beside each other along an edge.
    func labelled(_ ticks: [PlotTick], along edge: PlotEdge) -> [PlotTick] {
        var free = -Double.infinity
        return ticks.sorted { $0.position < $1.position }.filter { tick in
            let width = Canvas.width(of: tick.label, size: Self.plotLetters)
            let half = edge == .bottom ? width / 2 : Canvas.capitals(Self.plotLetters) / 2
            guard tick.position - half >= free else { return false }
            free = tick.position + half + 10
            return true
        }
    }

    /// Draws ticks outwards from an edge of a plot, and their labels where they have room.
    mutating func plotTicks(_ ticks: [PlotTick], on edge: PlotEdge, of area: Rectangle, labels: Bool = true) {
        let (left, right, bottom) = (Double(area.x), Double(area.right), Double(area.bottom))
        for tick in ticks {
            let at = tick.position
            switch edge {
            case .bottom: line([Point(at, bottom + 1), Point(at, bottom + 7)], .ink)
            case .left: line([Point(left - 7, at), Point(left - 1, at)], .ink)
            case .right: line([Point(right + 1, at), Point(right + 7, at)], .ink)
            }
        }
        guard labels else { return }
        let capitals = Canvas.capitals(Self.plotLetters)
        for tick in labelled(ticks, along: edge) {
            let (at, middle) = (tick.position, tick.position + capitals / 2)
            switch edge {
            case .bottom:
                text(
                    tick.label, at: Point(at, bottom + 13 + capitals), size: Self.plotLetters, align: .middle)
            case .left: text(tick.label, at: Point(left - 12, middle), size: Self.plotLetters, align: .end)
            case .right: text(tick.label, at: Point(right + 12, middle), size: Self.plotLetters)
            }
        }
    }

    /// Writes the name of an axis beside an edge of a plot.
    mutating func plotName(_ name: String, on edge: PlotEdge, of area: Rectangle, distance: Double) {
        let across = Point(
            Double(area.x) + Double(area.width) / 2, Double(area.y) + Double(area.height) / 2)
        switch edge {
        case .bottom:
            text(
                name, at: Point(across.x, Double(area.bottom) + distance), .faintInk, size: Self.plotLetters,
                align: .middle)
        case .left:
            text(
                name, at: Point(Double(area.x) - distance, across.y), .faintInk, size: Self.plotLetters,
                align: .middle, upright: true)
        case .right:
            text(
                name, at: Point(Double(area.right) + distance, across.y), .faintInk, size: Self.plotLetters,
                align: .middle, upright: true)
        }
    }

    /// How far from a right edge the name of an axis stands: beyond the widest of its labels.
    static func distance(beside ticks: [PlotTick]) -> Double {
        let widest = ticks.map { Canvas.width(of: $0.label, size: plotLetters) }.max() ?? 0
        return 12 + widest + 10 + Canvas.capitals(plotLetters)
    }

    /// Draws local sidereal time on the right of a plot.
    mutating func plotSiderealTime(_ axis: PlotAxis, beside area: Rectangle) {
        let ticks = axis.ticks(.hours, apart: 44)
        plotTicks(ticks, on: .right, of: area)
        plotName("local sidereal time", on: .right, of: area, distance: Self.distance(beside: ticks))
    }

    /// Paints cells, [row][column], each in the colour of its number.
    mutating func plotCells(rows: PlotAxis, columns: PlotAxis, _ colour: (Int) -> Colour) {
        let widths = columns.cells
        var cell = 0
        for height in rows.cells {
            for width in widths {
                fill(
                    Rectangle(
                        x: width.lowerBound, y: height.lowerBound, width: width.count, height: height.count),
                    colour(cell))
                cell += 1
            }
        }
    }

    /// Writes a page's title, a remark that must not be missed beside it, and lines below it, made smaller to fit.
    mutating func plotTitle(_ title: String, warning: String, lines: [String], left: Double) {
        text(title, at: Point(left, 44), size: 2.7, weight: 0.95)
        if !warning.isEmpty {
            let start = left + Canvas.width(of: title, size: 2.7) + 28
            text(warning, at: Point(start, 44), .warning, size: 2.1, weight: 1)
        }
        let room = Double(width) - left - 12
        for (number, line) in lines.enumerated() {
            let size = min(1.8, 1.8 * room / max(Canvas.width(of: line, size: 1.8), 1))
            text(line, at: Point(left, 74 + 26 * Double(number)), .faintInk, size: size)
        }
    }
}
