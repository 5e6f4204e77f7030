import CHDF5
import Synchronization

/// Where a piece of a dataset lies in its file.
enum HDF5Location: Sendable {
    /// At so many bytes from the file's start, as plain elements.
    case bytes(offset: Int)
    /// Never written: the fill value stands for it.
    case unwritten
}

extension HDF5Dataset {
    /// Whether pieces lie in the file as plain elements, so that they can be read around libhdf5.
    func isPlain<T: HDF5Native>(_ type: T.Type) -> Bool {
        filters.isEmpty && isStored(as: T.self) && (chunk != nil || contiguousOffset != nil)
    }

    /// Whether a run of channels of a dump is one run of bytes: no filter, and whole spectra in each chunk.
    var hasWholeSpectra: Bool {
        filters.isEmpty && (chunk.map { $0.dropFirst(2).elementsEqual(shape.dropFirst(2)) } ?? true)
    }

    /// Whether libhdf5 keeps chunks of it in memory: not where it can read just what is asked for.
    var isCached: Bool { chunk != nil && !hasWholeSpectra }

    /// Where a dataset stored in one piece begins in its file.
    var contiguousOffset: Int? {
        HDF5.locked {
            guard chunk == nil else { return nil }
            let offset = H5Dget_offset(handle.id)
            return offset < UInt64(HDF5.farthestOffset) ? Int(exactly: offset) : nil
        }
    }

    /// Where the first chunk begins, if all chunks lie one behind the other in their order; nil if they do not.
    var chunksOffset: Int? {
        guard let chunk, filters.isEmpty, !chunk.contains(0), !shape.contains(0) else { return nil }
        let last = zip(shape, chunk).map { ($0 - 1) / $1 }
        let number = zip(last, zip(shape, chunk)).reduce(0) { $0 * (($1.1.0 - 1) / $1.1.1 + 1) + $1.0 }
        guard let bytes = HDF5.count(chunk + [elementSize, number]),
            case .bytes(let first)? = try? location(ofChunkAt: chunk.map { _ in 0 }),
            case .bytes(let end)? = try? location(ofChunkAt: zip(last, chunk).map { $0 * $1 })
        else { return nil }
        return end == first + bytes ? first : nil
    }

    /// Where the chunk with this origin begins in its file; only for unfiltered chunks.
    fileprivate func location(ofChunkAt origin: [Int]) throws -> HDF5Location {
        try HDF5.locked {
            var mask: UInt32 = 0
            var address: haddr_t = HDF5.noAddress
            var size: hsize_t = 0
            let corner = origin.map { hsize_t($0) }
            guard H5Dget_chunk_info_by_coord(handle.id, corner, &mask, &address, &size) >= 0 else {
                throw place.failure("the index of chunks cannot be read")
            }
            guard address != HDF5.noAddress else { return .unwritten }
            guard let offset = Int(exactly: address), offset < HDF5.farthestOffset else {
                throw place.error("a chunk lies outside any file")
            }
            return .bytes(offset: offset)
        }
    }
}

/// The places of a dataset's chunks, each looked up once.
///
/// libhdf5 1.10 tells a chunk's address only by walking the index from its start, about 30 ns a chunk, so n chunks cost
/// n²/2 steps. Datasets of more chunks than `most` get no table: they are read through libhdf5, whose own search takes
/// log n steps.
final class HDF5ChunkTable: Sendable {
    /// The most chunks whose places are looked up: some 15 ms for all.
    static let most = 1024

    private let dataset: HDF5Dataset
    private let chunk: [Int]
    /// Chunks along each axis.
    private let grid: [Int]
    private let known: Mutex<[HDF5Location?]>
    private let walks = Atomic<Int>(0)

    /// Readies the table; nil for a dataset without chunks or with too many.
    init?(_ dataset: HDF5Dataset) {
        guard let chunk = dataset.chunk, chunk.allSatisfy({ $0 > 0 }) else { return nil }
        let grid = zip(dataset.shape, chunk).map { ($0 - 1) / $1 + 1 }
        guard let count = HDF5.count(grid), count <= Self.most else { return nil }
        self.dataset = dataset
        self.chunk = chunk
        self.grid = grid
        known = Mutex([HDF5Location?](repeating: nil, count: count))
    }

    /// Looks every chunk up, as far as chunks have one place each.
    func lookAllUp() throws {
        guard dataset.filters.isEmpty else { return }
        let count = known.withLock { $0.count }
        for number in 0..<count { _ = try location(number: number) }
    }

    /// How often the index was walked.
    var lookUps: Int { walks.load(ordering: .relaxed) }

    /// Where the chunk that holds an element begins in the file; only for unfiltered chunks.
    func location(holding element: [Int]) throws -> HDF5Location {
        var number = 0
        for axis in grid.indices { number = number * grid[axis] + element[axis] / chunk[axis] }
        return try location(number: number)
    }

    /// Where a chunk begins in the file, by its number in the order of the chunks, the last axis fastest.
    func location(number: Int) throws -> HDF5Location {
        try known.withLock { known in
            if let there = known[number] { return there }
            walks.add(1, ordering: .relaxed)
            let found = try dataset.location(ofChunkAt: origin(number))
            known[number] = found
            return found
        }
    }

    /// The first element of a chunk.
    private func origin(_ number: Int) -> [Int] {
        var rest = number
        var origin = chunk
        for axis in grid.indices.reversed() {
            origin[axis] = rest % grid[axis] * chunk[axis]
            rest /= grid[axis]
        }
        return origin
    }
}
