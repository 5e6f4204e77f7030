import Visibilities

/// Which part of an observation to read. What is not said keeps everything; nothing here flags.
public struct ReadSelection: Sendable {
    /// Names or tags of targets; empty: those tagged `target`, else all.
    public var targets: [String] = []
    /// Whether to keep a scan, by its number.
    public var scans: (@Sendable (Int) -> Bool)?
    /// Whether to keep a dump, by its mid time, UTC, MJD seconds.
    public var times: (@Sendable (Double) -> Bool)?
    /// Whether to keep an antenna, by name.
    public var antennas: (@Sendable (String) -> Bool)?
    /// Whether to keep a baseline, by the names of its antennas.
    public var baselines: (@Sendable (String, String) -> Bool)?
    /// Channels of each spectral window in ascending order of frequency; each range becomes a spectral window.
    public var channels: [[Range<Int>]]?
    /// Polarisation products.
    public var polarisations: [Polarisation]?
    /// Whether to keep autocorrelations.
    public var keepsAutocorrelations = true

    /// Everything.
    public init() {}
}
