// An island of unsafe code: where runs of [channel][product] lie in memory.

/// A rectangle of an array, [row][channel][product], somewhere in memory.
struct UVH5Rectangle {
    /// Its first element.
    let start: UnsafeRawPointer
    /// Bytes from a row to the next.
    let rowStride: Int
    /// Whoever keeps the memory alive.
    let owner: HDF5DecodedChunk?

    init(start: UnsafeRawPointer, rowStride: Int, owner: HDF5DecodedChunk?) {
        (self.start, self.rowStride, self.owner) = (start, rowStride, owner)
    }

    /// Rows one behind the other in memory that somebody else keeps.
    init(memory: UnsafeMutableRawBufferPointer, rowStride: Int) {
        self.init(
            start: UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped), rowStride: rowStride, owner: nil)
    }

    var part: UVH5Piece.Part { UVH5Piece.Part(start: start, rowStride: rowStride) }
}

/// One of the sample arrays: how to get at runs of its rows and channels.
final class UVH5Array: Sendable {
    /// Where elements come from.
    private enum Source: Sendable {
        /// The file itself: all in one piece.
        case whole(MappedFile, offset: Int)
        /// The file itself: in chunks without filters.
        case chunks(MappedFile, HDF5ChunkTable)
        /// Chunks with filters.
        case decoded(HDF5DecodedChunks)
        /// libhdf5, which converts or gives fill values.
        case library
    }

    private let dataset: HDF5Dataset
    private let source: Source
    private let read: @Sendable ([Range<Int>], UnsafeMutableRawBufferPointer) throws -> Void
    /// Extent along rows, channels, products, of the array and of a chunk.
    let shape, chunk: (rows: Int, channels: Int, products: Int)
    /// Chunks along channels and products.
    private let columns: (channels: Int, products: Int)
    private let hasExtraAxis: Bool
    /// Bytes of an element in memory.
    let elementSize: Int

    /// Judges an array.
    ///
    /// - Parameters:
    ///   - type: what elements are in memory.
    ///   - isStored: whether they are the same in the file.
    ///   - mapped: the file; nil when addresses in it do not count from its first byte.
    ///   - limit: bytes of decoded chunks that are kept.
    init<T: HDF5Native & SendableMetatype>(
        _ dataset: HDF5Dataset, as type: T.Type, isStored: Bool, in mapped: MappedFile?, limit: Int
    ) {
        func three(_ axes: [Int]) -> (Int, Int, Int) {
            (axes[0], axes[axes.count - 2], axes[axes.count - 1])
        }
        self.dataset = dataset
        shape = three(dataset.shape)
        hasExtraAxis = dataset.shape.count == 4
        elementSize = MemoryLayout<T>.stride
        read = { ranges, memory in try dataset.read(ranges, into: memory.bindMemory(to: T.self)) }
        chunk = three(dataset.chunk ?? dataset.shape)
        columns = (
            (shape.channels - 1) / max(chunk.channels, 1) + 1,
            (shape.products - 1) / max(chunk.products, 1) + 1
        )
        if let chunk = dataset.chunk, hasExtraAxis, chunk[1] != 1 {
            source = .library
        } else if dataset.filters.isEmpty, isStored, let mapped {
            if let offset = dataset.contiguousOffset {
                source = .whole(mapped, offset: offset)
            } else if let table = HDF5ChunkTable(dataset) {
                source = .chunks(mapped, table)
            } else {
                source = .library
            }
        } else if let chunks = HDF5DecodedChunks(dataset, as: T.self, isStored: isStored, limit: limit),
            !dataset.filters.isEmpty
        {
            source = .decoded(chunks)
        } else {
            source = .library
        }
    }

    /// Where the row after the last one begins that a rectangle from this row on can hold.
    func rowsEnd(from row: Int, most: Int) -> Int {
        if case .library = source { return min(row + most, shape.rows) }
        return min((row / chunk.rows + 1) * chunk.rows, row + most)
    }

    /// Bytes of chunks that are kept or being decoded at once, by so many threads, here and by libhdf5.
    func cachedBytes(threads: Int, limit: Int) -> Int {
        let library = dataset.isCached ? UVH5Data.cacheBytes : 0
        guard case .decoded(let chunks) = source else { return library }
        let all = dataset.shape.reduce(elementSize, *)
        return library + min(limit, 2 * all) + 4 * threads * chunks.chunkBytes
    }

    /// Whether libhdf5 may have to read or fill in parts of it.
    var needsLibrary: Bool {
        switch source {
        case .whole: false
        case .chunks, .decoded, .library: true
        }
    }

    /// Whether its bytes are used where they lie in the file.
    var isMapped: Bool {
        switch source {
        case .whole, .chunks: true
        case .decoded, .library: false
        }
    }

    /// Channels of a row that lie together in the file.
    var channelsTogether: Int { min(chunk.channels, shape.channels) }

    /// Bytes of the file that reading so many rows and channels makes resident: whole chunks' rows, since pages hold several.
    func mappedBytes(rows: Int, channels: Int) -> Int {
        let touched = min(max(channels, channelsTogether), shape.channels)
        return isMapped ? rows * touched * shape.products * elementSize : 0
    }

    /// A rectangle of rows that `rowsEnd` allows; where it does not lie in one piece it is put together in staging memory.
    func rectangle(
        rows: Range<Int>, channels: Range<Int>, staging: UnsafeMutableRawBufferPointer
    ) throws -> UVH5Rectangle {
        let rowBytes = channels.count * shape.products * elementSize
        let room = UnsafeMutableRawBufferPointer(rebasing: staging[..<(rows.count * rowBytes)])
        let column = channels.lowerBound / chunk.channels
        if chunk.products == shape.products, (channels.upperBound - 1) / chunk.channels == column {
            let inside = (
                row: rows.lowerBound % chunk.rows,
                bytes: channels.lowerBound % chunk.channels * chunk.products * elementSize
            )
            if let cell = try cell(row: rows.lowerBound, channel: channels.lowerBound, product: 0) {
                return UVH5Rectangle(
                    start: cell.start + inside.row * cell.rowStride + inside.bytes, rowStride: cell.rowStride,
                    owner: cell.owner)
            }
        }
        if case .library = source {
            try readByLibrary(rows, channels, 0..<shape.products, into: room)
        } else {
            try assemble(rows, channels, into: room)
        }
        return UVH5Rectangle(memory: room, rowStride: rowBytes)
    }

    /// The number of the chunk that holds an element, in the order of chunks; an axis of length 1 changes nothing.
    private func number(_ row: Int, _ channel: Int, _ product: Int) -> Int {
        let column = row / chunk.rows * columns.channels + channel / chunk.channels
        return column * columns.products + product / chunk.products
    }

    func readByLibrary(
        _ rows: Range<Int>, _ channels: Range<Int>, _ products: Range<Int>,
        into room: UnsafeMutableRawBufferPointer
    ) throws {
        try read(hasExtraAxis ? [rows, 0..<1, channels, products] : [rows, channels, products], room)
    }

    /// The chunk that holds an element; nil when it was never written or only libhdf5 can tell.
    func cell(row: Int, channel: Int, product: Int) throws -> UVH5Rectangle? {
        let rowBytes = chunk.channels * chunk.products * elementSize
        switch source {
        case .whole(let file, let offset):
            let start = try file.bytes(at: offset, count: shape.rows * rowBytes, of: dataset.place)
            return UVH5Rectangle(start: start, rowStride: rowBytes, owner: nil)
        case .chunks(let file, let table):
            guard case .bytes(let offset) = try table.location(number: number(row, channel, product)) else {
                return nil
            }
            let start = try file.bytes(at: offset, count: chunk.rows * rowBytes, of: dataset.place)
            return UVH5Rectangle(start: start, rowStride: rowBytes, owner: nil)
        case .decoded(let chunks):
            let chunk = try chunks.holding(
                hasExtraAxis ? [row, 0, channel, product] : [row, channel, product])
            return UVH5Rectangle(start: chunk.start, rowStride: chunk.rowStride, owner: chunk)
        case .library: return nil
        }
    }
}
