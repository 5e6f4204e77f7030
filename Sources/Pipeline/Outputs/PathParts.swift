/// A path taken apart, without asking the file system.
public struct PathParts {
    /// The suffix of the hidden file that a result is written to.
    public static let partial = ".sluice-partial"
    /// The suffix of the hidden file that is locked meanwhile.
    public static let lock = ".sluice-lock"
    /// Longest file name that leaves room for the hidden ones (most file systems take 255 bytes).
    public static let longestName = 255 - 1 - partial.utf8.count

    /// Everything up to and with the last slash; empty for a bare name.
    public let folderPrefix: String
    /// What follows the last slash.
    public let name: String

    /// Takes a path apart.
    public init(_ path: String) {
        let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        folderPrefix = String(path[..<slash])
        name = String(path[slash...])
    }

    /// The folder, `.` for a bare name.
    public var folder: String { folderPrefix.isEmpty ? "." : folderPrefix }

    /// A hidden file beside it, named after it.
    public func hidden(_ suffix: String) -> String { folderPrefix + "." + name + suffix }
}
