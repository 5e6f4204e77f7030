import Visibilities

/// UVH5 as a result.
public struct UVH5Output: OutputFormat {
    /// As users know it.
    public static let formatName = "UVH5"
    /// The suffix of its files.
    public static let suffix = ".uvh5"

    private let cut: ObservationCut
    private let layout: UVH5WriterLayout

    /// Checks that the format can hold a stream.
    ///
    /// - Throws: `HDF5Error` (usage) that says what to change.
    public init(_ cut: ObservationCut, path: String) throws {
        self.cut = cut
        layout = try UVH5WriterLayout(cut, path: path)
    }

    /// Blocks that the writer holds: the tiles of a window.
    public var heldBlocks: Int { cut.tiles.count }

    /// Work memory of the writer, bytes: a page for each thread and what is known of each dump.
    public func workByteCount(threads: Int) -> Int {
        max(threads, 1) * (UVH5Writer.pageBytes(layout) + layout.baselines * 192) + layout.dumps * 8
            + layout.baselines * 16
    }

    /// Makes the file and everything in it but the samples.
    public func makeFile(_ path: String, threads: Int) throws -> any ObservationWriter {
        try UVH5Writer(path: path, cut: cut, threads: threads)
    }
}
