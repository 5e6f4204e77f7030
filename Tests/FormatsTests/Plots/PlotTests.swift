import Foundation
import Testing

@testable import Formats

@Suite("Plot axes")
struct PlotAxisTests {
    @Test("cells fill their run's pixels without gaps between them, runs stand apart, all within the length")
    func pixels() {
        let axis = PlotAxis(
            [.init(cells: 7, start: 0, end: 7), .init(cells: 3, start: 100, end: 103)], origin: 50,
            length: 104)
        #expect(axis.pixels(ofRun: 0) == 50..<120 && axis.pixels(ofRun: 1) == 124..<154)
        #expect(axis.pixels(ofCell: 2, inRun: 1) == 144..<154 && axis.cells.count == 10)
        #expect(axis.position(101.5, inRun: 1) == 139)
        let many = PlotAxis(
            (0..<300).map { .init(cells: 1, start: Double($0), end: Double($0) + 0.5) }, origin: 0,
            length: 300)
        #expect(many.cells.map(\.count) == [Int](repeating: 1, count: 300))
    }

    @Test("ticks are round values at their places, in every run")
    func ticks() {
        let axis = PlotAxis(
            [.init(cells: 10, start: 1336, end: 1386), .init(cells: 10, start: 1420, end: 1470)], origin: 100,
            length: 400)
        let ticks = axis.ticks(apart: 60)
        #expect(ticks.map(\.label) == ["1340", "1360", "1380", "1420", "1440", "1460"])
        let pixels = axis.pixels(ofRun: 0)
        #expect(abs(ticks[0].position - (100 + Double(pixels.count) * 4 / 50)) < 1e-9)
        #expect(PlotAxis([], origin: 0, length: 10).ticks(apart: 5).isEmpty)
    }

    @Test("times of day and sidereal times go on past midnight")
    func clock() {
        let midnight = 58_000.0 * 86400
        let axes = TimeFrequencyAxes(
            scans: [
                .init(
                    rows: 4, times: midnight + 23 * 3600...midnight + 25 * 3600, siderealTimes: 6...6.6,
                    label: "")
            ],
            bands: [.init(columns: 2, frequencies: 1e9...1.1e9)])
        let ticks = axes.clock(origin: 10, length: 400).ticks(.clock, apart: 60)
        #expect(ticks.map(\.label) == ["23:00", "23:20", "23:40", "00:00", "00:20", "00:40", "01:00"])
        let middle = ticks.first { $0.label == "00:00" }
        #expect(middle.map { abs($0.position - 210) < 1e-6 } == true)
        let sidereal = axes.sidereal(origin: 0, length: 400)?.ticks(.hours, apart: 60).map(\.label)
        #expect(sidereal?.contains("00h00m") == true)
        #expect(axes.megahertz(origin: 0, length: 100).ticks(apart: 50).map(\.label).first == "1000")
    }
}

@Suite("Pages of flags")
struct PageTests {
    static let axes = TimeFrequencyAxes(
        scans: [
            .init(rows: 10, times: 5e9...5e9 + 80, siderealTimes: nil, label: "scan 0 A"),
            .init(rows: 5, times: 5e9 + 200...5e9 + 240, siderealTimes: nil, label: "scan 1 B"),
        ], bands: [.init(columns: 20, frequencies: 1e9...1.02e9)])

    @Test("a flagged channel and a flagged dump stand in their columns and rows, in their reason's colour")
    func flagsInPlace() {
        var (reasons, shares) = ([Int?](repeating: nil, count: 300), [Float](repeating: 0, count: 300))
        for row in 0..<15 { (reasons[row * 20 + 13], shares[row * 20 + 13]) = (1, 1) }
        for column in 0..<20 { (reasons[12 * 20 + column], shares[12 * 20 + column]) = (7, 0.5) }
        let page = WaterfallPage(
            title: "a & b", warning: "", lines: [], axes: Self.axes,
            panels: [
                .init("amplitude", .values(shares, stretch: Stretch(linear: 0...1), unit: "Jy")),
                .init(
                    "flags", .flags(reasons, shares: shares, legend: FlagLegend([.init(bit: 1, share: 0.1)]))),
                .init("phase", .angles(shares)),
            ], width: 200, height: 154)
        let canvas = page.canvas()
        let area = page.area(ofPanel: 1)
        let rows = Self.axes.clock(origin: area.y, length: area.height).cells
        let columns = Self.axes.megahertz(origin: area.x, length: area.width).cells
        #expect(columns[13] == area.x + 130..<area.x + 140)
        for (row, pixels) in rows.enumerated() where row != 12 {
            #expect(canvas[area.x + 135, pixels.lowerBound] == FlagLegend.colours[1])
            #expect(canvas[area.x + 129, pixels.lowerBound] == .white)
            #expect(canvas[area.x + 140, pixels.upperBound - 1] == .white)
        }
        let half = FlagLegend.colour(bit: 7, share: 0.5)
        #expect(
            canvas[area.x + 3, rows[12].lowerBound] == half && half != FlagLegend.colours[7] && half != .white
        )
        // Between the scans the page shows through.
        #expect(canvas[area.x + 135, rows[9].upperBound + 1] == .white)
        let values = page.area(ofPanel: 0)
        #expect(canvas[values.x + 135, rows[0].lowerBound] == ColourMap.inferno.colours[255])
        #expect(canvas[values.x + 100, rows[0].lowerBound] == ColourMap.inferno.colours[0])
    }

    @Test("blank cells are grey in amplitude and phase, and the phase wheel closes")
    func blanks() {
        let page = WaterfallPage(
            title: "", warning: "uncalibrated", lines: ["", "x"], axes: Self.axes,
            panels: [
                .init(
                    "",
                    .values(
                        [Float](repeating: .nan, count: 300), stretch: Stretch(logarithmic: 1...10), unit: "")
                ), .init("", .angles([Float](repeating: .nan, count: 300))),
            ], width: 20, height: 15)
        let canvas = page.canvas()
        for panel in 0..<2 {
            let area = page.area(ofPanel: panel)
            #expect(canvas[area.x, area.y] == .blank)
        }
        let (first, last) = (ColourMap.wheel.colours[0], ColourMap.wheel.colours[255])
        #expect(abs(Int(first.red) - Int(last.red)) < 8 && abs(Int(first.blue) - Int(last.blue)) < 8)
    }

    @Test("logarithmic stretches place equal ratios evenly, and their bar is labelled in decades")
    func logarithms() {
        let stretch = Stretch(logarithmic: 0.01...100)
        #expect(abs(stretch.place(1) - 0.5) < 1e-12 && stretch.place(0) < 0)
        let labels = ValueBar(colours: .inferno, stretch: stretch, unit: "").ticks(
            length: 400, factor: 1, apart: 64)
        #expect(Set(labels.map(\.label)).isSuperset(of: ["0.01", "0.1", "1", "10", "100"]))
        #expect(!Stretch(logarithmic: -1...1).isLogarithmic)
    }

    @Test("the statistics' map has a flagged channel in its column, and profiles and matrix in their places")
    func statistics() {
        var page = StatisticsPage(axes: Self.axes)
        page.cells = (0..<300).map { $0 % 20 == 4 ? 1 : 0 }
        let shares = (0..<20).map { $0 == 4 ? 1.0 : 0 }
        page.columns = .init(flagged: shares, reasons: [(7, shares)])
        page.rows = .init(flagged: [Double](repeating: 0.05, count: 15), reasons: [])
        page.antennas = ["a", "b"]
        page.matrix = [.nan, 0.25, 0.25, .nan]
        page.curves = [
            .init(name: "XX", before: (1...20).map(Double.init), after: [Double](repeating: .nan, count: 20))
        ]
        page.scatter = [
            .init(name: "XX", before: [Double](repeating: 100, count: 20), after: (1...20).map { _ in 0.5 })
        ]
        page.table = (0..<60).map { .init("scan \($0)", Double($0) / 60) }
        let (canvas, layout) = (page.canvas(), StatisticsLayout(Self.axes))
        let columns = Self.axes.megahertz(origin: layout.map.x, length: layout.map.width).cells
        for (column, pixels) in columns.enumerated() {
            let colour = canvas[(pixels.lowerBound + pixels.upperBound) / 2, layout.map.y + 20]
            #expect(colour == ColourMap.viridis.colours[column == 4 ? 255 : 0])
        }
        let scatter = layout.scatter
        let inked = (scatter.y + 4..<scatter.bottom - 4).filter { canvas[scatter.x + 500, $0] != .white }
        // Values before and after, and the line of noise between them.
        #expect(inked.first.map { $0 < scatter.y + 40 } == true && inked.count < 20)
        #expect(inked.last.map { $0 > scatter.bottom - 40 } == true)
        let matrix = layout.matrix
        #expect(canvas[matrix.x + 10, matrix.y + 10] == .white)
        #expect(canvas[matrix.x + 300, matrix.y + 10] == canvas[matrix.x + 10, matrix.y + 300])
        #expect(canvas[matrix.x + 300, matrix.y + 10] != .white)
    }
}
