import Foundation

/// A folder for the files of one test, removed with it.
final class Scratch: Sendable {
    let url: URL

    init() {
        url = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

/// Programs of others that give a second opinion, where they are installed.
enum Peers {
    static let root =
        ProcessInfo.processInfo.environment["SLUICE_PEERS"]
        ?? NSHomeDirectory() + "/.cache/sluice-peers"

    /// A Python with astropy, numpy and pillow.
    static var astropy: String? {
        let path = root + "/modern/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// What a Python script prints, standard error after it.
    static func python(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: astropy ?? "")
        process.arguments = ["-c", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
