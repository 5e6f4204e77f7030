import Parameters
import Rings
import Tiles
import Visibilities

/// Writes a stream of blocks as a MeerKAT HDF5 file of version 3, which katdal and mvftoms open.
///
/// The file holds the dumps of the stream's schedule one after the other; slews that were not read are gone, and
/// `activity`, `target` and `label` are written anew so that katdal sees the same scans, numbered from 0. Weights are
/// coded by `MVFWeightCode`. All arrays get their places when the file is made and are written around libhdf5 from several
/// threads, so equal streams give equal files. The format has one dump length: a short last dump keeps its
/// centroid, not its length. Bad samples that reading set to 0 are written as 0.
public final class MVF3Writer {
    private let path: String
    private let layout: MVFOutputLayout
    private let file: HDF5File
    private let arrays: MVFOutputArrays
    private let staging: StagingPool
    private var windows: WindowCollector

    /// Makes the file and everything in it but the samples.
    ///
    /// - Parameters:
    ///   - path: the file to make; one of that name is replaced.
    ///   - cut: the header of the stream.
    ///   - source: where sensors, parameters, order of products and weights' units come from; nil writes all from
    ///     the header.
    ///   - threads: how many threads turn and write at once.
    /// - Throws: `HDF5Error` when the format cannot hold the stream or the file cannot be made.
    public init(
        path: String, cut: ObservationCut, copying source: MVF3File? = nil, threads: Int = Threads.width
    ) throws {
        self.path = path
        layout = try MVFOutputLayout(cut, copying: source, path: path)
        file = try HDF5File(creating: path)
        try MVFOutputMetadata(layout, cut.observation, source, file).write()
        arrays = try MVFOutputArrays(layout, cut.observation, source, file)
        staging = StagingPool(
            count: max(threads, 1),
            byteCount: MVFPage.byteCount(
                samples: MVFPage.channels(products: layout.products.count) * layout.products.count))
        windows = WindowCollector(cut, path: path)
    }

    /// Checks whether the format can hold a stream, without making a file.
    ///
    /// - Throws: `HDF5Error` (usage) that says what to change.
    public static func check(_ cut: ObservationCut, copying source: MVF3File? = nil, path: String) throws {
        _ = try MVFOutputLayout(cut, copying: source, path: path)
    }

    /// Blocks that the writer holds: the tiles of a window.
    public static func heldBlocks(_ cut: ObservationCut) -> Int { cut.tiles.count }

    /// Work memory, bytes, for so many threads: pages, and of a source its channel weights and cached chunks.
    public static func workByteCount(
        _ cut: ObservationCut, copying source: MVF3File? = nil, threads: Int = Threads.width
    ) -> Int {
        let products = cut.observation.baselines.count * cut.observation.polarisations.count
        let pages =
            max(threads, 1) * MVFPage.byteCount(samples: MVFPage.channels(products: products) * products)
        guard let source else { return pages }
        return pages + MVFStoredWeights.byteCount(source, cut.observation) + source.data.mostCachedBytes
    }

    /// Takes the next block; the last tile of a window writes the window.
    ///
    /// - Throws: `HDF5Error` (machine) when writing fails, such as on a full disk.
    public func write(_ block: consuming VisibilityBlock) async throws {
        if let window = try windows.take(block) { try await write(window) }
    }

    /// Ends the file.
    ///
    /// - Parameter history: lines about what was done, for the group `History`.
    /// - Throws: `HDF5Error` when samples are missing or writing fails.
    public func finish(history: [String] = []) throws {
        try windows.finish()
        if !history.isEmpty {
            try file.root.makeGroup("History").writeTexts("sluice", history, shape: [history.count])
        }
        try file.flush()
    }

    /// Turns and writes the spectra of a window on several threads.
    private func write(_ collected: WindowCollector.Window) async throws {
        let (context, blocks) = (collected.context, collected.blocks)
        let origins = MVFOrigin.all(blocks, layout)
        guard origins.count == layout.products.count else {
            throw HDF5Error(.machine, "blocks of a window are missing", file: path)
        }
        let pieces = MVFOutputArrays.pieces(context.channels, layout)
        let firstDump = layout.firstDumps[context.scheduleIndex] + context.dumps.lowerBound
        let (arrays, staging, layout) = (arrays, staging, layout)
        let width = context.channels.count
        try await inTiles(context.dumps.count * pieces.count, width: staging.count) { number in
            let (row, piece) = (number / pieces.count, pieces[number % pieces.count])
            try staging.with { memory in
                let page = MVFPage(memory, samples: piece.stored.count * layout.products.count)
                page.turn(
                    origins, offset: row * width + piece.offset, channels: piece.stored.count,
                    isReversed: layout.isReversed)
                try arrays.write(page, dump: firstDump + row, channels: piece.stored)
            }
        }
        withExtendedLifetime(blocks) {}
    }
}
