// An island of unsafe code: a file's bytes as memory, handed out only inside the file's size.

import CPlatform
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
/// Pages that were touched stay in the process until they are let go; they count in its resident size. Where the file's
/// bytes are gone when they are touched, because it has become shorter or its disk fails, there are zeros: whoever used
/// bytes asks `check` before anything is made of them.
final class MappedFile: @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    private let path: String
    /// Its place among the mappings that are watched.
    private let watch: Int32
    /// Bytes of the file when it was opened.
    let byteCount: Int
    /// Which file it is.
    let identity: FileNode

    /// Maps a file for reading. No descriptor is kept: a join may have as many files as a process may open.
    ///
    /// - Throws: `HDF5Error` (machine) when it cannot be opened or mapped.
    init(reading path: String) throws {
        func error(_ what: String, _ reason: String, remedy: String = "") -> HDF5Error {
            HDF5Error(.machine, "\(what) (\(reason))", file: path, remedy: remedy)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error("the file cannot be opened", Self.reason) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { throw error("the file cannot be mapped", Self.reason) }
        let watch = sluice_watch_mapping(start, Int(status.st_size))
        guard watch >= 0 else {
            munmap(start, Int(status.st_size))
            guard watch == sluice_too_many_mappings else {
                throw error("the file cannot be mapped", "the system lets nobody handle SIGBUS")
            }
            throw error("the file cannot be mapped", "too many are", remedy: "join fewer files")
        }
        (self.start, self.path, self.watch) = (start, path, watch)
        byteCount = Int(status.st_size)
        identity = FileNode(status)
    }

    deinit {
        sluice_unwatch_mapping(watch)
        munmap(start, byteCount)
    }

    /// The bytes at an offset.
    ///
    /// - Throws: `HDF5Error` when the file ends before.
    func bytes(at offset: Int, count: Int, of place: HDF5Place) throws -> UnsafeRawPointer {
        guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
            throw place.error("the file ends before its data: expected \(count) bytes at \(offset)")
        }
        return UnsafeRawPointer(start + offset)
    }

    /// Makes sure that the bytes used so far were the file's own. Costs one system call.
    ///
    /// - Throws: `HDF5Error` (machine) when the file has become shorter, or some of its bytes could not be read.
    func check() throws {
        // The rest of a page behind the file's new end reads as zeros without any fault: only its size tells. A file whose
        // name is gone or another's stays as it was for whoever has it mapped.
        var status = stat()
        if stat(path, &status) == 0, FileNode(status) == identity {
            try FileEnd.check(status, atLeast: byteCount, path)
        }
        guard sluice_mapping_failed(watch) == 0 else {
            throw HDF5Error(
                .machine, "part of the file could not be read", file: path,
                remedy: "see the system's log for errors of its disk, then try again")
        }
    }

    /// Lets go of all pages that were touched; they are mapped again when they are needed.
    func release() { madvise(start, byteCount, Int32(MADV_DONTNEED)) }

    private static var reason: String { String(cString: strerror(errno)) }
}
