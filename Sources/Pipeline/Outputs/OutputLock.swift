import Foundation

/// Tells other runs that a result is being written: a hidden file beside it, locked until the run has ended.
///
/// The system lets go of the lock when the process ends, in whatever way: a lock that is held is a run that lives, one
/// that is not is a left-over. The result itself cannot be locked, since its writer may make the file anew.
struct OutputLock: Sendable {
    /// Other runs that come and go while one tries to lock; a file system whose node numbers change would need more.
    private static let tries = 100

    private let descriptor: Int32
    private let path: String

    /// Takes the lock of a result, without waiting.
    ///
    /// A file system without locks gives everybody one: there, nobody is told apart.
    ///
    /// - Throws: `OutputError.beingWritten` when another run has it, `SystemError` when no file can be made here.
    init(of finalPath: String) throws {
        path = PathParts(finalPath).hidden(PathParts.lock)
        var left = Self.tries
        while true {
            let descriptor = open(path, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw SystemError("cannot write", finalPath) }
            guard Self.lock(descriptor) else {
                close(descriptor)
                throw OutputError.beingWritten(path: finalPath)
            }
            left -= 1
            if left == 0 || Self.isNamed(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            // Its last holder removed it between opening and locking: the lock is now another file.
            close(descriptor)
        }
    }

    /// Removes the file while it is still locked, then lets go.
    func release() {
        unlink(path)
        close(descriptor)
    }

    /// False when somebody else has the lock.
    private static func lock(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            return errno != EWOULDBLOCK
        }
        return true
    }

    /// Whether a path still leads to an open file.
    private static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0 else { return false }
        return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }
}
