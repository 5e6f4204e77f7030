import Visibilities

/// Counts of flags along every axis of a stream, gathered block by block; all axes add up to the same totals.
///
/// They are whole numbers, so that they do not depend on tiles or on the order of blocks.
public struct FlagStatistics: Sendable {
    /// How much of a cell of time and frequency is flagged.
    public struct Cell: Sendable, Hashable {
        /// All samples.
        public var samples = 0
        /// Samples that are `dataLost`.
        public var lost = 0
        /// Samples that are flagged and not lost.
        public var flagged = 0
    }

    /// Counts of each baseline of the observation.
    public private(set) var baselines: [FlagCounts]
    /// Counts of each correlation product.
    public private(set) var polarisations: [FlagCounts]
    /// Counts of each dump of each scan of the schedule.
    public private(set) var dumps: [[FlagCounts]]
    /// Counts of each channel of each spectral window.
    public private(set) var channels: [[FlagCounts]]
    /// Counts of each cell, [row][column], all baselines and products together.
    public private(set) var cells: [Cell]
    /// The cells' axes.
    public let bins: TimeFrequencyBins
    private let observation: Observation
    private var counter = PlaneCounter(channels: 0)

    /// Counts of nothing, for the blocks of an observation whose schedule is known.
    public init(_ observation: Observation, bins: TimeFrequencyBins) {
        func zeros(_ count: Int) -> [FlagCounts] { [FlagCounts](repeating: FlagCounts(), count: count) }
        self.observation = observation
        self.bins = bins
        baselines = zeros(observation.baselines.count)
        polarisations = zeros(observation.polarisations.count)
        dumps = observation.schedule.map { zeros($0.times.count) }
        channels = observation.spectralWindows.map { zeros($0.frequencies.count) }
        cells = [Cell](repeating: Cell(), count: bins.count)
    }

    /// Bytes that the counts of an observation take, those of its widest block among them.
    public static func byteCount(_ observation: Observation, bins: TimeFrequencyBins) -> Int {
        let dumps = observation.schedule.reduce(0) { $0 + $1.times.count }
        let channels = observation.spectralWindows.reduce(0) { $0 + $1.frequencies.count }
        let lists = observation.baselines.count + observation.polarisations.count + dumps + 3 * channels
        return lists * MemoryLayout<FlagCounts>.stride + bins.count * MemoryLayout<Cell>.stride
    }

    /// Counts the flags of a block.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        let (shape, context) = (block.shape, block.context)
        guard shape.samples > 0 else { return }
        if counter.channels != shape.channels { counter = PlaneCounter(channels: shape.channels) }
        let rows = bins.rows(of: context)
        let columns = Array(bins.columns(of: context))
        for plane in 0..<shape.planes {
            let flags = block.flags.extracting(block.samples(ofPlane: plane))
            counter.count(flags)
            var total = FlagCounts()
            for (time, row) in counter.rows.enumerated() {
                dumps[context.scheduleIndex][context.dumps.lowerBound + time] += row
                total += row
                guard row.flagged + row.lost > 0 else { continue }
                addCells(
                    flags.extracting(time * shape.channels..<(time + 1) * shape.channels), row: rows[time],
                    columns: columns)
            }
            total.samples = shape.planeSize
            baselines[block.firstBaseline + plane / shape.polarisations] += total
            polarisations[plane % shape.polarisations] += total
        }
        addSamples(shape, context, rows, columns)
    }

    /// Adds what the block's shape alone tells.
    private mutating func addSamples(
        _ shape: BlockShape, _ context: BlockContext, _ rows: [Int], _ columns: [Int]
    ) {
        for dump in context.dumps {
            dumps[context.scheduleIndex][dump].samples += shape.planes * shape.channels
        }
        for (channel, var counts) in zip(context.channels, counter.takeChannels()) {
            counts.samples = shape.planes * shape.times
            channels[context.spectralWindow][channel] += counts
        }
        for row in rows {
            for column in columns { cells[row * bins.columns.count + column].samples += shape.planes }
        }
    }

    /// Counts the flags of a row of a plane in its cells.
    private mutating func addCells(_ flags: Span<UInt8>, row: Int, columns: [Int]) {
        let start = row * bins.columns.count
        for channel in columns.indices where flags[channel] != 0 {
            if flags[channel] & FlagReasons.dataLost.rawValue != 0 {
                cells[start + columns[channel]].lost += 1
            } else {
                cells[start + columns[channel]].flagged += 1
            }
        }
    }
}

extension FlagStatistics {
    /// Counts of everything.
    public var total: FlagCounts { polarisations.total }
    /// Counts of each scan of the schedule.
    public var scans: [FlagCounts] { dumps.map(\.total) }

    /// Counts of each field of the observation.
    public var fields: [FlagCounts] {
        zip(observation.schedule, dumps).reduce(
            into: [FlagCounts](repeating: FlagCounts(), count: observation.fields.count)
        ) { $0[$1.0.field] += $1.1.total }
    }

    /// Counts of the baselines of each antenna: those of two antennas count for both.
    public var antennas: [FlagCounts] {
        zip(observation.baselines, baselines).reduce(
            into: [FlagCounts](repeating: FlagCounts(), count: observation.antennas.count)
        ) { antennas, next in
            antennas[next.0.antenna1] += next.1
            if !next.0.isAutocorrelation { antennas[next.0.antenna2] += next.1 }
        }
    }

    /// Counts of each column of cells, in all scans.
    public var columns: [FlagCounts] {
        var columns = [FlagCounts](repeating: FlagCounts(), count: bins.columns.count)
        for (run, band) in bins.bands.enumerated() {
            for (item, channel) in band.channels.enumerated() {
                columns[bins.columns.bin(of: item, inRun: run)] += channels[band.spectralWindow][channel]
            }
        }
        return columns
    }

    /// Counts of each row of cells, in all channels.
    public var rows: [FlagCounts] {
        var rows = [FlagCounts](repeating: FlagCounts(), count: bins.rows.count)
        for (run, dumps) in dumps.enumerated() {
            for (item, counts) in dumps.enumerated() { rows[bins.rows.bin(of: item, inRun: run)] += counts }
        }
        return rows
    }
}
