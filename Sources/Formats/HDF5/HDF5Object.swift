import CHDF5

/// What carries attributes: a group or a dataset.
protocol HDF5Object: Sendable {
    var handle: HDF5Handle { get }
    var place: HDF5Place { get }
}

extension HDF5Object {
    /// Names of the attributes, in alphabetical order.
    var attributeNames: [String] {
        HDF5.locked {
            var info = H5O_info_t()
            guard H5Oget_info2(handle.id, &info, UInt32(H5O_INFO_NUM_ATTRS)) >= 0 else { return [] }
            return (0..<info.num_attrs).compactMap { index in
                HDF5.name {
                    H5Aget_name_by_idx(
                        handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, $0, $1, HDF5.defaults)
                }
            }
        }
    }

    /// The values of an attribute, nil when there is none.
    ///
    /// - Throws: `HDF5Error` when it is of a type that is neither number, string nor opaque, or absurdly large.
    func attribute(_ name: String) throws -> HDF5Value? {
        try HDF5.locked {
            guard H5Aexists(handle.id, name) > 0 else { return nil }
            let place = self.place.attribute(name)
            guard let attribute = HDF5Handle(H5Aopen(handle.id, name, HDF5.defaults)),
                let type = HDF5Handle(H5Aget_type(attribute.id)),
                let space = HDF5Handle(H5Aget_space(attribute.id))
            else { throw place.failure("the attribute cannot be opened") }
            guard let decoding = HDF5Decoding(fileType: type.id) else {
                throw place.error("expected numbers, strings or opaque bytes")
            }
            let count = Int(clamping: H5Sget_simple_extent_npoints(space.id))
            if count == 0 { return .bytes([]) }
            guard count > 0, let bytes = HDF5.count([count, decoding.size]), bytes <= HDF5.largestMetadata
            else {
                throw place.error("an attribute of \(count) values is not credible")
            }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
            defer { buffer.deallocate() }
            guard H5Aread(attribute.id, decoding.memoryType.id, buffer.baseAddress) >= 0 else {
                throw place.failure("the attribute cannot be read")
            }
            return decoding.values(buffer, count: count, space: space.id)
        }
    }

    /// The text of a string attribute, nil when there is none.
    func text(_ name: String) throws -> String? {
        guard let value = try attribute(name) else { return nil }
        guard let text = value.strings?.first else { throw place.attribute(name).error("expected a string") }
        return text
    }
}
