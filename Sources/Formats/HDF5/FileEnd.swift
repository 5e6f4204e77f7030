import CHDF5
import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which file an open descriptor reads, whatever name it has: device and inode.
struct FileNode: Sendable, Hashable {
    private let device, number: UInt64

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// Where a file ended when it was opened: one that becomes shorter while it is read must not pass for zeros.
struct FileEnd: Sendable {
    /// libhdf5's own.
    let descriptor: Int32
    private let byteCount: Int
    private let path: String

    /// The end of the file of an open object, as libhdf5 knows it; nil unless libhdf5 reads it from a descriptor, and only
    /// reads. The descriptor lives as long as the object is open. Call it inside a locked section.
    init?(of object: hid_t, path: String) {
        guard let file = HDF5Handle(H5Iget_file_id(object)),
            let access = HDF5Handle(H5Fget_access_plist(file.id)),
            H5Pget_driver(access.id) == sluice_H5FD_SEC2()
        else { return nil }
        var intent: UInt32 = 0
        var end: haddr_t = 0
        var place: UnsafeMutableRawPointer?
        guard H5Fget_intent(file.id, &intent) >= 0, intent & 1 == 0, H5Fget_eoa(file.id, &end) >= 0,
            let byteCount = Int(exactly: end), H5Fget_vfd_handle(file.id, HDF5.defaults, &place) >= 0,
            let place
        else { return nil }
        descriptor = place.load(as: Int32.self)
        self.byteCount = byteCount
        self.path = path
    }

    /// Makes sure that the file is still as long as it was; libhdf5 reads zeros behind a file's end.
    ///
    /// - Throws: `HDF5Error` (machine) when it has become shorter.
    func check() throws { try Self.check(descriptor, atLeast: byteCount, path) }

    /// Makes sure that a file opened by the same name is the one that libhdf5 reads: addresses of one must not be used in
    /// another that was given its name meanwhile.
    ///
    /// - Throws: `HDF5Error` (machine) when it is another one.
    func require(_ identity: FileNode) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileNode(status) != identity else { return }
        throw HDF5Error(
            .machine, "the file was replaced by another one while it was opened", file: path,
            remedy: "try again when nobody changes it any more")
    }

    /// Makes sure that an open file has so many bytes.
    ///
    /// - Throws: `HDF5Error` (machine) when it has become shorter.
    static func check(_ descriptor: Int32, atLeast byteCount: Int, _ path: String) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        try check(status, atLeast: byteCount, path)
    }

    /// Makes sure that a file of this status has so many bytes.
    ///
    /// - Throws: `HDF5Error` (machine) when it has become shorter.
    static func check(_ status: stat, atLeast byteCount: Int, _ path: String) throws {
        guard status.st_size < byteCount else { return }
        throw HDF5Error(
            .machine, "the file became shorter while it was read (\(byteCount) bytes, now \(status.st_size))",
            file: path, remedy: "try again when nobody changes it any more")
    }
}
