import CHDF5
import Parameters

// Not by H5Ocopy: libhdf5 1.10 crashes in it when text of variable length cannot be read, or lies in more than eight
// attributes.

extension HDF5Group {
    /// The most groups inside each other that are copied.
    private static let deepest = 64

    /// Copies the attributes, datasets and groups of another file's group into this one.
    ///
    /// - Parameter above: how many groups it lies in.
    /// - Throws: `HDF5Error` when something cannot be copied, or groups lie in each other without end, as links can have it.
    func copyAll(from source: HDF5Group, above: Int = 0) throws {
        guard above < Self.deepest else {
            throw source.place.error("groups inside each other without end")
        }
        try copyAttributes(from: source)
        for name in source.names {
            if let group = source.group(name) {
                try makeGroup(name).copyAll(from: group, above: above + 1)
            } else if source.contains(name) {
                try copyDataset(name, from: source)
            }
        }
    }

    /// Copies a dataset with its attributes from another file, in place of any of that name, stored in one piece; one
    /// that holds references, which mean nothing elsewhere, is left out.
    func copyDataset(_ name: String, from source: HDF5Group) throws {
        guard source.isDataset(name), let original = try source.dataset(name) else { return }
        remove(name)
        try HDF5.locked {
            guard let stored = HDF5Handle(H5Dget_type(original.handle.id)),
                let type = HDF5Handle(H5Tcopy(stored.id)),
                let space = HDF5Handle(H5Dget_space(original.handle.id))
            else { throw original.place.failure("the dataset cannot be opened") }
            guard H5Tdetect_class(type.id, H5T_REFERENCE) == 0 else { return }
            guard let bytes = HDF5.count([original.count, original.elementSize]),
                bytes <= HDF5.largestMetadata
            else {
                throw original.place.error("a dataset of shape \(original.shape) is not credible here")
            }
            // In memory, text of variable length is a pointer.
            guard let size = HDF5.count([original.count, Int(H5Tget_size(type.id))]) else { return }
            var values = [UInt8](repeating: 0, count: max(size, 1))
            defer { H5Dvlen_reclaim(type.id, space.id, HDF5.defaults, &values) }
            guard H5Dread(original.handle.id, type.id, HDF5.all, HDF5.all, HDF5.defaults, &values) >= 0 else {
                throw original.place.failure("the dataset cannot be read")
            }
            try writeCopy(of: original, name, type, space, values)
            try dataset(name)?.copyAttributes(from: original)
        }
    }

    /// Makes a dataset like another one; call it inside a locked section.
    private func writeCopy(
        of original: HDF5Dataset, _ name: String, _ type: HDF5Handle, _ space: HDF5Handle, _ values: [UInt8]
    ) throws {
        let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
        defer { H5Pclose(creation) }
        H5Pset_obj_track_times(creation, false)
        let extents = original.shape.map { hsize_t($0) }
        guard
            let room = HDF5Handle(
                extents.isEmpty ? H5Scopy(space.id) : H5Screate_simple(Int32(extents.count), extents, nil)),
            let copy = HDF5Handle(
                H5Dcreate2(handle.id, name, type.id, room.id, HDF5.defaults, creation, HDF5.defaults)),
            H5Dwrite(copy.id, type.id, HDF5.all, HDF5.all, HDF5.defaults, values) >= 0
        else {
            throw HDF5.failedToWrite
                ? place.child(name).failure("the dataset cannot be written", .machine)
                : original.place.failure("the dataset cannot be copied")
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
