import CPlatform
import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file read or written at offsets, from several threads at once.
final class RawFile: Sendable {
    private let descriptor: Int32
    private let path: String
    /// Whose descriptor it is; nil for one of its own.
    private let owner: HDF5File?
    /// Bytes of the file when it was opened for reading.
    private let byteCount: Int

    /// Reads the file that libhdf5 has open, by the same descriptor: the name may have become another file's.
    convenience init(reading file: HDF5File) throws {
        guard let end = file.end else {
            try self.init(reading: file.path)
            return
        }
        self.init(end.descriptor, of: file)
    }

    private init(_ descriptor: Int32, of file: HDF5File) {
        self.descriptor = descriptor
        path = file.path
        owner = file
        byteCount = Self.byteCount(descriptor)
    }

    /// Opens a file for reading.
    init(reading path: String) throws {
        self.path = path
        owner = nil
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw HDF5Error(.machine, "the file cannot be opened (\(Self.reason))", file: path)
        }
        byteCount = Self.byteCount(descriptor)
    }

    private static func byteCount(_ descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Opens a file that exists for writing.
    init(writing path: String) throws {
        self.path = path
        owner = nil
        byteCount = 0
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw HDF5Error(.machine, "the file cannot be opened for writing (\(Self.reason))", file: path)
        }
    }

    deinit {
        if owner == nil { close(descriptor) }
    }

    /// Fills memory with the bytes at an offset.
    ///
    /// - Throws: `HDF5Error`: data fault when the file ends before, machine fault when reading fails or the file has become
    ///   shorter.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int, of place: HDF5Place) throws {
        var done = 0
        while done < bytes.count {
            let got = pread(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw place.error("the file cannot be read (\(Self.reason))", .machine) }
            guard got > 0 else {
                try FileEnd.check(descriptor, atLeast: byteCount, path)
                throw place.error("the file ends before its data: expected \(bytes.count) bytes at \(offset)")
            }
            done += got
        }
    }

    /// Writes bytes at an offset.
    ///
    /// - Throws: `HDF5Error` (machine) with the system's reason, such as a full disk.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, of place: HDF5Place) throws {
        var done = 0
        while done < bytes.count {
            let got = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw place.error("the file cannot be written (\(Self.reason))", .machine) }
            done += got
        }
    }

    /// Claims the room for a file of so many bytes, so that a full disk is found before the work; where the file system
    /// has no such call nothing is claimed.
    ///
    /// - Throws: `HDF5Error` (machine) when there is not enough room.
    func reserve(_ byteCount: Int) throws {
        let failure = sluice_reserve(descriptor, Int64(byteCount))
        guard failure == 0 else {
            throw HDF5Error(
                .machine, "there is no room for \(byteCount) bytes (\(String(cString: strerror(failure))))",
                file: path, remedy: "free some space or write elsewhere")
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
