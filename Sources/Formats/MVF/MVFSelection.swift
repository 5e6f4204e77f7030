import Visibilities

/// Which part of an MVF file to read. What is not said keeps everything; nothing here flags.
public struct MVFSelection: Sendable {
    /// Names or tags of targets; empty: those tagged `target`, else all.
    public var targets: [String] = []
    /// Whether to keep a scan, by katdal's index.
    public var scans: (@Sendable (Int) -> Bool)?
    /// Whether to keep a dump, by its mid time, UTC, MJD seconds.
    public var times: (@Sendable (Double) -> Bool)?
    /// Whether to keep an antenna, by name.
    public var antennas: (@Sendable (String) -> Bool)?
    /// Whether to keep a baseline, by the names of its antennas.
    public var baselines: (@Sendable (String, String) -> Bool)?
    /// Channels in ascending order of frequency; each range becomes a spectral window.
    public var channels: [Range<Int>]?
    /// Polarisation products.
    public var polarisations: [Polarisation]?
    /// Whether to keep autocorrelations.
    public var keepsAutocorrelations = true

    /// Everything.
    public init() {}
}

/// Splits the dumps of a scan where time jumps.
enum MVFGaps {
    /// So many missing dumps are filled; more are a gap.
    static let mostFilled = 4

    /// A run of dumps with even spacing: the file's dump, or nil where it is missing, and mid times.
    struct Piece: Sendable, Hashable {
        var rows: [Int?] = []
        var times: [Double] = []
    }

    /// The runs of a scan; missing dumps inside a run are rows without a file's dump.
    ///
    /// - Parameters:
    ///   - dumps: the file's dumps that were kept, ascending.
    ///   - times: mid time of each dump of the file, seconds.
    ///   - interval: a dump's length, seconds.
    static func pieces(dumps: [Int], times: [Double], interval: Double) -> [Piece] {
        var pieces: [Piece] = []
        var current = Piece()
        var previous: Int?
        for dump in dumps {
            if let last = previous {
                let missing = ((times[dump] - times[last]) / interval).rounded() - 1
                if dump != last + 1 || missing > Double(mostFilled) || missing < -1 {
                    pieces.append(current)
                    current = Piece()
                } else if missing >= 1 {
                    for step in 1...Int(missing) {
                        current.rows.append(nil)
                        current.times.append(times[last] + Double(step) * interval)
                    }
                }
            }
            current.rows.append(dump)
            current.times.append(times[dump])
            previous = dump
        }
        return current.rows.isEmpty ? pieces : pieces + [current]
    }
}
