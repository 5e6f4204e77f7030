import Foundation
import Synchronization

/// A file without a name for what does not fit memory: it is gone when nothing uses it any more, however the run ends.
public final class ScratchFile: Sendable {
    private let descriptor: Int32
    private let folder: String
    private let end = Mutex(0)

    /// An empty file in a folder with room for it.
    ///
    /// - Throws: `SystemError` when no file can be made there.
    public init(in folder: String) throws(SystemError) {
        self.folder = folder
        var template = Array((folder + "/.sluice-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SystemError("cannot make a scratch file", folder) }
        // Programs that this one starts have no business with it.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Puts bytes behind all others and says where.
    ///
    /// - Throws: `SystemError` when they cannot be written.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        let start = end.withLock { end in
            defer { end += bytes.count }
            return end
        }
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(start + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("cannot write a scratch file", folder) }
            done += count
        }
        return start
    }

    /// Fills a buffer with the bytes from a place on.
    ///
    /// - Throws: `SystemError` when they cannot be read.
    public func read(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) throws(SystemError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(start + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw SystemError("cannot read a scratch file", folder, number: count < 0 ? errno : EIO)
            }
            done += count
        }
    }
}
