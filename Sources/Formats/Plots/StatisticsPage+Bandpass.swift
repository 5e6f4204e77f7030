import Foundation

extension StatisticsPage {
    /// Colours of the products' curves.
    private static let pens = [
        Colour(0, 90, 160), Colour(190, 60, 0), Colour(0, 130, 90), Colour(150, 70, 130),
    ]

    /// The bandpass before (pale) and after flags, on the map's frequency axis, amplitudes logarithmic.
    func drawBandpass(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.bandpass
        let values = curves.flatMap { $0.before + $0.after }.filter { $0.isFinite && $0 > 0 }
        let (low, high) = Self.range(values)
        let (unit, factor) = Axis.scaled(unit, magnitude: high)
        draw(curves, Stretch(logarithmic: low...high), factor: factor, on: &canvas, area)
        canvas.plotName("amplitude (\(unit))", on: .left, of: area, distance: 92)
        canvas.plotTicks(
            axes.megahertz(origin: area.x, length: area.width).ticks(apart: 60), on: .bottom, of: area,
            labels: false)
        drawCurveNames(on: &canvas, area)
    }

    /// How what scatters from dump to dump is distributed, before (pale) and after flags, below the bandpass; noise lies on the line.
    func drawScatter(on canvas: inout Canvas, _ layout: StatisticsLayout) {
        let area = layout.scatter
        let values = scatter.flatMap { $0.before + $0.after }.filter { $0.isFinite && $0 > 0 }
        let low = min(max(0.9 * (values.min() ?? 1), 0.1), 0.7)
        let stretch = Stretch(logarithmic: low...max(1.3 * (values.max() ?? 1), 2))
        let noise = Double(area.bottom) - stretch.place(1) * Double(area.height)
        canvas.line(
            [Point(Double(area.x), noise), Point(Double(area.right), noise)], .faintInk, width: 1, clip: area)
        draw(scatter, stretch, factor: 1, on: &canvas, area)
        canvas.plotName("kurtosis", on: .left, of: area, distance: 92)
        canvas.plotTicks(
            axes.megahertz(origin: area.x, length: area.width).ticks(apart: 60), on: .bottom, of: area)
        canvas.plotName("frequency (MHz)", on: .bottom, of: area, distance: 54)
        canvas.text(
            values.isEmpty ? "windows of fewer than ten dumps" : "of time differences; noise has 1",
            at: Point(Double(area.x) + 14, Double(area.y) + 24), .faintInk, size: Canvas.plotLetters)
    }

    private func draw(
        _ curves: [Curve], _ stretch: Stretch, factor: Double, on canvas: inout Canvas, _ area: Rectangle
    ) {
        let axis = axes.megahertz(origin: area.x, length: area.width)
        func height(_ value: Double) -> Double {
            Double(area.bottom) - stretch.place(value) * Double(area.height)
        }
        for (number, curve) in curves.enumerated() {
            let pen = Self.pens[number % Self.pens.count]
            for run in Self.lines(axis, curve.before, height) {
                canvas.line(run, pen, width: 1.6, opacity: 0.35, clip: area)
            }
            for run in Self.lines(axis, curve.after, height) { canvas.line(run, pen, width: 2, clip: area) }
        }
        canvas.frame(area, .ink)
        let ticks = ValueBar(colours: .inferno, stretch: stretch, unit: "").ticks(
            length: Double(area.height), factor: factor, apart: 36)
        canvas.plotTicks(
            ticks.map { PlotTick(position: height($0.value), label: $0.label) }, on: .left, of: area)
    }

    private func drawCurveNames(on canvas: inout Canvas, _ area: Rectangle) {
        let (size, base) = (Canvas.plotLetters, Double(area.y) + 24)
        var x = Double(area.right) - 14
        for (number, curve) in curves.enumerated().reversed() {
            let pen = Self.pens[number % Self.pens.count]
            for (word, opacity) in [("after", 1.0), ("before", 0.35)] {
                let name = "\(curve.name) \(word)"
                canvas.text(name, at: Point(x, base), size: size, align: .end)
                x -= Canvas.width(of: name, size: size) + 8
                canvas.line([Point(x - 24, base - 5), Point(x, base - 5)], pen, width: 2.2, opacity: opacity)
                x -= 46
            }
        }
        canvas.text(
            "mean of \(curveBaselines)", at: Point(Double(area.x) + 14, base), .faintInk, size: size)
    }

    /// From below the lowest to above the highest, with room for the names.
    private static func range(_ values: [Double]) -> (low: Double, high: Double) {
        guard let least = values.min(), let most = values.max(), least > 0 else { return (0.1, 1) }
        let low = max(least, most * 1e-6)
        let ratio = max(most / low, 1.2)
        return (low * pow(ratio, -0.06), most * pow(ratio, 0.22))
    }

    /// Lines through the middles of the cells that have a positive value; a single one is a dash.
    private static func lines(
        _ axis: PlotAxis, _ values: [Double], _ height: (Double) -> Double
    ) -> [[Point]] {
        var lines: [[Point]] = []
        var end: Int?
        for (pixels, value) in zip(axis.cells, values) {
            guard value.isFinite, value > 0 else {
                end = nil
                continue
            }
            let middle = Double(pixels.lowerBound + pixels.upperBound) / 2
            if end != pixels.lowerBound { lines.append([Point(middle - 0.5, height(value))]) }
            end = pixels.upperBound
            lines[lines.count - 1].append(Point(middle, height(value)))
        }
        return lines
    }
}
