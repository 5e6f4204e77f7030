import Parameters
import Rings
import Tiles
import Visibilities

/// Writes a stream of blocks as a UVH5 file of version 1.2, which pyuvdata opens without a warning.
///
/// Rows are sorted by time, then baseline, with antenna 1 ≤ antenna 2; visibilities are conjugated and uvw negated as
/// the format has them (see `Conventions`). Any flag reason is a flag. `nsamples` give the weights back by
/// `UVH5WeightUnit`; for weights that are 1/σ² they are relative. Times are kept to 20 µs, which is what a Julian Date in a
/// double holds; `UVH5WriterRows` says which they are. All arrays get their places when the file is made and are written
/// around libhdf5 from several threads, so equal streams give equal files.
public final class UVH5Writer: ObservationWriter {
    private let path: String
    private let layout: UVH5WriterLayout
    private let unit: UVH5WeightUnit
    private let file: HDF5File
    private let header: HDF5Group
    private let earlierHistory: String
    private let rows: UVH5WriterRows
    private let arrays: UVH5WriterArrays
    private let raw: RawFile
    private let staging: StagingPool
    private var windows: WindowCollector

    /// Makes the file and everything in it but the samples.
    ///
    /// - Parameters:
    ///   - path: the file to make; one of that name is replaced.
    ///   - cut: the header of the stream.
    ///   - threads: how many threads turn and write at once.
    /// - Throws: `HDF5Error` when the format cannot hold the stream, the file cannot be made or there is no room for it.
    public init(path: String, cut: ObservationCut, threads: Int = Threads.width) throws {
        self.path = path
        let observation = cut.observation
        layout = try UVH5WriterLayout(cut, path: path)
        unit =
            observation.weightUnit.map(UVH5WeightUnit.init)
            ?? UVH5WeightUnit(
                times: observation.schedule.flatMap(\.intervals),
                widths: observation.spectralWindows.flatMap(\.widths))
        let source = try UVH5WriterSource(observation)
        earlierHistory = source.history
        file = try HDF5File(creating: path, packsChunks: true)
        header = try file.root.makeGroup("Header")
        let description = UVH5WriterHeader(layout, observation, source)
        try description.write(to: header)
        rows = try UVH5WriterRows(
            header, layout, observation, site: description.site, numbers: description.numbers)
        arrays = try UVH5WriterArrays(try file.root.makeGroup("Data"), layout)
        // Everything that libhdf5 writes itself, but for the history, comes before the samples.
        try file.flush()
        raw = try RawFile(writing: path)
        try raw.reserve(arrays.end)
        staging = StagingPool(count: max(threads, 1), byteCount: Self.pageBytes(layout))
        windows = WindowCollector(cut, path: path)
    }

    /// Memory of a page of a thread, bytes.
    static func pageBytes(_ layout: UVH5WriterLayout) -> Int {
        UVH5WriterPage.byteCount(
            samples: UVH5WriterPage.baselines(layout) * layout.chunkChannels * layout.polarisations)
    }

    /// Takes the next block; the last tile of a window writes the window.
    ///
    /// - Throws: `HDF5Error` (machine) when writing fails, such as on a full disk.
    public func write(_ block: consuming VisibilityBlock) async throws {
        if let window = try windows.take(block) { try await write(window) }
    }

    /// Ends the file.
    ///
    /// - Parameter history: lines about what was done, added to those of the stream's source.
    /// - Throws: `HDF5Error` when samples are missing or writing fails.
    public func finish(history: [String] = []) throws {
        try windows.finish()
        if rows.timeCount != layout.dumps { try stateRowTimes() }
        let lines = (earlierHistory.isEmpty ? [] : [earlierHistory]) + history
        try header.writeScalar("history", .text(lines.joined(separator: "\n")))
        try file.flush()
    }

    /// Says that rows of one dump have times of their own, in place of what the header said before there were rows.
    private func stateRowTimes() throws {
        for name in ["Ntimes", "blts_are_rectangular", "blt_order"] { header.remove(name) }
        try header.writeScalar("Ntimes", .integer(rows.timeCount))
        try header.writeScalar("blts_are_rectangular", .boolean(false))
    }

    /// Turns and writes a window on several threads; the first sub-band brings the rows.
    private func write(_ collected: WindowCollector.Window) async throws {
        let (context, blocks) = (collected.context, collected.blocks)
        guard let sources = PlaneSource.all(blocks, baselines: layout.baselines) else {
            throw HDF5Error(.machine, "blocks of a window are missing", file: path)
        }
        if context.subband == 0 { try await writeRows(blocks, context) }
        let window = UVH5WriterWindow(context, sources, layout, unit)
        let (arrays, staging, layout, raw) = (arrays, staging, layout, raw)
        try await inTiles(window.pieceCount, width: staging.count) { number in
            let place = window.place(number)
            try staging.with { memory in
                let piece = window.piece(place)
                let page = UVH5WriterPage(memory, baselines: piece.baselines.count, layout)
                page.turn(piece)
                try arrays.write(
                    page, dump: window.firstDump + place.dump, baseline: piece.baselines.lowerBound,
                    column: place.column, to: raw)
            }
        }
        withExtendedLifetime(blocks) {}
    }

    private func writeRows(_ blocks: [VisibilityBlock], _ context: BlockContext) async throws {
        let sorted = blocks.sorted { $0.firstBaseline < $1.firstBaseline }
        let (rows, raw) = (rows, raw)
        try await inTiles(context.dumps.count, width: staging.count) { dump in
            var own = UVH5WriterRows.Dump()
            for block in sorted {
                let times = block.shape.times
                for baseline in 0..<block.shape.baselines {
                    let uvw = block.uvw[baseline * times + dump]
                    own.uvw.append(UVW(-uvw.u, -uvw.v, -uvw.w))
                    own.centroids.append(block.centroids[baseline * times + dump])
                }
            }
            try rows.write(own, scan: context.scheduleIndex, dump: context.dumps.lowerBound + dump, to: raw)
        }
    }
}
