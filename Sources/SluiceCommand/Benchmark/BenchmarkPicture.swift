import Formats
import Foundation
import Pipeline

/// The figures of a benchmark as bars: what each stage moves, beside what the machine copies, and where its time goes.
struct BenchmarkPicture {
    /// One stage with one number of threads.
    private struct Bar {
        let stage: StageFigures
        let threads: Int
    }

    private let report: BenchmarkReport
    /// The bars of each stage, in the order of the table.
    private let groups: [(name: String, bars: [Bar])]
    private let counts: [Int]

    private static let computing = Colour(43, 108, 164)
    private static let input = Colour(230, 159, 0)
    private static let output = Colour(123, 170, 150)
    private static let copy = Colour(178, 60, 20)
    private static let grid = Colour(222, 224, 230)
    private static let shades = [
        Colour(137, 180, 218), Colour(43, 108, 164), Colour(16, 58, 104), Colour(70, 78, 120),
    ]
    private static let barHeight = 22
    private static let gap = 4
    private static let groupGap = 18

    init(_ report: BenchmarkReport) {
        self.report = report
        let bars = report.parts.flatMap { part in part.stages.map { Bar(stage: $0, threads: part.threads) } }
        var names: [String] = []
        for bar in bars where !names.contains(bar.stage.name) { names.append(bar.stage.name) }
        groups = names.map { name in (name, bars.filter { $0.stage.name == name }) }
        counts = Set(bars.map(\.threads)).sorted()
    }

    /// Draws it.
    func canvas() -> Canvas {
        let bars = groups.reduce(0) { $0 + $1.bars.count }
        let height = bars * (Self.barHeight + Self.gap) + groups.count * Self.groupGap
        let top = 136 + 22 * max(counts.count, 1)
        let speeds = Rectangle(x: 236, y: top, width: 600, height: max(height, 40))
        let times = Rectangle(x: speeds.right + 70, y: top, width: 330, height: speeds.height)
        var canvas = Canvas(width: times.right + 44, height: speeds.bottom + 74)
        let axis = LogAxis(area: speeds, values: values)
        drawWords(on: &canvas, speeds, times)
        drawGrid(on: &canvas, axis, times)
        var y = top + Self.groupGap / 2
        for group in groups {
            let middle = Double(y) + Double(group.bars.count * (Self.barHeight + Self.gap) - Self.gap) / 2
            canvas.text(
                group.name, at: Point(24, middle + Canvas.capitals(1.9) / 2), size: 1.9, weight: 0.95)
            for bar in group.bars {
                draw(bar, y, on: &canvas, axis, times)
                y += Self.barHeight + Self.gap
            }
            y += Self.groupGap
        }
        drawCopies(on: &canvas, axis)
        canvas.frame(speeds, .ink)
        canvas.frame(times, .ink)
        return canvas
    }

    private var values: [Double] {
        groups.flatMap { $0.bars.map(\.stage.gigabytesPerSecond.median) } + counts.map { copySpeed($0) }
    }

    /// GB/s that the machine copied with so many threads, over all parts.
    private func copySpeed(_ threads: Int) -> Double {
        Spread(
            report.parts.filter { $0.threads == threads && !$0.stages.isEmpty }.map(
                \.copyBytesPerSecond.median)
        )
        .median / 1e9
    }

    private func drawWords(on canvas: inout Canvas, _ speeds: Rectangle, _ times: Rectangle) {
        canvas.text("Throughput of each stage", at: Point(24, 44), size: 2.9, weight: 0.95)
        if !report.optimised {
            canvas.text("built for debugging", at: Point(480, 44), .warning, size: 2, weight: 1)
        }
        let words = [
            "sluice \(report.version)", report.processor ?? "", report.data,
            report.roundsText,
        ].filter { !$0.isEmpty }.joined(separator: "   ")
        let room = Double(canvas.width) - 48
        canvas.text(
            words, at: Point(24, 74), .faintInk,
            size: min(1.6, 1.6 * room / Canvas.width(of: words, size: 1.6)))
        let bottom = Double(speeds.bottom) + 56
        canvas.text(
            "GB/s at work, blocks read and written (logarithmic)",
            at: Point(Double(speeds.x + speeds.width / 2), bottom),
            size: 1.7, align: .middle)
        canvas.text(
            "share of the stage's time", at: Point(Double(times.x + times.width / 2), bottom), size: 1.7,
            align: .middle)
        var x = Double(times.x)
        let keys = [(Self.computing, "at work"), (Self.input, "input"), (Self.output, "output")]
        for (colour, word) in keys {
            canvas.fill(Rectangle(x: Int(x), y: times.y - 30, width: 14, height: 14), colour)
            canvas.text(word, at: Point(x + 20, Double(times.y) - 18), size: 1.6)
            x += 44 + Canvas.width(of: word, size: 1.6)
        }
        canvas.text(
            "waiting for",
            at: Point(
                Double(times.x) + 44 + Canvas.width(of: "at work", size: 1.6),
                Double(times.y) - 42), .faintInk, size: 1.4)
    }

    private func drawGrid(on canvas: inout Canvas, _ axis: LogAxis, _ times: Rectangle) {
        for (value, label) in axis.ticks {
            let x = axis.place(value)
            canvas.line([Point(x, Double(axis.area.y)), Point(x, Double(axis.area.bottom))], Self.grid)
            canvas.text(
                label, at: Point(x, Double(axis.area.bottom) + 26), size: 1.6, align: .middle)
        }
        for percent in [0, 25, 50, 75, 100] {
            let x = Double(times.x) + Double(times.width * percent) / 100
            canvas.line([Point(x, Double(times.y)), Point(x, Double(times.bottom))], Self.grid)
            canvas.text("\(percent)%", at: Point(x, Double(times.bottom) + 26), size: 1.6, align: .middle)
        }
    }

    private func draw(
        _ bar: Bar, _ y: Int, on canvas: inout Canvas, _ axis: LogAxis, _ times: Rectangle
    ) {
        let speed = bar.stage.gigabytesPerSecond
        let base = Double(y) + Double(Self.barHeight) / 2 + Canvas.capitals(1.5) / 2
        canvas.text(
            "\(bar.threads) thr", at: Point(Double(axis.area.x) - 12, base), .faintInk, size: 1.5, align: .end
        )
        let end = axis.place(speed.median)
        let shade = Self.shades[min(counts.firstIndex(of: bar.threads) ?? 0, Self.shades.count - 1)]
        canvas.fill(
            Rectangle(
                x: axis.area.x, y: y, width: max(Int(end.rounded()) - axis.area.x, 2), height: Self.barHeight),
            shade)
        let middle = Double(y) + Double(Self.barHeight) / 2
        canvas.line(
            [Point(axis.place(speed.low), middle), Point(axis.place(speed.high), middle)], .ink, width: 2)
        let text = BenchmarkTable.number(speed.median)
        let right = max(end, axis.place(speed.high)) + 8
        if right + Canvas.width(of: text, size: 1.5) < Double(axis.area.right) {
            canvas.text(text, at: Point(right, base), size: 1.5)
        } else {
            canvas.text(
                text, at: Point(min(end, axis.place(speed.low)) - 8, base), .white, size: 1.5, align: .end)
        }
        var x = Double(times.x)
        let shares = bar.stage.shares
        for (share, colour) in [
            (shares.work, Self.computing), (shares.input, Self.input), (shares.output, Self.output),
        ] {
            let next = x + share * Double(times.width)
            canvas.fill(
                Rectangle(
                    x: Int(x.rounded()), y: y, width: Int(next.rounded()) - Int(x.rounded()),
                    height: Self.barHeight), colour)
            x = next
        }
    }

    /// A line for each number of threads, its words on a level of their own.
    private func drawCopies(on canvas: inout Canvas, _ axis: LogAxis) {
        // The faster, the higher: so no line crosses the words of another.
        for (level, count) in counts.sorted(by: { copySpeed($0) > copySpeed($1) }).enumerated() {
            let speed = copySpeed(count)
            let x = axis.place(speed)
            let y = Double(axis.area.y) - 12 - 22 * Double(counts.count - 1 - level)
            let dashes = stride(from: y - 10, to: Double(axis.area.bottom), by: 10).map {
                (Point(x, $0), Point(x, min($0 + 5, Double(axis.area.bottom))))
            }
            canvas.stroke(dashes, Self.copy, width: 1.8)
            let threads = count == 1 ? "1 thread" : "\(count) threads"
            canvas.text(
                "memory to memory, \(threads): \(BenchmarkTable.number(speed)) GB/s", at: Point(x - 8, y),
                Self.copy, size: 1.5, align: .end)
        }
    }
}

/// Powers of ten over the width of an area.
private struct LogAxis {
    let area: Rectangle
    private let first: Double
    private let last: Double

    init(area: Rectangle, values: [Double]) {
        self.area = area
        let logs = values.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
        let (least, most) = (logs.min() ?? 0, logs.max() ?? 1)
        // Room for half a decade of bar at the least value, and for numbers behind the longest bar.
        first = max((least - 0.3).rounded(.down), -6)
        last = max(most + 0.15, first + 1)
    }

    func place(_ value: Double) -> Double {
        let share = (log10(max(value, 1e-9)) - first) / (last - first)
        return Double(area.x) + min(max(share, 0), 1) * Double(area.width)
    }

    var ticks: [(value: Double, label: String)] {
        stride(from: first, through: last, by: 1).map { power in
            let value = pow(10, power)
            return (value, power >= 0 ? String(format: "%.0f", value) : "\(value)")
        }
    }
}
