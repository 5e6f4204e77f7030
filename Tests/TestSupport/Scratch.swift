import Foundation

/// A folder for the files of one test, removed when its owner is.
public final class Scratch: Sendable {
    /// Where it is.
    public let url: URL

    /// Makes an empty folder.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Its path.
    public var path: String { url.path }

    /// The path of a file in it.
    public subscript(_ name: String) -> String { url.appending(path: name).path }

    /// The names in it, hidden ones too.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    /// The text of a file in it, nil if there is none.
    public func text(_ name: String) -> String? { try? String(contentsOfFile: self[name], encoding: .utf8) }

    /// Writes a text and returns its path.
    @discardableResult public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: self[name], atomically: false, encoding: .utf8)
        return self[name]
    }
}
