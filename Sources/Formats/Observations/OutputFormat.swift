import Visibilities

/// A format that streams are written in: what can be said before the file is made.
///
/// A format is a folder with a type that conforms to this, one that conforms to `ObservationWriter`, and a line in
/// `OutputFormats.all`.
public protocol OutputFormat: Sendable {
    /// The format as users know it, such as `MeerKAT HDF5 (MVF v3)`.
    static var formatName: String { get }
    /// The suffix of its files, such as `.h5`.
    static var suffix: String { get }

    /// Checks that the format can hold a stream; makes nothing.
    ///
    /// - Parameter path: the result's name, for errors.
    /// - Throws: a usage error that says what the format cannot hold and what to change.
    init(_ cut: ObservationCut, path: String) throws

    /// Blocks that the writer holds.
    var heldBlocks: Int { get }
    /// Work memory of the writer, bytes.
    func workByteCount(threads: Int) -> Int
    /// Makes the file and everything in it but the samples; one of that name is replaced.
    ///
    /// - Throws: `HDF5Error` (machine) when it cannot be made, or there is no room for it.
    func makeFile(_ path: String, threads: Int) throws -> any ObservationWriter
}

/// Writes the blocks of a stream, in stream order, to a file that was made for it.
public protocol ObservationWriter: AnyObject {
    /// Takes the next block.
    ///
    /// - Throws: `HDF5Error` (machine) when writing fails, such as on a full disk.
    func write(_ block: consuming VisibilityBlock) async throws
    /// Ends the file.
    ///
    /// - Parameter history: lines about what was done.
    /// - Throws: `HDF5Error` when samples are missing or writing fails.
    func finish(history: [String]) throws
}
