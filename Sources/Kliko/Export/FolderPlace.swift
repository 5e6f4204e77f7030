import Foundation
import Parameters
import Pipeline

/// The place of a folder that is made beside it, under a hidden name, and that may replace one which is there.
///
/// A folder that is there stays whole until the new one has its name: it is moved aside, and back if that fails.
struct FolderPlace {
    /// The place.
    let path: String
    /// Where the new folder is made.
    let partial: String
    /// Where the old folder waits while the new one takes its place.
    let aside: String

    private var manager: FileManager { .default }

    init(_ target: PathParts) {
        path = target.folderPrefix + target.name
        partial = target.hidden(PathParts.partial)
        aside = target.hidden(".sluice-old")
    }

    /// Whether anything is there, be it a link that leads nowhere.
    var isTaken: Bool { exists(path) }

    /// Clears up after one that was killed: what it had moved aside is put back, what it left unfinished is removed.
    func recover() throws {
        if exists(aside), !isTaken { try manager.moveItem(atPath: aside, toPath: path) }
        for left in [partial, aside] where exists(left) { try manager.removeItem(atPath: left) }
    }

    /// Gives the new folder its name.
    ///
    /// - Throws: `CocoaError` when that fails, the old folder being back in its place; `PipelineError` naming where the
    ///   old folder is when it cannot be put back either.
    func take() throws {
        guard isTaken else { return try manager.moveItem(atPath: partial, toPath: path) }
        try manager.moveItem(atPath: path, toPath: aside)
        do {
            try manager.moveItem(atPath: partial, toPath: path)
        } catch {
            do { try manager.moveItem(atPath: aside, toPath: path) } catch {
                throw PipelineError(
                    "the folder that was to be replaced cannot be put back", at: aside,
                    mend: "rename it to \(path)", fault: .machine)
            }
            throw error
        }
        try? manager.removeItem(atPath: aside)
    }

    /// Removes a new folder that did not take its place.
    func clear() { try? manager.removeItem(atPath: partial) }

    private func exists(_ path: String) -> Bool { (try? manager.attributesOfItem(atPath: path)) != nil }
}
