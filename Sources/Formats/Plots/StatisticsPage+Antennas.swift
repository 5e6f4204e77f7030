import Foundation

extension StatisticsPage {
    /// The shares of all pairs of antennas, with their colours.
    func drawMatrix(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.matrix
        guard !antennas.isEmpty else { return }
        let run = [PlotAxis.Run(cells: antennas.count, start: 0, end: Double(antennas.count))]
        let columns = PlotAxis(run, origin: area.x, length: area.width)
        let rows = PlotAxis(run, origin: area.y, length: area.height)
        let stretch = Stretch(linear: crossRange)
        canvas.plotCells(rows: rows, columns: columns) { cell in
            let share = 100 * matrix[cell]
            return share.isFinite ? ColourMap.viridis.colour(Float(stretch.place(share))) : .white
        }
        canvas.frame(area, .ink)
        func ticks(_ axis: PlotAxis) -> [PlotTick] {
            antennas.indices.map {
                PlotTick(position: axis.position(Double($0) + 0.5, inRun: 0), label: antennas[$0])
            }
        }
        canvas.plotTicks(canvas.labelled(ticks(rows), along: .left), on: .left, of: area)
        canvas.plotTicks(canvas.labelled(ticks(columns), along: .bottom), on: .bottom, of: area)
        let bar = Rectangle(x: area.x, y: area.bottom + 40, width: area.width, height: 12)
        ValueBar(colours: .viridis, stretch: stretch, unit: "flagged (%), antenna × antenna").drawLying(
            on: &canvas, bar)
    }

    /// Percents from the least to the most flagged cross-correlation; autocorrelations may lie outside.
    private var crossRange: ClosedRange<Double> {
        let count = antennas.count
        var shares = matrix.indices.filter { $0 / count != $0 % count }.map { 100 * matrix[$0] }
        shares = shares.filter(\.isFinite)
        if shares.isEmpty { shares = matrix.map { 100 * $0 }.filter(\.isFinite) }
        let (low, high) = (shares.min() ?? 0, shares.max() ?? 100)
        // Less than a percent between them is not worth a whole scale of colours.
        return max(0, min(low, high - 1))...min(100, max(high, low + 1))
    }

    /// The reasons, and the shares by product, field and scan.
    func drawWords(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        legend.draw(on: &canvas, layout.legend, columns: 1)
        let (size, line) = (Canvas.plotLetters, 24)
        let area = layout.table
        let perColumn = max(area.height / line, 1)
        let columns = 2
        let shown = table.count > columns * perColumn ? columns * perColumn - 1 : table.count
        let width = area.width / columns
        for (number, row) in table.prefix(shown).enumerated() {
            let x = area.x + number / perColumn * width
            let base = Double(area.y + number % perColumn * line)
            canvas.text(row.name, at: Point(Double(x), base), size: size)
            canvas.text(
                FlagLegend.percent(row.share), at: Point(Double(x + width) - 36, base), size: size,
                align: .end)
        }
        if shown < table.count {
            let x = Double(area.x + (columns - 1) * width)
            canvas.text(
                "and \(table.count - shown) more in the JSON file",
                at: Point(x, Double(area.y + (perColumn - 1) * line)), .faintInk, size: size)
        }
    }
}
