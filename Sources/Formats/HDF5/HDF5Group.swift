import CHDF5

/// A group of an HDF5 file.
struct HDF5Group: HDF5Object {
    let handle: HDF5Handle
    let place: HDF5Place

    init(handle: HDF5Handle, place: HDF5Place) {
        self.handle = handle
        self.place = place
    }

    /// Opens a group of a file; call it inside a locked section.
    init(in file: HDF5Handle, _ name: String, at place: HDF5Place) throws {
        guard let handle = HDF5Handle(H5Gopen2(file.id, name, HDF5.defaults)) else {
            throw place.failure("the group cannot be opened")
        }
        self.init(handle: handle, place: place)
    }

    /// Names of the groups and datasets in the group, in alphabetical order.
    var names: [String] {
        HDF5.locked {
            var info = H5G_info_t()
            guard H5Gget_info(handle.id, &info) >= 0 else { return [] }
            return (0..<info.nlinks).compactMap { index in
                HDF5.name {
                    H5Lget_name_by_idx(
                        handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, $0, $1, HDF5.defaults)
                }
            }
        }
    }

    /// Whether a group or dataset of that name exists and can be reached.
    func contains(_ name: String) -> Bool {
        HDF5.locked {
            H5Lexists(handle.id, name, HDF5.defaults) > 0
                && H5Oexists_by_name(handle.id, name, HDF5.defaults) > 0
        }
    }

    /// The child group of that name, nil when there is none.
    func group(_ name: String) -> HDF5Group? {
        HDF5.locked {
            guard contains(name), let child = HDF5Handle(H5Oopen(handle.id, name, HDF5.defaults)),
                H5Iget_type(child.id) == H5I_GROUP
            else { return nil }
            return HDF5Group(handle: child, place: place.child(name))
        }
    }

    /// Whether a dataset of that name exists.
    func isDataset(_ name: String) -> Bool {
        HDF5.locked {
            guard contains(name), let child = HDF5Handle(H5Oopen(handle.id, name, HDF5.defaults)) else {
                return false
            }
            return H5Iget_type(child.id) == H5I_DATASET
        }
    }

    /// The child dataset of that name, nil when there is nothing of that name.
    ///
    /// - Parameter cacheBytes: room for decoded chunks. Chunks whose runs of channels are plain runs of bytes get none:
    ///   libhdf5 then reads just the run, not the whole chunk around it.
    /// - Throws: `HDF5Error` when it cannot be opened, is something else than a dataset, or a link that leads nowhere:
    ///   what a file names it does not lack.
    func dataset(_ name: String, cacheBytes: Int? = nil) throws -> HDF5Dataset? {
        try HDF5.locked {
            guard H5Lexists(handle.id, name, HDF5.defaults) > 0 else { return nil }
            guard contains(name) else {
                throw place.child(name).error("the dataset is a link that leads nowhere")
            }
            guard let child = HDF5Handle(H5Oopen(handle.id, name, HDF5.defaults)) else {
                throw place.child(name).failure(
                    "the dataset cannot be opened",
                    remedy: "repack a file of a newer HDF5 with h5repack --high=2")
            }
            guard H5Iget_type(child.id) == H5I_DATASET else {
                throw place.child(name).error("expected a dataset")
            }
            let dataset = try HDF5Dataset(child, at: place.child(name))
            guard let cacheBytes, dataset.chunk != nil else { return dataset }
            let access = H5Pcreate(sluice_H5P_DATASET_ACCESS())
            defer { H5Pclose(access) }
            H5Pset_chunk_cache(access, 521, dataset.isCached ? cacheBytes : 0, 1)
            guard let cached = HDF5Handle(H5Dopen2(handle.id, name, access)) else {
                throw place.child(name).failure("the dataset cannot be opened")
            }
            return try HDF5Dataset(cached, at: place.child(name))
        }
    }

    /// The child group of that name, which must exist.
    func requireGroup(_ name: String) throws -> HDF5Group {
        guard let group = group(name) else { throw place.child(name).error("the group is missing") }
        return group
    }

    /// The child dataset of that name, which must exist.
    func requireDataset(_ name: String) throws -> HDF5Dataset {
        guard let dataset = try dataset(name) else { throw place.child(name).error("the dataset is missing") }
        return dataset
    }
}
