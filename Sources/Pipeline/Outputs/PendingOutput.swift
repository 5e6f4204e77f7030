import Foundation
import Synchronization

/// A result that is being written: under a hidden name beside its final one, until the whole run has ended well.
public final class PendingOutput: Sendable {
    /// Where the result will be.
    public let finalPath: String
    /// Where to write it.
    public let temporaryPath: String
    /// The stage that writes it.
    public let stage: String
    let overwrite: Bool

    private struct State {
        var isWithdrawn = false
        /// Whether the final name is a view of results so far.
        var isPublished = false
        /// Whether the run has ended well.
        var isKept = false
        /// Held while the hidden file is this run's.
        var lock: OutputLock?
    }
    private let state = Mutex(State())

    init(finalPath: String, stage: String, overwrite: Bool) {
        self.finalPath = finalPath
        self.stage = stage
        self.overwrite = overwrite
        temporaryPath = PathParts(finalPath).hidden(PathParts.partial)
    }

    /// Takes the promise back: the stage found that there is nothing to write (an optional picture).
    public func withdraw() {
        state.withLock { state in
            state.isWithdrawn = true
            if state.lock != nil { unlink(temporaryPath) }
        }
    }

    /// Gives what was written its final name at once, in the place of what was published before: a view of results so
    /// far. It stays when the run ends well, and is removed when it does not.
    ///
    /// - Throws: `OutputError` when somebody else has put a file there, `SystemError` when it cannot be renamed.
    public func publish() throws {
        try sync()
        guard isPublished else {
            _ = try takeName()
            return state.withLock { $0.isPublished = true }
        }
        guard Foundation.rename(temporaryPath, finalPath) == 0 else {
            throw SystemError("cannot rename", finalPath)
        }
    }

    /// Lets what was published stay.
    func keep() { state.withLock { $0.isKept = true } }

    private func sync() throws(SystemError) {
        let descriptor = Foundation.open(temporaryPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("cannot write", finalPath) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError("cannot write", finalPath) }
    }

    /// Whether the final name is a view of results so far.
    public var isPublished: Bool { state.withLock { $0.isPublished } }
    var isWithdrawn: Bool { state.withLock { $0.isWithdrawn } }

    /// Keeps other runs away, removes what an earlier, killed run left, and finds out whether a file can be made here.
    ///
    /// - Throws: `OutputError` when another run writes the result or has just written it, `SystemError` when no file
    ///   can be made.
    func open() throws {
        let lock = try OutputLock(of: finalPath)
        state.withLock { $0.lock = lock }
        var found = stat()
        if !overwrite, lstat(finalPath, &found) == 0 {
            throw OutputError.exists(
                path: finalPath, mend: "it appeared after this run was checked; use another name")
        }
        if unlink(temporaryPath) != 0, errno != ENOENT {
            throw SystemError("cannot remove a left-over", temporaryPath)
        }
        let descriptor = Foundation.open(temporaryPath, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError("cannot write", finalPath) }
        close(descriptor)
        unlink(temporaryPath)
    }

    /// Removes what was written and not renamed, and a view that no run ended well with, then lets other runs have the name.
    func leave() {
        state.withLock { state in
            guard let lock = state.lock else { return }
            unlink(temporaryPath)
            if state.isPublished, !state.isKept { unlink(finalPath) }
            lock.release()
            state.lock = nil
        }
    }
}
