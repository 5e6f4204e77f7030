/// How many dumps and channels are averaged into one.
public struct AveragingBins: Sendable, Hashable {
    /// Dumps in a bin, at least 1.
    public let times: Int
    /// Channels in a bin, at least 1.
    public let channels: Int

    /// Bins of so many dumps x channels; a number below 1 counts as 1.
    public init(times: Int = 1, channels: Int = 1) {
        self.times = max(times, 1)
        self.channels = max(channels, 1)
    }

    /// The bins nearest to a length (seconds) and a width (Hz) for an observation's dumps and its first channel, at least 1;
    /// what is nil stays as it is.
    public init(time: Double?, frequency: Double?, of observation: Observation) {
        func nearest(_ wanted: Double?, _ unit: Double?) -> Int {
            guard let wanted, let unit, unit > 0, (wanted / unit).isFinite else { return 1 }
            return Int(min(max((wanted / unit).rounded(), 1), 1e9))
        }
        self.init(
            times: nearest(time, observation.integrationTime),
            channels: nearest(frequency, observation.spectralWindows.first?.widths.first))
    }

    /// Dump indices of each bin of so many dumps; the last bin may be short.
    func timeBins(of count: Int) -> [Range<Int>] { Self.bins(of: count, each: times) }

    /// Channel indices of each bin of so many channels; the last bin may be short.
    func channelBins(of count: Int) -> [Range<Int>] { Self.bins(of: count, each: channels) }

    private static func bins(of count: Int, each: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: each).map { $0..<min(count, $0 + min(each, count)) }
    }
}

/// Bins that the cut of a stream does not allow.
public struct AveragingError: Error, Hashable, CustomStringConvertible {
    /// Dumps in a bin.
    public let times: Int
    /// Dumps in a window of the stream.
    public let dumpsPerWindow: Int

    /// What, where and how to mend, in one line.
    public var description: String {
        "bins of \(times) dumps do not divide windows of \(dumpsPerWindow) dumps: averaging: "
            + "set the reader's window to a multiple of \(times)"
    }
}
