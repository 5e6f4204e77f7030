/// A path taken apart, without asking the file system.
struct PathParts {
    /// The suffix of the hidden file that a result is written to.
    static let partial = ".sluice-partial"
    /// The suffix of the hidden file that is locked meanwhile.
    static let lock = ".sluice-lock"
    /// Longest file name that leaves room for the hidden ones (most file systems take 255 bytes).
    static let longestName = 255 - 1 - partial.utf8.count

    /// Everything up to and with the last slash; empty for a bare name.
    let folderPrefix: String
    /// What follows the last slash.
    let name: String

    init(_ path: String) {
        let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        folderPrefix = String(path[..<slash])
        name = String(path[slash...])
    }

    /// The folder, `.` for a bare name.
    var folder: String { folderPrefix.isEmpty ? "." : folderPrefix }

    /// A hidden file beside it, named after it.
    func hidden(_ suffix: String) -> String { folderPrefix + "." + name + suffix }
}
