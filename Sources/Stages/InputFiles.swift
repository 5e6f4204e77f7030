import Foundation
import Pipeline

extension InputRecord {
    /// What is known of a file before it is read: its size and, if that is asked for, its digest.
    init(_ path: String, name: String, digested: Bool) throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        self.init(name: name, bytes: size ?? 0, sha256: digested ? try Digest.file(path) : nil)
    }
}
