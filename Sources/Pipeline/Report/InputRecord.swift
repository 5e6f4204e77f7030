/// A file that was read, as results remember it.
public struct InputRecord: Sendable, Hashable, Codable {
    /// The file's name, with as many of its folders as tell it from the others of its stage.
    public var name: String
    /// Its size in bytes.
    public var bytes: Int
    /// Fast checksum of the samples as read, in a fixed order; nil until the stream has ended.
    public var checksum: String?
    /// SHA-256 of the whole file, where it was asked for.
    public var sha256: String?

    /// A file by name and size.
    public init(name: String, bytes: Int, checksum: String? = nil, sha256: String? = nil) {
        self.name = name
        self.bytes = bytes
        self.checksum = checksum
        self.sha256 = sha256
    }
}

extension InputRecord {
    /// What is known of files before they are read: names, sizes and, if that is asked for, digests.
    static func records(of paths: [String], digested: Bool) throws -> [InputRecord] {
        try zip(paths, shortNames(paths)).map { path, name in
            var record = InputRecord(name: name, bytes: FileIdentity.size(ofFile: path) ?? 0)
            if digested { record.sha256 = try Digest.file(path) }
            return record
        }
    }

    /// What files are called in reports and histories: their names, with as many of their folders as tell them apart.
    private static func shortNames(_ paths: [String]) -> [String] {
        let parts = paths.map { $0.split(separator: "/") }
        let deepest = parts.map(\.count).max() ?? 1
        for depth in 1...max(deepest, 1) {
            let names = parts.map { $0.suffix(depth).joined(separator: "/") }
            if Set(names).count == names.count { return names }
        }
        return paths
    }
}
