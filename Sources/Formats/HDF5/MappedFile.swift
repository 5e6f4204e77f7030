// An island of unsafe code: a file's bytes as memory, handed out only inside the file's size.

import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file as memory, for arrays of which many small pieces are wanted: a system call for each would take longer than the
/// bytes themselves.
///
/// Pages that were touched stay in the process until they are let go; they count in its resident size.
final class MappedFile: @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    /// Bytes of the file when it was opened.
    let byteCount: Int

    /// Maps a file for reading.
    init(reading path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw HDF5Error(.machine, "the file cannot be opened (\(Self.reason))", file: path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { throw HDF5Error(.machine, "the file cannot be mapped (\(Self.reason))", file: path) }
        self.start = start
        byteCount = Int(status.st_size)
    }

    deinit { munmap(start, byteCount) }

    /// The bytes at an offset.
    ///
    /// - Throws: `HDF5Error` when the file ends before.
    func bytes(at offset: Int, count: Int, of place: HDF5Place) throws -> UnsafeRawPointer {
        guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
            throw place.error("the file ends before its data: expected \(count) bytes at \(offset)")
        }
        return UnsafeRawPointer(start + offset)
    }

    /// Lets go of all pages that were touched; they are mapped again when they are needed.
    func release() { madvise(start, byteCount, Int32(MADV_DONTNEED)) }

    private static var reason: String { String(cString: strerror(errno)) }
}
