/// Where a block lies in its stream and what its axes mean; shared by the tiles of a window, never changed.
public final class BlockContext: Sendable {
    /// Scan number in the file.
    public let scan: Int
    /// What the scan is for.
    public let intent: String
    /// Index of the field.
    public let field: Int
    /// Phase centre of the visibilities.
    public let phaseCentre: Direction
    /// Index of the spectral window.
    public let spectralWindow: Int
    /// Channels of the spectral window (of this stream) that the block holds.
    public let channels: Range<Int>
    /// Channel centre frequencies, Hz.
    public let frequencies: [Double]
    /// Channel widths, Hz.
    public let widths: [Double]
    /// Index in the schedule of the scan.
    public let scheduleIndex: Int
    /// Dumps of the scan (of this stream) that the block holds.
    public let dumps: Range<Int>
    /// Nominal time of each dump, UTC, MJD seconds.
    public let times: [Double]
    /// Length of each dump, seconds.
    public let intervals: [Double]
    /// Sub-band number, from 0.
    public let subband: Int
    /// Window number in the scan, from 0.
    public let window: Int
    /// Whether this window is the last one of the scan.
    public let endsScan: Bool
    /// The side of a sub-band whose halo the block is; nil for the sub-band itself.
    public let halo: HaloSide?

    /// The context of the tiles of one window.
    public init(
        scan: Int, intent: String, field: Int, phaseCentre: Direction, spectralWindow: Int,
        channels: Range<Int>,
        frequencies: [Double], widths: [Double], scheduleIndex: Int, dumps: Range<Int>, times: [Double],
        intervals: [Double], subband: Int, window: Int, endsScan: Bool,
        halo: HaloSide? = nil
    ) {
        self.scan = scan
        self.intent = intent
        self.field = field
        self.phaseCentre = phaseCentre
        self.spectralWindow = spectralWindow
        self.channels = channels
        self.frequencies = frequencies
        self.widths = widths
        self.scheduleIndex = scheduleIndex
        self.dumps = dumps
        self.times = times
        self.intervals = intervals
        self.subband = subband
        self.window = window
        self.endsScan = endsScan
        self.halo = halo
    }

    /// The context of one window of one sub-band of a cut observation, or of the halo on one side of it.
    ///
    /// - Parameter halo: the side and the channels of the halo.
    /// - Precondition: the indices exist in the cut.
    public convenience init(
        _ cut: ObservationCut, scheduleIndex: Int, subband: Int, window: Int,
        halo: (side: HaloSide, channels: Range<Int>)? = nil
    ) {
        let scan = cut.observation.schedule[scheduleIndex]
        let windows = cut.windows(dumps: scan.times.count)
        let dumps = windows[window]
        let band = cut.subbands[subband]
        let channels = halo?.channels ?? band.channels
        let spectral = cut.observation.spectralWindows[band.spectralWindow]
        self.init(
            scan: scan.number, intent: scan.intent, field: scan.field,
            phaseCentre: cut.observation.fields[scan.field].phaseCentre, spectralWindow: band.spectralWindow,
            channels: channels, frequencies: Array(spectral.frequencies[channels]),
            widths: Array(spectral.widths[channels]), scheduleIndex: scheduleIndex, dumps: dumps,
            times: Array(scan.times[dumps]), intervals: Array(scan.intervals[dumps]), subband: subband,
            window: window, endsScan: window == windows.count - 1, halo: halo?.side)
    }
}
