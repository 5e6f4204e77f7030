import Foundation

/// What stands outside the package: oracles and data in a folder `shared`.
public enum Shared {
    /// The package's root.
    public static let package = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder in `shared` beside the package, or beside the folder of worktrees that holds it; nil if there is none.
    public static func find(_ name: String) -> URL? {
        let beside = package.deletingLastPathComponent()
        return [beside, beside.deletingLastPathComponent()].map { $0.appending(path: "shared/" + name) }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }
}
