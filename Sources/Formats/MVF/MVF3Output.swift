import Visibilities

/// MeerKAT HDF5 of version 3 as a result, with what the stream's source file knows carried through.
public struct MVF3Output: OutputFormat {
    /// As users know it.
    public static let formatName = "MeerKAT HDF5 (MVF v3)"
    /// The suffix of its files.
    public static let suffix = ".h5"

    private let cut: ObservationCut
    private let source: MVF3File?

    /// Checks that the format can hold a stream.
    ///
    /// - Throws: `HDF5Error` (usage) that says what to change.
    public init(_ cut: ObservationCut, path: String) throws {
        self.cut = cut
        let origins = cut.observation.origins
        source = try origins.count == 1 && MVF3File.recognises(origins[0]) ? MVF3File(path: origins[0]) : nil
        try MVF3Writer.check(cut, copying: source, path: path)
    }

    /// Blocks that the writer holds: the tiles of a window.
    public var heldBlocks: Int { MVF3Writer.heldBlocks(cut) }

    /// Work memory of the writer, bytes.
    public func workByteCount(threads: Int) -> Int {
        MVF3Writer.workByteCount(cut, copying: source, threads: threads)
    }

    /// Makes the file and everything in it but the samples.
    public func makeFile(_ path: String, threads: Int) throws -> any ObservationWriter {
        try MVF3Writer(path: path, cut: cut, copying: source, threads: threads)
    }
}

extension MVF3Writer: ObservationWriter {}
