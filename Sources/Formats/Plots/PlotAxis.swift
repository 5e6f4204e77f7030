import Foundation

/// A place on an axis with what is written there.
public struct PlotTick: Sendable, Hashable {
    /// Pixels from the canvas's upper left corner, along the axis.
    public var position: Double
    /// What is written.
    public var label: String
}

/// One direction of a plot of cells: runs (scans, bands) one after another, with gaps between them.
public struct PlotAxis: Sendable, Hashable {
    /// Cells whose values follow each other evenly.
    public struct Run: Sendable, Hashable {
        /// How many cells there are.
        public var cells: Int
        /// The value where the first cell begins.
        public var start: Double
        /// The value where the last cell ends.
        public var end: Double

        /// So many cells from a value to another.
        public init(cells: Int, start: Double, end: Double) {
            self.cells = cells
            self.start = start
            self.end = end
        }
    }

    /// The runs, in their order on the axis.
    public let runs: [Run]
    /// The first pixel.
    public let origin: Int
    /// Pixels, gaps included.
    public let length: Int
    private let gap: Int
    private let cellsBefore: [Int]

    /// An axis of so many pixels. Gaps shrink where many of them would take more than a tenth of it.
    public init(_ runs: [Run], origin: Int, length: Int) {
        self.runs = runs
        self.origin = origin
        self.length = length
        let gaps = max(runs.count - 1, 0)
        gap = gaps == 0 ? 0 : min(4, length / 10 / gaps)
        cellsBefore = runs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.cells) }
    }

    /// The pixels of a run.
    public func pixels(ofRun run: Int) -> Range<Int> {
        edge(cellsBefore[run], run)..<edge(cellsBefore[run + 1], run)
    }

    /// The pixels of a cell of a run.
    public func pixels(ofCell cell: Int, inRun run: Int) -> Range<Int> {
        edge(cellsBefore[run] + cell, run)..<edge(cellsBefore[run] + cell + 1, run)
    }

    /// The pixels of each cell, runs one after another.
    public var cells: [Range<Int>] {
        runs.indices.flatMap { run in (0..<runs[run].cells).map { pixels(ofCell: $0, inRun: run) } }
    }

    private func edge(_ cell: Int, _ run: Int) -> Int {
        let free = length - gap * max(runs.count - 1, 0)
        return origin + run * gap + cell * free / max(cellsBefore[runs.count], 1)
    }

    /// Where a value of a run lies.
    public func position(_ value: Double, inRun run: Int) -> Double {
        let pixels = pixels(ofRun: run)
        let share = (value - runs[run].start) / (runs[run].end - runs[run].start)
        return Double(pixels.lowerBound) + (share.isFinite ? share : 0) * Double(pixels.count)
    }

    /// What a pixel stands for, in the mean over the runs.
    private var valuesPerPixel: Double {
        let values = runs.reduce(0) { $0 + abs($1.end - $1.start) }
        return values / Double(max(length, 1))
    }

    /// Round numbers at least so many pixels apart.
    public func ticks(apart: Double) -> [PlotTick] {
        let about = max(Int(Double(length) / apart), 1)
        let (_, step) = Axis.ticks(0...valuesPerPixel * Double(length), about: about)
        guard step > 0 else { return [] }
        return runs.indices.flatMap { run -> [PlotTick] in
            let (first, last) = ((runs[run].start / step).rounded(.up), (runs[run].end / step).rounded(.down))
            guard last >= first, last - first < 1000 else { return [] }
            return stride(from: first, through: last, by: 1).map { number in
                PlotTick(
                    position: position(number * step, inRun: run),
                    label: Axis.label(number * step, step: step))
            }
        }
    }

    /// Round times of values in radians of a day, at least so many pixels apart.
    func ticks(_ unit: SexagesimalTicks.Unit, apart: Double) -> [PlotTick] {
        let ticks = SexagesimalTicks(unit, apart: valuesPerPixel * apart)
        return runs.indices.flatMap { run -> [PlotTick] in
            guard runs[run].start <= runs[run].end else { return [] }
            return ticks.values(runs[run].start...runs[run].end).map {
                PlotTick(position: position($0, inRun: run), label: ticks.label($0))
            }
        }
    }
}
