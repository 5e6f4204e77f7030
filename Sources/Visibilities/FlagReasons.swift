/// Why a sample is flagged: MeerKAT's flag bits, which are also the defaults of Measurement Set v4.
///
/// A sample is flagged when any bit is set. Stages only ever add bits unless a parameter says otherwise.
public struct FlagReasons: OptionSet, Sendable, Hashable, BitwiseCopyable {
    /// The bits as stored in blocks and MVF files.
    public let rawValue: UInt8

    /// Flags with these bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No reason given (formats that store a plain boolean).
    public static let unspecified = FlagReasons(rawValue: 1 << 0)
    /// A static mask, band edges, channel ranges.
    public static let staticMask = FlagReasons(rawValue: 1 << 1)
    /// Control and monitoring: autocorrelations, antennas, baselines, times, scans, elevation, shadowing.
    public static let cam = FlagReasons(rawValue: 1 << 2)
    /// No (finite) data arrived, or nothing was received; set by readers and for dead antennas, never cleared.
    public static let dataLost = FlagReasons(rawValue: 1 << 3)
    /// RFI found by the correlator's ingest.
    public static let ingestRFI = FlagReasons(rawValue: 1 << 4)
    /// RFI predicted from known emitters.
    public static let predictedRFI = FlagReasons(rawValue: 1 << 5)
    /// RFI found in calibration.
    public static let calibrationRFI = FlagReasons(rawValue: 1 << 6)
    /// Found by a later step: clipping, the autoflagger.
    public static let postProcessing = FlagReasons(rawValue: 1 << 7)

    /// The names of the bits, lowest first, as reports and files spell them.
    public static let names = [
        "unspecified", "static", "cam", "data_lost", "ingest_rfi", "predicted_rfi", "cal_rfi", "postproc",
    ]
}
