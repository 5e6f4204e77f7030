import Foundation

/// A page that shows how much of an observation is flagged, where and why: over time and frequency, between antennas, and
/// the bandpass and the scatter along time before and after.
public struct StatisticsPage: Sendable {
    /// Flagged shares along an axis, a cell each; NaN where there is nothing.
    public struct Profile: Sendable {
        /// The share that is flagged.
        public var flagged: [Double]
        /// The share that carries a flag bit, for the bits that occur.
        public var reasons: [(bit: Int, shares: [Double])]

        /// A profile; all its lists are as long as the axis.
        public init(flagged: [Double], reasons: [(bit: Int, shares: [Double])]) {
            self.flagged = flagged
            self.reasons = reasons
        }

        /// The largest share.
        var largest: Double { flagged.reduce(0) { $1.isFinite ? max($0, $1) : $0 } }
    }

    /// A value of a correlation product in each column, such as the mean amplitude; NaN where there is nothing.
    public struct Curve: Sendable {
        /// The product's name.
        public var name: String
        /// Of all samples that are not lost.
        public var before: [Double]
        /// Of the unflagged.
        public var after: [Double]

        /// A curve with a value for each column.
        public init(name: String, before: [Double], after: [Double]) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    /// A line of the table of shares.
    public struct Row: Sendable {
        /// What it counts.
        public var name: String
        /// The flagged share; NaN where there is nothing.
        public var share: Double

        /// A share with its name.
        public init(_ name: String, _ share: Double) {
            self.name = name
            self.share = share
        }
    }

    /// The first line, large.
    public var title = ""
    /// A remark that must not be missed.
    public var warning = ""
    /// The lines below the title.
    public var lines: [String] = []
    /// Time and frequency.
    public var axes: TimeFrequencyAxes
    /// The flagged share of each cell, [row][column]; NaN where there is nothing.
    public var cells: [Double] = []
    /// Shares along frequency.
    public var columns = Profile(flagged: [], reasons: [])
    /// Shares along time.
    public var rows = Profile(flagged: [], reasons: [])
    /// The reasons that occur.
    public var legend = FlagLegend([])
    /// The antennas' names.
    public var antennas: [String] = []
    /// The flagged share of each pair of antennas, [antenna][antenna]; NaN where there is no baseline.
    public var matrix: [Double] = []
    /// The bandpass of each product.
    public var curves: [Curve] = []
    /// The kurtosis of each product's differences along time, 1 for noise.
    public var scatter: [Curve] = []
    /// Which baselines the bandpass is the mean of, such as `cross-correlations`.
    public var curveBaselines = ""
    /// The unit of amplitudes.
    public var unit = ""
    /// Shares by product, field and scan.
    public var table: [Row] = []

    /// A page with axes and nothing on them.
    public init(axes: TimeFrequencyAxes) { self.axes = axes }

    /// Draws the page.
    ///
    /// - Precondition: cells, profiles and curves have the axes' sizes, the matrix that of the antennas.
    public func canvas() -> Canvas {
        let layout = StatisticsLayout(axes)
        var canvas = Canvas(width: layout.width, height: layout.height)
        canvas.plotTitle(title, warning: warning, lines: lines, left: Double(layout.map.x))
        drawMap(on: &canvas, layout)
        drawColumnProfile(on: &canvas, layout)
        drawRowProfile(on: &canvas, layout)
        drawBandpass(on: &canvas, layout)
        drawScatter(on: &canvas, layout)
        drawMatrix(on: &canvas, layout)
        drawWords(on: &canvas, layout)
        return canvas
    }
}

/// Where the parts of the page lie: one column on a common frequency axis, one row on a common time axis.
struct StatisticsLayout {
    /// Shares along frequency.
    let columnProfile: Rectangle
    /// The map of time and frequency.
    let map: Rectangle
    /// Shares along time.
    let rowProfile: Rectangle
    /// The bandpass.
    let bandpass: Rectangle
    /// The scatter along time.
    let scatter: Rectangle
    /// The matrix of antennas.
    let matrix: Rectangle
    /// The reasons.
    let legend: Rectangle
    /// The map's colours.
    let mapBar: Rectangle
    /// The table of shares.
    let table: Rectangle
    let width: Int
    let height: Int

    init(_ axes: TimeFrequencyAxes) {
        map = Rectangle(x: 132, y: 308, width: max(960, axes.columns), height: max(430, axes.rows))
        columnProfile = Rectangle(x: map.x, y: 142, width: map.width, height: 150)
        bandpass = Rectangle(x: map.x, y: map.bottom + 16, width: map.width, height: 260)
        scatter = Rectangle(x: map.x, y: bandpass.bottom + 16, width: map.width, height: 150)
        let right = map.right + 18
        rowProfile = Rectangle(x: right, y: map.y, width: 200, height: map.height)
        legend = Rectangle(x: right, y: 140, width: 250, height: 160)
        matrix = Rectangle(x: right + 418, y: 166, width: 400, height: 400)
        mapBar = Rectangle(x: matrix.x, y: matrix.bottom + 124, width: matrix.width, height: 12)
        table = Rectangle(x: right, y: bandpass.y + 76, width: 700, height: 250)
        width = matrix.right + 32
        height = scatter.bottom + 78
    }
}
