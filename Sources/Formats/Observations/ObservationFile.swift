import Visibilities

/// An opened file of visibilities: what it says about itself, its samples still unread.
///
/// A format is a folder with a type that conforms to this, one that conforms to `SampleReader`, and a line in
/// `ObservationFormats.all`. Selections, joins of several files, windows, tiles and what is missing are the business of
/// `ObservationView` and `ObservationReader`, the same for all formats.
public protocol ObservationFile: Sendable {
    /// The format as users know it, such as `MeerKAT HDF5 (MVF v3)`.
    static var formatName: String { get }

    /// Whether what lies at a path is of this format; looks inside, never at the name, and judges no version.
    static func recognises(_ path: String) -> Bool

    /// Opens a file and reads everything but its samples.
    ///
    /// - Parameter memory: bytes that opening it may take, where it can be known to take many.
    /// - Throws: `HDF5Error` when it cannot be opened, is of a version that is not read, takes more memory (usage), or
    ///   breaks its promises.
    static func open(_ path: String, memory: Int) throws -> Self

    /// The file's path.
    var path: String { get }
    /// The format with its version, such as `MVF 3.9`.
    var format: String { get }
    /// What was odd in the file and how it was taken.
    var warnings: [String] { get }
    /// What it holds.
    var contents: ObservationContents { get }

    /// Bytes of memory that it takes for as long as it is open, where they may be many.
    var heldByteCount: Int { get }

    /// Readies reading of samples by so many threads at once.
    func samples(threads: Int) throws -> any SampleReader
    /// Work memory, bytes, of such a reader and of what the file keeps in memory, known before anything is read.
    ///
    /// - Throws: an error of the file (`HDF5Error`) when that cannot be told.
    func workByteCount(threads: Int) throws -> Int
    /// The share of the samples of some dumps that the file flags, of all products; nil if it stores no flags.
    ///
    /// - Throws: `HDF5Error` when the flags cannot be read.
    func flaggedShare(dumps: Range<Int>) throws -> Double?
}

extension ObservationFile {
    /// Opens a file and reads everything but its samples, whatever memory that takes.
    public static func open(_ path: String) throws -> Self { try open(path, memory: .max) }

    /// What describes the samples is small in most formats.
    public var heldByteCount: Int { 0 }
}

/// Reads the samples of one file into planes of blocks.
public protocol SampleReader: Sendable {
    /// Checksum of all samples read so far; neither the order of reading nor the cut matter.
    var checksum: UInt64 { get }
    /// Samples of the file read so far, all products counted.
    var sampleCount: Int { get }

    /// Fills everything that is asked for; what the file lacks becomes `dataLost` with value and weight 0, as do samples
    /// that are not finite or exactly zero (weight 0, and value 0 where it is not finite).
    ///
    /// - Throws: an error of the file (`HDF5Error`) when it cannot be read.
    func read(_ request: SampleRequest) async throws
}
