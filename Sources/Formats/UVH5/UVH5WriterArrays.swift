import Parameters
import Visibilities

/// The arrays of samples of a UVH5 file being written: visibilities, flags and `nsamples`.
///
/// Their chunks lie one behind the other, each fixed before the first sample: one address tells where every sample
/// goes. Each chunk is filled around libhdf5, dump by dump, from several threads.
struct UVH5WriterArrays: Sendable {
    private struct Target: Sendable {
        let offset: Int
        let place: HDF5Place
        /// Bytes of an element.
        let elementSize: Int
        /// Where the array ends in the file.
        let end: Int

        init(
            _ group: HDF5Group, _ name: String, _ type: HDF5StoredType, _ layout: UVH5WriterLayout
        ) throws {
            let dataset = try group.reserveDataset(name, type, shape: layout.shape, chunk: layout.chunk)
            guard let offset = dataset.chunksOffset else {
                throw dataset.place.error("the chunks are not one behind the other in the file", .machine)
            }
            self.offset = offset
            place = dataset.place
            elementSize = dataset.elementSize
            let rows = (layout.dumps + layout.chunkDumps - 1) / layout.chunkDumps * layout.chunkDumps
            end =
                offset
                + layout.offset(dump: rows, baseline: 0, column: 0, elementSize: dataset.elementSize)
        }
    }

    private let visibilities: Target
    private let flags: Target
    private let nsamples: Target
    private let layout: UVH5WriterLayout

    /// Lays out the arrays.
    init(_ data: HDF5Group, _ layout: UVH5WriterLayout) throws {
        self.layout = layout
        visibilities = try Target(data, "visdata", .complexFloat, layout)
        flags = try Target(data, "flags", .boolean, layout)
        nsamples = try Target(data, "nsamples", .float, layout)
    }

    /// Where the last of them ends in the file.
    var end: Int { max(visibilities.end, flags.end, nsamples.end) }

    /// Writes a page: baselines of a dump from `baseline` on, in a column of chunks.
    func write(_ page: UVH5WriterPage, dump: Int, baseline: Int, column: Int, to raw: RawFile) throws {
        func write(_ bytes: UnsafeRawBufferPointer, _ target: Target) throws {
            let offset = layout.offset(
                dump: dump, baseline: baseline, column: column, elementSize: target.elementSize)
            try raw.write(bytes, at: target.offset + offset, of: target.place)
        }
        try write(UnsafeRawBufferPointer(page.visibilities), visibilities)
        try write(UnsafeRawBufferPointer(page.flags), flags)
        try write(UnsafeRawBufferPointer(page.nsamples), nsamples)
    }
}
