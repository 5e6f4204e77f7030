import CHDF5
import Parameters

// libhdf5 1.10 crashes when H5Ocopy meets variable-length text among more than eight attributes, so attributes are
// copied one by one here, and only datasets, without theirs, by H5Ocopy.

extension HDF5Group {
    /// Copies the attributes, datasets and groups of another file's group into this one.
    func copyAll(from source: HDF5Group) throws {
        try copyAttributes(from: source)
        for name in source.names {
            if let group = source.group(name) {
                try makeGroup(name).copyAll(from: group)
            } else if source.contains(name) {
                try copyDataset(name, from: source)
            }
        }
    }

    /// Copies a dataset with its attributes from another file, in place of any of that name.
    func copyDataset(_ name: String, from source: HDF5Group) throws {
        remove(name)
        try HDF5.locked {
            guard let options = HDF5Handle(H5Pcreate(sluice_H5P_OBJECT_COPY())),
                H5Pset_copy_object(options.id, UInt32(H5O_COPY_WITHOUT_ATTR_FLAG)) >= 0,
                H5Ocopy(source.handle.id, name, handle.id, name, options.id, HDF5.defaults) >= 0
            else {
                throw place.child(name).failure("it cannot be copied from \(source.place.file)", .machine)
            }
            if let copy = try dataset(name), let original = try source.dataset(name) {
                try copy.copyAttributes(from: original)
            }
        }
    }
}

extension HDF5Object {
    /// Copies all attributes of an object of another file; variable-length text becomes fixed, those of types other
    /// than numbers, text, opaque bytes and compounds of numbers are left out.
    func copyAttributes(from source: some HDF5Object) throws {
        for name in source.attributeNames { try copyAttribute(name, from: source) }
    }

    private func copyAttribute(_ name: String, from source: some HDF5Object) throws {
        try HDF5.locked {
            let place = source.place.attribute(name)
            guard let attribute = HDF5Handle(H5Aopen(source.handle.id, name, HDF5.defaults)),
                let type = HDF5Handle(H5Aget_type(attribute.id)),
                let space = HDF5Handle(H5Aget_space(attribute.id))
            else { throw place.failure("the attribute cannot be opened") }
            let extents = Self.extents(space.id)
            if H5Tis_variable_str(type.id) > 0 {
                guard let texts = try source.attribute(name)?.strings else { return }
                return extents.isEmpty
                    ? try setAttribute(name, texts.first ?? "")
                    : try setAttribute(name, texts, shape: extents)
            }
            let isPlain = [H5T_VLEN, H5T_REFERENCE].allSatisfy { H5Tdetect_class(type.id, $0) == 0 }
            guard isPlain, H5Tget_class(type.id) != H5T_COMPOUND || H5Tdetect_class(type.id, H5T_STRING) == 0
            else {
                return
            }
            guard let count = HDF5.count(extents + [Int(H5Tget_size(type.id))]), count <= HDF5.largestMetadata
            else { throw place.error("an attribute of shape \(extents) is not credible") }
            var bytes = [UInt8](repeating: 0, count: max(count, 1))
            guard H5Aread(attribute.id, type.id, &bytes) >= 0 else {
                throw place.failure("the attribute cannot be read")
            }
            try write(name, type: HDF5Handle(H5Tcopy(type.id)), shape: extents, bytes)
        }
    }

    private static func extents(_ space: hid_t) -> [Int] {
        let rank = max(Int(H5Sget_simple_extent_ndims(space)), 0)
        var extents = [hsize_t](repeating: 0, count: rank)
        if rank > 0 { H5Sget_simple_extent_dims(space, &extents, nil) }
        return extents.map { Int(clamping: $0) }
    }
}
