import CHDF5

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

    /// Where a dataset stored in one piece begins in its file.
    var contiguousOffset: Int? {
        HDF5.locked {
            guard chunk == nil else { return nil }
            let offset = H5Dget_offset(handle.id)
            return offset < UInt64(HDF5.farthestOffset) ? Int(exactly: offset) : nil
        }
    }

    /// Where the chunk that holds an element begins in its file; only for unfiltered chunks.
    func chunkLocation(holding element: [Int]) throws -> HDF5Location {
        try HDF5.locked {
            var mask: UInt32 = 0
            var address: haddr_t = HDF5.noAddress
            var size: hsize_t = 0
            let origin = zip(element, chunk ?? shape).map { hsize_t($0 - $0 % max($1, 1)) }
            guard H5Dget_chunk_info_by_coord(handle.id, origin, &mask, &address, &size) >= 0 else {
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
