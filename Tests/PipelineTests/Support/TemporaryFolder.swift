import Foundation
import Logging

@testable import Pipeline

/// A folder of a test's own, removed at its end.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sluice-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// All names in it, hidden ones too.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func text(_ name: String) -> String? { try? String(contentsOfFile: file(name), encoding: .utf8) }
}

/// Options of a quiet run.
func quiet(_ change: (inout RunOptions) -> Void = { _ in }) -> RunOptions {
    var options = RunOptions()
    options.logHandler = { _ in SwiftLogNoOpLogHandler() }
    change(&options)
    return options
}

/// A machine with two CPUs and 8 GiB, whatever the tests run on.
let roomy = Resources(
    environment: [:], affinity: 2, physicalMemory: 8 << 30, groups: ControlGroups(root: "/none"))
