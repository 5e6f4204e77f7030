// An island of unsafe code: decoded chunks, kept while somebody holds them.

import CHDF5
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A decoded chunk: its rows as plain elements.
final class HDF5DecodedChunk: @unchecked Sendable {
    /// Its first element.
    let start: UnsafeRawPointer
    /// Bytes from a row (along the first axis) to the next; 0 when all elements are equal and one row stands for all.
    let rowStride: Int
    fileprivate let byteCount: Int

    /// Takes over memory of whole rows.
    fileprivate init(_ memory: UnsafeMutableRawBufferPointer, rowBytes: Int, elementSize: Int) {
        if Self.isUniform(UnsafeRawBufferPointer(memory), elementSize: elementSize) {
            let row = UnsafeMutableRawPointer.allocate(byteCount: max(rowBytes, 1), alignment: 64)
            if let from = memory.baseAddress { row.copyMemory(from: from, byteCount: rowBytes) }
            memory.deallocate()
            (start, rowStride, byteCount) = (UnsafeRawPointer(row), 0, rowBytes)
        } else {
            start = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
            (rowStride, byteCount) = (rowBytes, memory.count)
        }
    }

    deinit { start.deallocate() }

    /// Whether all elements are equal, bit for bit: whether the memory equals itself an element further on.
    private static func isUniform(_ bytes: UnsafeRawBufferPointer, elementSize: Int) -> Bool {
        guard let start = bytes.baseAddress, bytes.count > elementSize else { return true }
        return memcmp(start, start + elementSize, bytes.count - elementSize) == 0
    }
}

/// The chunks of a dataset with filters, decoded once and kept as long as they fit.
///
/// Chunks that went through LZF alone (or byte shuffling and LZF) are fetched from libhdf5 as they stand and decoded on
/// the thread that wants them; libhdf5 decodes others, one at a time.
final class HDF5DecodedChunks: Sendable {
    private struct Kept {
        var entries: [Int: Entry] = [:]
        var byteCount = 0
        var clock = 0
    }

    /// A chunk that is there or being decoded; who comes second waits.
    private final class Entry: Sendable {
        let chunk = Mutex<HDF5DecodedChunk?>(nil)
        let lastUse = Atomic<Int>(0)
        let byteCount = Atomic<Int>(0)
    }

    private let dataset: HDF5Dataset
    private let chunk: [Int]
    private let grid: [Int]
    private let elementSize: Int
    private let decodesHere: Bool
    private let read: @Sendable ([Range<Int>], UnsafeMutableRawBufferPointer) throws -> Void
    private let limit: Int
    private let kept = Mutex(Kept())

    /// Bytes of a decoded chunk.
    let chunkBytes: Int

    /// Readies chunks of a dataset.
    ///
    /// - Parameters:
    ///   - type: what its elements are in memory.
    ///   - limit: bytes of decoded chunks that are kept.
    init?<T: HDF5Native & SendableMetatype>(
        _ dataset: HDF5Dataset, as type: T.Type, isStored: Bool, limit: Int
    ) {
        guard let chunk = dataset.chunk, chunk.allSatisfy({ $0 > 0 }),
            let bytes = HDF5.count(chunk + [MemoryLayout<T>.stride]), bytes <= 1 << 32
        else { return nil }
        self.dataset = dataset
        self.chunk = chunk
        grid = zip(dataset.shape, chunk).map { ($0 - 1) / $1 + 1 }
        elementSize = MemoryLayout<T>.stride
        chunkBytes = bytes
        self.limit = limit
        let filters = dataset.filters.map(\.number)
        decodesHere =
            isStored
            && (filters == [Int(LZF.filter)] || filters == [Int(H5Z_FILTER_SHUFFLE), Int(LZF.filter)])
        read = { ranges, memory in try dataset.read(ranges, into: memory.bindMemory(to: T.self)) }
    }

    /// The chunk that holds an element.
    func holding(_ element: [Int]) throws -> HDF5DecodedChunk {
        let place = zip(element, chunk).map { $0 / $1 }
        let number = zip(place, grid).reduce(0) { $0 * $1.1 + $1.0 }
        let entry = kept.withLock { kept in
            kept.clock += 1
            let entry = kept.entries[number] ?? Entry()
            kept.entries[number] = entry
            entry.lastUse.store(kept.clock, ordering: .relaxed)
            return entry
        }
        var isNew = false
        let decoded = try entry.chunk.withLock { chunk in
            if let chunk { return chunk }
            let made = try decode(zip(place, self.chunk).map { $0 * $1 })
            chunk = made
            isNew = true
            return made
        }
        if isNew { keep(entry, decoded.byteCount) }
        return decoded
    }

    /// Counts a new chunk and lets go of those longest unused.
    private func keep(_ entry: Entry, _ byteCount: Int) {
        kept.withLock { kept in
            entry.byteCount.store(byteCount, ordering: .relaxed)
            kept.byteCount += byteCount
            guard kept.byteCount > limit else { return }
            let byAge = kept.entries.sorted {
                $0.value.lastUse.load(ordering: .relaxed) < $1.value.lastUse.load(ordering: .relaxed)
            }
            for (number, old) in byAge where kept.byteCount > limit / 2 && old !== entry {
                let bytes = old.byteCount.load(ordering: .relaxed)
                if bytes == 0 { continue }
                kept.byteCount -= bytes
                kept.entries[number] = nil
            }
        }
    }

    private func decode(_ corner: [Int]) throws -> HDF5DecodedChunk {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 64)
        do {
            if try !decodesHere || !decodeHere(corner, memory) { try decodeByLibrary(corner, memory) }
        } catch {
            memory.deallocate()
            throw error
        }
        return HDF5DecodedChunk(memory, rowBytes: chunkBytes / chunk[0], elementSize: elementSize)
    }

    /// Decodes a chunk here; false when it was never written.
    private func decodeHere(_ corner: [Int], _ memory: UnsafeMutableRawBufferPointer) throws -> Bool {
        guard let (stream, skipped) = try dataset.storedChunk(at: corner, most: 2 * chunkBytes + 4096) else {
            return false
        }
        defer { stream.deallocate() }
        // Bit i of the mask: filter i was left out for this chunk.
        let filters = dataset.filters.count
        let isPacked = skipped & (1 << UInt32(filters - 1)) == 0
        let isShuffled = filters == 2 && skipped & 1 == 0
        let plain = isShuffled ? .allocate(byteCount: chunkBytes, alignment: 64) : memory
        defer { if isShuffled { plain.deallocate() } }
        if isPacked {
            guard LZF.decode(UnsafeRawBufferPointer(stream), into: plain) == chunkBytes else {
                throw dataset.place.error("the chunk at \(corner) is corrupt: its LZF stream does not decode")
            }
        } else {
            guard stream.count == chunkBytes else {
                throw dataset.place.error(
                    "the chunk at \(corner) is corrupt: \(stream.count) bytes, expected \(chunkBytes)")
            }
            plain.copyMemory(from: UnsafeRawBufferPointer(stream))
        }
        if isShuffled { Self.unshuffle(UnsafeRawBufferPointer(plain), into: memory, elementSize) }
        return true
    }

    /// Puts bytes in place that stand sorted by their place in the element (HDF5's shuffle filter).
    private static func unshuffle(
        _ from: UnsafeRawBufferPointer, into to: UnsafeMutableRawBufferPointer, _ size: Int
    ) {
        let count = from.count / size
        for byte in 0..<size {
            for index in 0..<count { to[index * size + byte] = from[byte * count + index] }
        }
        for index in count * size..<from.count { to[index] = from[index] }
    }

    /// Lets libhdf5 decode and convert a chunk; elements outside the dataset stay zero.
    private func decodeByLibrary(_ corner: [Int], _ memory: UnsafeMutableRawBufferPointer) throws {
        let ranges = zip(zip(corner, chunk), dataset.shape).map { $0.0..<min($0.0 + $0.1, $1) }
        let inside = ranges.map(\.count)
        if inside == chunk { return try read(ranges, memory) }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let bytes = inside.reduce(elementSize, *)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
        defer { piece.deallocate() }
        try read(ranges, piece)
        // Runs along the last axis go to their places in the whole chunk.
        let run = (inside.last ?? 1) * elementSize
        for number in 0..<bytes / run {
            var (rest, place, factor) = (number, 0, (chunk.last ?? 1))
            for axis in (0..<inside.count - 1).reversed() {
                place += rest % inside[axis] * factor
                rest /= inside[axis]
                factor *= chunk[axis]
            }
            UnsafeMutableRawBufferPointer(rebasing: memory[place * elementSize..<place * elementSize + run])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[number * run..<(number + 1) * run]))
        }
    }
}

extension HDF5Dataset {
    /// The bytes of a chunk as they stand in the file, to be deallocated, and the filters that it did not pass through;
    /// nil when it was never written.
    fileprivate func storedChunk(
        at corner: [Int], most: Int
    ) throws -> (bytes: UnsafeMutableRawBufferPointer, skipped: UInt32)? {
        try HDF5.locked {
            let corner = corner.map { hsize_t($0) }
            var size: hsize_t = 0
            guard H5Dget_chunk_storage_size(handle.id, corner, &size) >= 0, size > 0 else { return nil }
            guard size <= hsize_t(most) else { throw place.error("a chunk of \(size) bytes is not credible") }
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 64)
            var skipped: UInt32 = 0
            do {
                guard H5Dread_chunk(handle.id, HDF5.defaults, corner, &skipped, bytes.baseAddress) >= 0 else {
                    throw place.failure("a chunk cannot be read")
                }
                try fileEnd?.check()
            } catch {
                bytes.deallocate()
                throw error
            }
            return (bytes, skipped)
        }
    }
}
