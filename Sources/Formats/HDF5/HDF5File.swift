import CHDF5
import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An HDF5 file.
struct HDF5File: Sendable {
    private let handle: HDF5Handle
    /// The file's path.
    let path: String
    /// The group that holds everything.
    let root: HDF5Group
    /// Where it ended when it was opened for reading; nil where that cannot move.
    let end: FileEnd?

    /// Opens a file for reading, without locking it: file locks fail on network file systems.
    init(reading path: String) throws {
        guard access(path, F_OK) == 0 else {
            throw HDF5Error(.usage, "no such file", file: path, remedy: "check the path")
        }
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
            throw HDF5Error(
                .usage, "a folder, expected an HDF5 file", file: path, remedy: "name a file inside it")
        }
        guard access(path, R_OK) == 0 else {
            throw HDF5Error(
                .usage, "the file may not be read (\(String(cString: strerror(errno))))", file: path)
        }
        (handle, root, end) = try HDF5.locked {
            guard H5Fis_hdf5(path) > 0 else {
                throw HDF5Error(
                    .data, "not an HDF5 file (empty, truncated or of another kind)", file: path,
                    remedy: "give an HDF5 file, or copy this one anew")
            }
            let access = H5Pcreate(sluice_H5P_FILE_ACCESS())
            defer { H5Pclose(access) }
            H5Pset_file_locking(access, false, true)
            guard let handle = HDF5Handle(H5Fopen(path, 0, access)) else {
                throw HDF5Place(file: path, path: "/").failure(
                    "the file cannot be opened, expected a whole HDF5 file")
            }
            let root = try HDF5Group(in: handle, "/", at: HDF5Place(file: path, path: "/"))
            return (handle, root, FileEnd(of: handle.id, path: path))
        }
        self.path = path
    }

    /// Makes a new file in the format that libhdf5 1.10 reads, with attributes above 64 KiB allowed.
    ///
    /// - Parameters:
    ///   - packsChunks: whether chunks of reserved datasets lie one behind the other; older libraries do not read it.
    ///   - adjust: may change the list of access properties.
    init(
        creating path: String, packsChunks: Bool = false, _ adjust: (hid_t) throws -> Void = { _ in }
    ) throws {
        (handle, root) = try HDF5.locked {
            let access = H5Pcreate(sluice_H5P_FILE_ACCESS())
            defer { H5Pclose(access) }
            H5Pset_file_locking(access, false, true)
            H5Pset_libver_bounds(
                access, packsChunks ? H5F_LIBVER_V110 : H5F_LIBVER_V18, H5F_LIBVER_V110)
            try adjust(access)
            let creation = H5Pcreate(sluice_H5P_FILE_CREATE())
            defer { H5Pclose(creation) }
            H5Pset_obj_track_times(creation, false)
            guard let handle = HDF5Handle(H5Fcreate(path, 2, creation, access)) else {
                throw HDF5Place(file: path, path: "/").failure("the file cannot be made", .machine)
            }
            return (handle, try HDF5Group(in: handle, "/", at: HDF5Place(file: path, path: "/")))
        }
        self.path = path
        end = nil
    }

    /// Whether addresses inside the file count from its first byte, so that chunks can be read around libhdf5.
    var startsAtByteZero: Bool {
        HDF5.locked {
            let creation = H5Fget_create_plist(handle.id)
            defer { H5Pclose(creation) }
            var userBlock: hsize_t = 0
            return H5Pget_userblock(creation, &userBlock) >= 0 && userBlock == 0
        }
    }

    /// Writes what libhdf5 still holds to the file.
    func flush() throws {
        try HDF5.locked {
            guard H5Fflush(handle.id, H5F_SCOPE_GLOBAL) >= 0 else {
                throw HDF5Place(file: path, path: "/").failure("the file cannot be written", .machine)
            }
        }
    }
}
