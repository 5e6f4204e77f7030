import Foundation
import Parameters
import TestSupport

@testable import Formats

/// Files made by the independent generator `shared/oracles/mvf/make_mvf3.py`, and what it says about them.
enum MVFOracle {
    private static let generator = Shared.find("oracles/mvf/make_mvf3.py")

    /// Whether the generator and a Python that runs it are there.
    static let isPresent = generator != nil && Peers.katdal != nil

    /// A scratch folder of this process.
    static let scratch: URL = {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "sluice-mvf-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }()

    /// Runs a Python script of the oracle; its exit status and what it printed.
    static func run(_ script: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let path = generator?.deletingLastPathComponent().appending(path: script).path ?? script
        return try Peers.run(Peers.katdal, [path] + arguments, withErrors: true)
    }

    /// A file of the generator; the name keeps files of several tests apart, tests that give the same one share it.
    static func make(_ name: String, _ options: String) async throws -> String {
        try await shelf.file(name, options)
    }

    private static let shelf = Shelf()

    /// Files made so far.
    private actor Shelf {
        private var files: [String: Task<String, any Error>] = [:]

        func file(_ name: String, _ options: String) async throws -> String {
            let task = files[name] ?? Task.detached { try MVFOracle.generate(name, options) }
            files[name] = task
            return try await task.value
        }
    }

    private static func generate(_ name: String, _ options: String) throws -> String {
        let folder = scratch.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "1497500000.h5").path
        var words: [String] = []
        for (index, quoted) in options.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            words +=
                index.isMultiple(of: 2) ? quoted.split(separator: " ").map(String.init) : [String(quoted)]
        }
        let result = try run("make_mvf3.py", ["-o", path] + words)
        guard result.status == 0 else { throw HDF5Error(.machine, result.output, file: path) }
        return path
    }

    /// The truth folder of a file.
    static func truth(_ path: String) -> URL {
        URL(filePath: path).deletingPathExtension().appendingPathExtension("truth")
    }

    /// An array of doubles as NumPy saved it.
    static func doubles(_ path: String, _ name: String) throws -> [Double] {
        let bytes = [UInt8](try Data(contentsOf: truth(path).appending(path: name + ".npy")))
        let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
        return bytes[start...].withUnsafeBytes { body in
            (0..<body.count / 8).map { body.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
        }
    }

    /// The meta data of a file.
    static func meta(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: truth(path).appending(path: "meta.json"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
