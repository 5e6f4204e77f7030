// An island of unsafe code: pointers into blocks, valid as long as their caller holds the blocks.

import Visibilities

/// The part of a window of a sub-band that one file fills: some of its dumps, a run of its channels, some of its planes.
public struct SampleRequest: Sendable {
    /// For each dump of the window the file's dump; nil where somebody else fills it.
    public let dumps: [Int?]
    /// The file's spectral window.
    public let spectralWindow: Int
    /// The file's channels, ascending in frequency.
    public let channels: Range<Int>
    /// Where the first of them lies on the channel axis of the blocks.
    public let firstChannel: Int
    /// Channels of the blocks: a plane's row of dump d begins at d * width.
    public let width: Int
    /// The planes to fill; the file holds all of them.
    public let planes: [PlaneDestination]
    /// The baselines whose uvw and centroids may be set; they hold what the schedule says.
    public let tracks: [TrackDestination]
    /// What weights are to count in where a file's are relative; nil: in the file's own unit.
    public let weightUnit: WeightUnit?
    /// Whether the samples count in `checksum` and `sampleCount`.
    public let counts: Bool
}

/// Where the samples of one plane of a file go: [dump of the window][channel of the block].
public struct PlaneDestination: @unchecked Sendable {
    /// Index into the file's baselines.
    public let baseline: Int
    /// Index into the file's polarisations.
    public let polarisation: Int
    /// The plane's first visibility, as a pair of floats in 64 bits, the real part in the low half.
    public let visibilities: UnsafeMutablePointer<UInt64>
    /// The plane's first weight.
    public let weights: UnsafeMutablePointer<Float>
    /// The plane's first flags.
    public let flags: UnsafeMutablePointer<UInt8>

    /// Marks samples as lost: value and weight 0, the one reason `dataLost`.
    func lose(from offset: Int, count: Int) {
        (visibilities + offset).update(repeating: 0, count: count)
        (weights + offset).update(repeating: 0, count: count)
        (flags + offset).update(repeating: FlagReasons.dataLost.rawValue, count: count)
    }
}

/// Where uvw and centroids of one baseline of a file go: [dump of the window].
public struct TrackDestination: @unchecked Sendable {
    /// Index into the file's baselines.
    public let baseline: Int
    /// uvw in the first dump of the window.
    public let uvw: UnsafeMutablePointer<UVW>
    /// Centroid of the first dump of the window, UTC, MJD seconds.
    public let centroids: UnsafeMutablePointer<Double>
}
