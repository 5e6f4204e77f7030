import CHDF5
import Parameters

extension HDF5File {
    /// Makes a file that never reaches a disk.
    init(inMemoryNamed name: String) throws {
        try self.init(creating: name) { access in
            guard H5Pset_fapl_core(access, 1 << 20, false) >= 0 else {
                throw HDF5Place(file: name, path: "/").failure("the file cannot be made in memory", .machine)
            }
        }
    }
}

extension HDF5Dataset {
    /// Visits every node of the index of chunks, and looks chunks up as reading does.
    func walkIndex() throws {
        guard chunk != nil else { return }
        try HDF5.locked {
            var count: hsize_t = 0
            guard let space = HDF5Handle(H5Dget_space(handle.id)),
                H5Dget_num_chunks(handle.id, space.id, &count) >= 0
            else {
                throw place.failure("the index of chunks cannot be read")
            }
        }
        try HDF5ChunkTable(self)?.lookAllUp()
    }
}
