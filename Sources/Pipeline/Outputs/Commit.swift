import CPlatform
import Foundation

extension OutputLedger {
    /// Gives every result its final name: all are on disk before the first is renamed.
    ///
    /// - Returns: The results with size and SHA-256, in the order of their claims.
    /// - Throws: `OutputError` or `SystemError`; results that were already renamed and replaced nothing are removed.
    @discardableResult public func commit() throws -> [OutputReport] {
        let views = outputs.filter(\.isPublished)
        let outputs = outputs.filter { !$0.isPublished }
        let reports = try outputs.map { try $0.settle() }
        var made: [PendingOutput] = []
        do {
            for output in outputs {
                if try output.takeName() == .new { made.append(output) }
            }
            for folder in Set(outputs.map { PathParts($0.finalPath).folder }) { try syncFolder(folder) }
        } catch {
            for output in made { unlink(output.finalPath) }
            throw error
        }
        for view in views { view.keep() }
        return reports
    }

    private func syncFolder(_ folder: String) throws(SystemError) {
        let descriptor = Foundation.open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder and say EINVAL: the rename is then as safe as it gets there.
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw SystemError("cannot sync", folder)
        }
    }
}

extension PendingOutput {
    /// Puts the written file on disk and reads it back for its digest.
    fileprivate func settle() throws -> OutputReport {
        let descriptor = Foundation.open(temporaryPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw OutputError.notWritten(path: finalPath, stage: stage) }
            throw SystemError("cannot write", finalPath)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError("cannot write", finalPath) }
        let (digest, bytes) = try Digest.file(descriptor, path: finalPath)
        return OutputReport(path: finalPath, stage: stage, bytes: bytes, sha256: digest)
    }
}
