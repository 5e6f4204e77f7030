import Foundation

extension StatisticsPage {
    /// The map of shares over time and frequency, with its colours.
    func drawMap(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.map
        let rows = axes.clock(origin: area.y, length: area.height)
        let columns = axes.megahertz(origin: area.x, length: area.width)
        canvas.plotCells(rows: rows, columns: columns) { ColourMap.viridis.colour(Float(cells[$0])) }
        canvas.frame(area, .ink)
        canvas.plotTicks(rows.ticks(.clock, apart: 44), on: .left, of: area)
        canvas.plotName("UTC", on: .left, of: area, distance: 92)
        canvas.plotTicks(columns.ticks(apart: 60), on: .bottom, of: area, labels: false)
        ValueBar(colours: .viridis, stretch: Stretch(linear: 0...100), unit: "flagged (%), time × frequency")
            .drawLying(on: &canvas, layout.mapBar)
    }

    /// Shares along frequency, above the map.
    func drawColumnProfile(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.columnProfile
        let axis = axes.megahertz(origin: area.x, length: area.width)
        let top = Self.roundedUp(columns.largest)
        func steps(_ shares: [Double]) -> [[Point]] {
            Self.steps(axis, shares).map { run in
                run.map { Point($0.at, Double(area.bottom) - $0.share / top * Double(area.height)) }
            }
        }
        for (pixels, share) in zip(axis.cells, columns.flagged) where share.isFinite {
            let height = Int((share / top * Double(area.height)).rounded())
            canvas.fill(
                Rectangle(x: pixels.lowerBound, y: area.bottom - height, width: pixels.count, height: height),
                Self.shade)
        }
        draw(columns, steps, on: &canvas, area)
        let axisOfShares = PlotAxis(
            [PlotAxis.Run(cells: 1, start: 100 * top, end: 0)], origin: area.y, length: area.height)
        canvas.plotTicks(
            Self.shareTicks(axisOfShares, top: top, apart: 36), on: .left, of: area)
        canvas.plotName("flagged (%)", on: .left, of: area, distance: 92)
        canvas.plotTicks(axis.ticks(apart: 60), on: .bottom, of: area, labels: false)
    }

    /// Shares along time, right of the map, with sidereal time where it is known.
    func drawRowProfile(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.rowProfile
        let axis = axes.clock(origin: area.y, length: area.height)
        let top = Self.roundedUp(rows.largest)
        func steps(_ shares: [Double]) -> [[Point]] {
            Self.steps(axis, shares).map { run in
                run.map { Point(Double(area.x) + $0.share / top * Double(area.width), $0.at) }
            }
        }
        for (pixels, share) in zip(axis.cells, rows.flagged) where share.isFinite {
            let width = Int((share / top * Double(area.width)).rounded())
            canvas.fill(
                Rectangle(x: area.x, y: pixels.lowerBound, width: width, height: pixels.count), Self.shade)
        }
        draw(rows, steps, on: &canvas, area)
        let axisOfShares = PlotAxis(
            [PlotAxis.Run(cells: 1, start: 0, end: 100 * top)], origin: area.x, length: area.width)
        canvas.plotTicks(Self.shareTicks(axisOfShares, top: top, apart: 60), on: .bottom, of: area)
        canvas.plotName("flagged (%)", on: .bottom, of: area, distance: 54)
        if let sidereal = axes.sidereal(origin: area.y, length: area.height) {
            canvas.plotSiderealTime(sidereal, beside: area)
        }
    }

    private func draw(
        _ profile: Profile, _ steps: ([Double]) -> [[Point]], on canvas: inout Canvas, _ area: Rectangle
    ) {
        for run in steps(profile.flagged) { canvas.line(run, .ink, width: 1.3, clip: area) }
        for (bit, shares) in profile.reasons {
            for run in steps(shares) {
                canvas.line(run, FlagLegend.colours[bit], width: 1.8, clip: area)
            }
        }
        canvas.frame(area, .ink)
    }

    private static let shade = Colour(224, 227, 233)

    /// Corners of a curve of steps, runs of finite shares apart.
    private static func steps(_ axis: PlotAxis, _ shares: [Double]) -> [[(at: Double, share: Double)]] {
        var runs: [[(at: Double, share: Double)]] = []
        var end: Int?
        for (pixels, share) in zip(axis.cells, shares) {
            guard share.isFinite else {
                end = nil
                continue
            }
            if end != pixels.lowerBound { runs.append([]) }
            end = pixels.upperBound
            runs[runs.count - 1] += [
                (Double(pixels.lowerBound), share), (Double(pixels.upperBound), share),
            ]
        }
        return runs
    }

    /// The end of an axis that holds a share.
    private static func roundedUp(_ share: Double) -> Double {
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].first { share <= $0 } ?? 1
    }

    private static func shareTicks(_ axis: PlotAxis, top: Double, apart: Double) -> [PlotTick] {
        let (values, step) = Axis.ticks(
            0...100 * top, about: max(Int(Double(axis.length) / apart), 1))
        return values.map {
            PlotTick(position: axis.position($0, inRun: 0), label: Axis.label($0, step: step))
        }
    }
}
