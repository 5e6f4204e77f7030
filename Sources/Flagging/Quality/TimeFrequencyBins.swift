import Visibilities

/// The cells that time and frequency of a stream are gathered into: rows of dumps, columns of channels.
public struct TimeFrequencyBins: Sendable, Hashable {
    /// Contiguous channels of a spectral window.
    public struct Band: Sendable, Hashable {
        /// Index of the spectral window.
        public let spectralWindow: Int
        /// Its channels.
        public let channels: Range<Int>
    }

    /// Rows; their runs are the scans of the schedule.
    public let rows: RunBins
    /// Columns; their runs are the bands.
    public let columns: RunBins
    /// The contiguous bands of all spectral windows, in order.
    public let bands: [Band]
    private let columnOfChannel: [[Int]]

    /// Cells of whole dumps and channels: at most so many rows and columns, unless there are more scans or windows.
    ///
    /// Where channels are so scattered that gaps would take most of the columns, they stand side by side without gaps.
    public init(_ observation: Observation, rows: Int, columns: Int) {
        func bands(_ split: (SpectralWindow) -> [Range<Int>]) -> [Band] {
            observation.spectralWindows.enumerated().flatMap { index, window in
                split(window).map { Band(spectralWindow: index, channels: $0) }
            }
        }
        let contiguous = bands(Self.contiguous)
        let bands = contiguous.count * 8 <= columns ? contiguous : bands { [$0.frequencies.indices] }
        let bins = RunBins(lengths: bands.map(\.channels.count), most: columns)
        var columnOfChannel = observation.spectralWindows.map {
            [Int](repeating: 0, count: $0.frequencies.count)
        }
        for (run, band) in bands.enumerated() {
            for (item, channel) in band.channels.enumerated() {
                columnOfChannel[band.spectralWindow][channel] = bins.bin(of: item, inRun: run)
            }
        }
        self.rows = RunBins(lengths: observation.schedule.map(\.times.count), most: rows)
        self.columns = bins
        self.bands = bands
        self.columnOfChannel = columnOfChannel
    }

    /// All cells.
    public var count: Int { rows.count * columns.count }
    /// The most samples of one plane that fall into a cell.
    public var largestCell: Int { rows.width * columns.width }

    /// The row of each dump of a block.
    func rows(of context: BlockContext) -> [Int] {
        context.dumps.map { rows.bin(of: $0, inRun: context.scheduleIndex) }
    }

    /// The column of each channel of a block.
    func columns(of context: BlockContext) -> ArraySlice<Int> {
        columnOfChannel[context.spectralWindow][context.channels]
    }

    /// Channels that lie side by side: a step of more than one and a half widths starts a new band.
    private static func contiguous(_ window: SpectralWindow) -> [Range<Int>] {
        var bands: [Range<Int>] = []
        for channel in window.frequencies.indices {
            if let last = bands.last,
                window.frequencies[channel] - window.frequencies[channel - 1] < 1.5 * window.widths[channel]
            {
                bands[bands.count - 1] = last.lowerBound..<channel + 1
            } else {
                bands.append(channel..<channel + 1)
            }
        }
        return bands
    }
}
