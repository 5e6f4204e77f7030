import Visibilities

/// Sums in cells of time and frequency for a picture of one correlation product of one baseline, or of the mean of several.
///
/// The baselines of a window are summed at full resolution, one after another, and then gathered into cells: the result
/// depends on neither tiles nor threads.
public struct WaterfallSums: Sendable {
    /// Which window of which sub-band is being summed.
    private struct Place: Equatable {
        let scheduleIndex, subband, window: Int

        init(_ context: BlockContext) {
            (scheduleIndex, subband, window) = (context.scheduleIndex, context.subband, context.window)
        }
    }

    /// The cells' axes.
    public let bins: TimeFrequencyBins
    private let isShown: [Bool]
    private let polarisation: Int
    private var cells: WaterfallCells
    private var window = WaterfallWindow()
    private var context: BlockContext?

    /// Sums of nothing for some baselines (by index) and a product (by index) of an observation.
    ///
    /// - Throws: `WaterfallError` when so many samples would fall into a cell that they cannot be counted.
    public init(
        _ observation: Observation, baselines: [Int], polarisation: Int, bins: TimeFrequencyBins
    ) throws(WaterfallError) {
        let (most, overflow) = bins.largestCell.multipliedReportingOverflow(by: baselines.count)
        guard !overflow, most <= Int(UInt32.max) else {
            throw WaterfallError(baselines: baselines.count, samples: bins.largestCell)
        }
        var isShown = [Bool](repeating: false, count: observation.baselines.count)
        for baseline in baselines { isShown[baseline] = true }
        self.isShown = isShown
        self.polarisation = polarisation
        self.bins = bins
        cells = WaterfallCells(count: bins.count)
    }

    /// Bytes that a picture takes, with windows of so many dumps and channels.
    public static func byteCount(_ bins: TimeFrequencyBins, largest shape: BlockShape) -> Int {
        bins.count * WaterfallCells.cellBytes + shape.planeSize * WaterfallWindow.sampleBytes
    }

    /// Adds what a block has of the picture.
    ///
    /// - Precondition: the block belongs to a stream of the observation.
    public mutating func add(_ block: VisibilityBlock) {
        let shape = block.shape
        guard shape.samples > 0 else { return }
        for baseline in 0..<shape.baselines where isShown[block.firstBaseline + baseline] {
            if context.map(Place.init) != Place(block.context) {
                settle()
                context = block.context
                window.start(samples: shape.planeSize)
            }
            let samples = block.samples(ofPlane: baseline * shape.polarisations + polarisation)
            window.add(block.visibilities.extracting(samples), flags: block.flags.extracting(samples))
        }
    }

    /// Gathers what is left and returns the cells.
    public consuming func finish() -> WaterfallCells {
        settle()
        return cells
    }

    private mutating func settle() {
        guard let context else { return }
        let columns = Array(bins.columns(of: context))
        for (time, row) in bins.rows(of: context).enumerated() {
            let start = row * bins.columns.count
            for channel in columns.indices {
                window.move(time * columns.count + channel, to: start + columns[channel], of: &cells)
            }
        }
        self.context = nil
    }
}

/// A picture of so many baselines in so few cells that its samples cannot be counted.
public struct WaterfallError: Error, CustomStringConvertible {
    /// Baselines of the picture.
    public let baselines: Int
    /// Samples of a plane in a cell.
    public let samples: Int

    /// One line.
    public var description: String {
        "\(baselines) baselines with \(samples) samples in a pixel each are too many to count: use more pixels"
    }
}
