import CPlatform
import Foundation
import Synchronization

/// All results of a run: claimed before it starts, committed together when every stage has ended well.
///
/// Commands that write results without a run use one too: claim, `open`, write to each `temporaryPath`, `commit`, `leave`.
public final class OutputLedger: Sendable {
    private struct State {
        var claims: [PendingOutput] = []
        var inputs: Set<FileIdentity> = []
    }

    let overwrite: Bool
    private let state = Mutex(State())

    /// Nothing claimed yet.
    ///
    /// - Parameter overwrite: whether results may replace older ones.
    public init(overwrite: Bool) { self.overwrite = overwrite }

    /// The results claimed so far and not taken back.
    var outputs: [PendingOutput] { state.withLock { $0.claims }.filter { !$0.isWithdrawn } }

    /// Names a file that is being read, which no result may replace.
    public func protect(_ path: String) {
        guard let identity = FileIdentity(path) else { return }
        state.withLock { _ = $0.inputs.insert(identity) }
    }

    /// Promises a result; nothing is written before `open`.
    ///
    /// - Parameters:
    ///   - path: The final name, relative to the working directory.
    ///   - stage: Who writes it.
    ///   - mend: What the user may do about a path that cannot be used, such as `use another prefix`.
    ///   - isView: Whether it is a view of results so far, which takes the place of an older one: a run that was killed
    ///     leaves one behind.
    /// - Throws: `OutputError` when the result exists, its name cannot be used or its folder is missing, `SystemError` when
    ///   the folder cannot be written.
    public func claim(
        _ path: String, stage: String, suggesting mend: String, isView: Bool = false
    ) throws -> PendingOutput {
        let name = PathParts(path).name
        guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0),
            name.utf8.count <= PathParts.longestName
        else { throw OutputError.badName(path: path, mend: mend) }
        let output = PendingOutput(finalPath: path, stage: stage, overwrite: overwrite || isView)
        try checkPlace(output, mend: mend)
        try state.withLock { state in
            if let other = state.claims.first(where: { $0.key == output.key }) {
                throw OutputError.claimedTwice(path: path, first: other.stage, second: stage, mend: mend)
            }
            state.claims.append(output)
        }
        return output
    }

    /// Whether a result that was not taken back has this name.
    func isClaimed(_ path: String) -> Bool {
        let key = PendingOutput(finalPath: path, stage: "", overwrite: true).key
        return outputs.contains { $0.key == key }
    }

    private func checkPlace(_ output: PendingOutput, mend: String) throws {
        let path = output.finalPath
        var found = stat()
        if lstat(path, &found) == 0 {
            if found.st_mode & S_IFMT == S_IFDIR { throw OutputError.isFolder(path: path, mend: mend) }
            if !output.overwrite { throw OutputError.exists(path: path, mend: mend) }
        } else if errno != ENOENT {
            throw SystemError("cannot write", path)
        }
        let folder = PathParts(path).folder
        guard access(folder, W_OK | X_OK) != 0 else { return }
        throw errno == ENOENT
            ? OutputError.noFolder(path: path, folder: folder) : SystemError("cannot write", path)
    }

    /// Refuses a report in the place of a result or an input: it is replaced without asking.
    func check(report path: String) throws {
        let report = PendingOutput(finalPath: path, stage: "report", overwrite: true)
        let (outputs, inputs) = state.withLock { ($0.claims, $0.inputs) }
        let mend = "write the report elsewhere"
        if let output = outputs.first(where: { $0.key == report.key }) {
            throw OutputError.claimedTwice(path: path, first: output.stage, second: "the report", mend: mend)
        }
        if let identity = FileIdentity(path), inputs.contains(identity) {
            throw OutputError.replacesInput(path: path, mend: mend)
        }
    }

    /// Keeps other runs away, removes left-overs of killed ones and finds out whether each result can be written where
    /// it should go.
    ///
    /// - Throws: `OutputError` when a result would replace an input or is being written by another run, `SystemError` when
    ///   no file can be made.
    public func open() throws {
        let (outputs, inputs) = state.withLock { ($0.claims, $0.inputs) }
        for output in outputs {
            if let identity = FileIdentity(output.finalPath), inputs.contains(identity) {
                throw OutputError.replacesInput(path: output.finalPath, mend: "write to another name")
            }
            try output.open()
        }
    }

    /// Removes everything written and not committed, then lets other runs have the names.
    public func leave() { state.withLock { $0.claims }.forEach { $0.leave() } }
}

extension PendingOutput {
    /// What tells two claims of one file apart from claims of two: the folder's identity and the name.
    fileprivate var key: String {
        let path = PathParts(finalPath)
        let folder = FileIdentity(path.folder).map { "\($0.device):\($0.node)" } ?? path.folder
        return folder + "/" + path.name
    }
}

/// A file as the system knows it, whatever path led there.
struct FileIdentity: Hashable {
    let device: UInt64
    let node: UInt64

    init?(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: found.st_dev)
        node = UInt64(truncatingIfNeeded: found.st_ino)
    }

    /// The size in bytes of the ordinary file that a path leads to, links followed; nil where there is none.
    static func size(ofFile path: String) -> Int? {
        var found = stat()
        guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(found.st_size)
    }
}

/// The results that a stage promises.
public struct Outputs: Sendable {
    let ledger: OutputLedger
    let stage: String

    /// Promises a result as `OutputLedger.claim(_:stage:suggesting:isView:)` does.
    ///
    /// - Throws: `OutputError` and `SystemError` as there.
    public func claim(_ path: String, suggesting how: String, isView: Bool = false) throws -> PendingOutput {
        try ledger.claim(path, stage: stage, suggesting: how, isView: isView)
    }

    /// Whether a result of this run, of whatever stage, will have this name.
    public func areClaimed(_ path: String) -> Bool { ledger.isClaimed(path) }
}
