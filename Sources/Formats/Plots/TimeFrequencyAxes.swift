import Foundation

/// Time and frequency of a plot: scans with their rows of cells, bands with their columns.
public struct TimeFrequencyAxes: Sendable, Hashable {
    /// A scan.
    public struct Scan: Sendable, Hashable {
        /// Rows of cells.
        public var rows: Int
        /// From its beginning to its end, UTC, MJD seconds.
        public var times: ClosedRange<Double>
        /// Local sidereal time at its beginning and end, radians, going on beyond 2π; nil where the site is not known.
        public var siderealTimes: ClosedRange<Double>?
        /// What stands beside it.
        public var label: String

        /// A scan of so many rows.
        public init(
            rows: Int, times: ClosedRange<Double>, siderealTimes: ClosedRange<Double>?, label: String
        ) {
            self.rows = rows
            self.times = times
            self.siderealTimes = siderealTimes
            self.label = label
        }
    }

    /// Contiguous channels.
    public struct Band: Sendable, Hashable {
        /// Columns of cells.
        public var columns: Int
        /// From its lower to its upper edge, Hz.
        public var frequencies: ClosedRange<Double>

        /// A band of so many columns.
        public init(columns: Int, frequencies: ClosedRange<Double>) {
            self.columns = columns
            self.frequencies = frequencies
        }
    }

    /// The scans, first on top.
    public var scans: [Scan]
    /// The bands, from left to right.
    public var bands: [Band]

    /// Axes of scans and bands.
    public init(scans: [Scan], bands: [Band]) {
        self.scans = scans
        self.bands = bands
    }

    /// Rows of cells.
    public var rows: Int { scans.reduce(0) { $0 + $1.rows } }
    /// Columns of cells.
    public var columns: Int { bands.reduce(0) { $0 + $1.columns } }

    /// Time of day, radians from the midnight before the first scan.
    func clock(origin: Int, length: Int) -> PlotAxis {
        let start = scans.map(\.times.lowerBound).min() ?? 0
        let midnight = (start / 86400).rounded(.down) * 86400
        func angle(_ time: Double) -> Double { (time - midnight) * 2 * .pi / 86400 }
        return PlotAxis(
            scans.map {
                PlotAxis.Run(
                    cells: $0.rows, start: angle($0.times.lowerBound), end: angle($0.times.upperBound))
            }, origin: origin, length: length)
    }

    /// Sidereal time, radians; nil unless it is known for all scans.
    func sidereal(origin: Int, length: Int) -> PlotAxis? {
        let ranges = scans.compactMap(\.siderealTimes)
        guard ranges.count == scans.count, !ranges.isEmpty else { return nil }
        return PlotAxis(
            zip(scans, ranges).map {
                PlotAxis.Run(cells: $0.rows, start: $1.lowerBound, end: $1.upperBound)
            }, origin: origin, length: length)
    }

    /// Frequency, MHz.
    func megahertz(origin: Int, length: Int) -> PlotAxis {
        PlotAxis(
            bands.map {
                PlotAxis.Run(
                    cells: $0.columns, start: $0.frequencies.lowerBound / 1e6,
                    end: $0.frequencies.upperBound / 1e6)
            }, origin: origin, length: length)
    }
}
