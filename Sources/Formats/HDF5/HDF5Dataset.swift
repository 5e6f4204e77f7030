import CHDF5
import Parameters

/// A dataset of an HDF5 file.
struct HDF5Dataset: HDF5Object {
    let handle: HDF5Handle
    let place: HDF5Place
    /// Extent along each axis.
    let shape: [Int]
    /// Extent of a chunk along each axis; nil when the dataset is stored in one piece.
    let chunk: [Int]?
    /// Bytes of an element in the file.
    let elementSize: Int
    /// The filters that its chunks pass through.
    let filters: [HDF5Filter]
    /// The end of its file; nil where that cannot move.
    let fileEnd: FileEnd?

    /// Describes an open dataset; call it inside a locked section.
    ///
    /// - Throws: `HDF5Error` for a shape whose size overflows, a filter that this libhdf5 does not have or that cannot be right.
    init(_ handle: HDF5Handle, at place: HDF5Place) throws {
        self.handle = handle
        self.place = place
        guard let space = HDF5Handle(H5Dget_space(handle.id)), let type = HDF5Handle(H5Dget_type(handle.id)),
            let creation = HDF5Handle(H5Dget_create_plist(handle.id))
        else { throw place.failure("the dataset cannot be opened") }
        let rank = max(Int(H5Sget_simple_extent_ndims(space.id)), 0)
        var extents = [hsize_t](repeating: 0, count: rank)
        if rank > 0 { H5Sget_simple_extent_dims(space.id, &extents, nil) }
        shape = extents.map { Int(clamping: $0) }
        elementSize = Int(H5Tget_size(type.id))
        guard HDF5.count(shape + [elementSize]) != nil else {
            throw place.error("a dataset of shape \(shape) is not credible")
        }
        var pieces = [hsize_t](repeating: 0, count: rank)
        let isChunked = H5Pget_layout(creation.id) == H5D_CHUNKED
        if isChunked, rank > 0 { H5Pget_chunk(creation.id, Int32(rank), &pieces) }
        chunk = isChunked && rank > 0 ? pieces.map { Int(clamping: $0) } : nil
        let filters = HDF5Filter.all(of: creation.id)
        if let missing = filters.first(where: { !$0.isAvailable }) { throw missing.missing(at: place) }
        self.filters = filters
        fileEnd = FileEnd(of: handle.id, path: place.file)
        try HDF5Filter.checkLZF(
            filters, chunkBytes: chunk.flatMap { HDF5.count($0 + [elementSize]) }, at: place)
    }

    /// Elements in the dataset.
    var count: Int { HDF5.count(shape) ?? 0 }

    /// Whether elements in the file are those of memory, bit for bit.
    func isStored<T: HDF5Native>(as type: T.Type) -> Bool {
        HDF5.locked {
            guard let stored = HDF5Handle(H5Dget_type(handle.id)) else { return false }
            return H5Tequal(stored.id, T.native) > 0
        }
    }

    /// Whether elements are numbers.
    var isNumeric: Bool { isReal || isInteger }
    /// Whether elements are numbers with a point.
    var isReal: Bool { kind == H5T_FLOAT }
    /// Whether elements are integers or named ones, such as booleans.
    var isInteger: Bool { kind == H5T_INTEGER || kind == H5T_ENUM }

    private var kind: H5T_class_t {
        HDF5.locked {
            guard let stored = HDF5Handle(H5Dget_type(handle.id)) else { return H5T_NO_CLASS }
            return H5Tget_class(stored.id)
        }
    }

    /// Names of the members of a compound dataset; empty for others.
    var memberNames: [String] {
        HDF5.locked {
            guard let type = HDF5Handle(H5Dget_type(handle.id)), H5Tget_class(type.id) == H5T_COMPOUND else {
                return []
            }
            return (0..<UInt32(clamping: H5Tget_nmembers(type.id))).compactMap { index in
                guard let name = H5Tget_member_name(type.id, index) else { return nil }
                defer { H5free_memory(name) }
                return String(cString: name)
            }
        }
    }

    /// Reads a hyperslab into memory, converting to the memory's type.
    ///
    /// - Parameter destination: room for the product of the ranges' counts.
    func read<T: HDF5Native>(_ ranges: [Range<Int>], into destination: UnsafeMutableBufferPointer<T>) throws {
        precondition(HDF5.count(ranges.map(\.count)) == destination.count, "a hyperslab of another size")
        if destination.isEmpty { return }
        try HDF5.locked {
            let (fileSpace, memorySpace) = try spaces(ranges)
            let failed =
                H5Dread(
                    handle.id, T.native, memorySpace.id, fileSpace.id, HDF5.defaults, destination.baseAddress)
                < 0
            let failure = failed ? place.failure("the dataset cannot be read") : nil
            try fileEnd?.check()
            if let failure { throw failure }
        }
    }

    /// Reads the whole dataset, straight into its place.
    ///
    /// - Parameter most: bytes above which its size is not believed; who knows its size otherwise may raise it.
    func readAll<T: HDF5Native>(as type: T.Type, most: Int = HDF5.largestMetadata) throws -> [T] {
        guard isNumeric else { throw place.error("expected numbers") }
        guard let bytes = HDF5.count(shape + [MemoryLayout<T>.stride]), bytes <= most else {
            throw place.error("a dataset of shape \(shape) is not credible here")
        }
        return try [T](unsafeUninitializedCapacity: count) { values, initialized in
            try read(shape.map { 0..<$0 }, into: UnsafeMutableBufferPointer(rebasing: values[..<count]))
            initialized = count
        }
    }

    /// Reads one member of a one-dimensional compound dataset (a sensor), or a whole dataset of numbers or strings.
    func values(ofMember member: String? = nil) throws -> HDF5Value {
        let place = member.map { self.place.child($0) } ?? self.place
        return try HDF5.locked {
            guard let type = HDF5Handle(H5Dget_type(handle.id)),
                let space = HDF5Handle(H5Dget_space(handle.id))
            else {
                throw place.failure("the dataset cannot be opened")
            }
            let (decoding, memoryType) = try Self.decoding(type.id, member: member, at: place)
            // A dataset may also have no place for elements at all (a null dataspace).
            let count = Int(clamping: H5Sget_simple_extent_npoints(space.id))
            if count <= 0 { return .bytes([]) }
            guard let bytes = HDF5.count([count, decoding.size]), bytes <= HDF5.largestMetadata else {
                throw place.error("a dataset of shape \(shape) is not credible here")
            }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
            defer { buffer.deallocate() }
            guard
                H5Dread(handle.id, memoryType.id, HDF5.all, HDF5.all, HDF5.defaults, buffer.baseAddress) >= 0
            else {
                throw place.failure("the dataset cannot be read")
            }
            return decoding.values(buffer, count: count, space: space.id)
        }
    }

    /// The memory type of a dataset or of one of its members, and what to make of its bytes.
    private static func decoding(
        _ type: hid_t, member: String?, at place: HDF5Place
    ) throws -> (HDF5Decoding, HDF5Handle) {
        guard let member else {
            guard let decoding = HDF5Decoding(fileType: type) else {
                throw place.error("expected numbers or strings")
            }
            return (decoding, decoding.memoryType)
        }
        let index = H5Tget_class(type) == H5T_COMPOUND ? H5Tget_member_index(type, member) : -1
        guard index >= 0, let part = HDF5Handle(H5Tget_member_type(type, UInt32(index))) else {
            throw place.error("the member is missing")
        }
        guard let decoding = HDF5Decoding(fileType: part.id) else {
            throw place.error("expected numbers or strings")
        }
        guard let compound = HDF5Handle(H5Tcreate(H5T_COMPOUND, decoding.size)),
            H5Tinsert(compound.id, member, 0, decoding.memoryType.id) >= 0
        else { throw place.failure("the member cannot be read") }
        return (decoding, compound)
    }

    /// The spaces of a hyperslab in the file and in memory; call it inside a locked section.
    func spaces(_ ranges: [Range<Int>]) throws -> (file: HDF5Handle, memory: HDF5Handle) {
        guard ranges.count == shape.count,
            zip(ranges, shape).allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= $1 })
        else { throw place.error("\(ranges) lies outside a dataset of shape \(shape)") }
        let offsets = ranges.map { hsize_t($0.lowerBound) }
        let counts = ranges.map { hsize_t($0.count) }
        guard let file = HDF5Handle(H5Dget_space(handle.id)),
            H5Sselect_hyperslab(file.id, H5S_SELECT_SET, offsets, nil, counts, nil) >= 0,
            let memory = HDF5Handle(H5Screate_simple(Int32(counts.count), counts, nil))
        else { throw place.failure("the hyperslab cannot be selected") }
        return (file, memory)
    }
}
