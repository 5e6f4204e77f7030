import Foundation
import TestSupport

/// The built program, run as a user would.
struct Program {
    /// How a run ended.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String

        /// The error lines, without log lines.
        var errorLines: [Substring] {
            errors.split(separator: "\n").filter { $0.hasPrefix("sluice: error: ") }
        }
    }

    /// The package's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The program stands beside the test bundle.
    static let path: URL = {
        let own = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let beside = own.appending(path: "sluice")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : root.appending(path: ".build/debug/sluice")
    }()

    /// Starts a run, of the program under another name if need be, without waiting for its end.
    static func start(
        _ arguments: [String], in folder: URL? = nil, as program: URL = path,
        environment: [String: String]? = nil
    ) throws -> (process: Process, output: URL, errors: URL) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.currentDirectoryURL = folder
        let name = FileManager.default.temporaryDirectory.appending(path: "sluice-test-\(UUID().uuidString)")
        let (output, errors) = (name.appendingPathExtension("out"), name.appendingPathExtension("err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, output, errors)
    }

    /// Waits for a run that was started.
    static func finish(_ run: (process: Process, output: URL, errors: URL)) throws -> Outcome {
        run.process.waitUntilExit()
        defer { [run.output, run.errors].forEach { try? FileManager.default.removeItem(at: $0) } }
        let died = run.process.terminationReason == .uncaughtSignal
        return Outcome(
            code: died ? 128 + run.process.terminationStatus : run.process.terminationStatus,
            output: try String(contentsOf: run.output, encoding: .utf8),
            errors: try String(contentsOf: run.errors, encoding: .utf8))
    }

    /// Runs the program to its end.
    @discardableResult static func run(_ arguments: String..., in folder: URL? = nil) throws -> Outcome {
        try finish(start(arguments, in: folder))
    }
}

/// A small observation that is simulated once for all tests.
enum SmallObservation {
    private static let made = Result {
        let scratch = try Scratch()
        let pipeline = try scratch.write(
            """
            sluice: 1
            name: small
            stages:
              - simulate: {antennas: 5, channels: 16, frequency: 1.39GHz, bandwidth: 13MHz, plan: slew*1 t*24, rfi: blips}
              - write: {output: observation.h5}
            """, to: "small.yaml")
        let outcome = try Program.run("run", pipeline, "--quiet", in: scratch.url)
        guard outcome.code == 0 else { throw Failure(text: outcome.errors) }
        return scratch
    }

    private struct Failure: Error {
        let text: String
    }

    /// Its path.
    static var path: String { get throws { try made.get()["observation.h5"] } }
}
