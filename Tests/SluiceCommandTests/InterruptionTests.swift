import Foundation
import TestSupport
import Testing

/// Runs that are stopped from outside leave no result, and say so where they can.
@Suite(.serialized) struct InterruptionTests {
    /// A simulation that takes far longer than any test.
    static let long = """
        sluice: 1
        name: long
        stages:
          - simulate: {antennas: 32, channels: 512, plan: slew*1 t*2000}
          - write: {output: result.h5}
        """

    private func started(_ scratch: Scratch) throws -> (process: Process, output: URL, errors: URL) {
        let file = try scratch.write(Self.long, to: "long.yaml")
        let run = try Program.start(["run", file, "--progress", "none", "--memory", "4GiB"], in: scratch.url)
        // The partial file tells that data flow.
        for _ in 0..<600
        where try !scratch.names.contains(where: { $0.contains("partial") }) && run.process.isRunning {
            Thread.sleep(forTimeInterval: 0.1)
        }
        Thread.sleep(forTimeInterval: 0.3)
        return run
    }

    @Test(
        "SIGINT and SIGTERM end a run cleanly", .timeLimit(.minutes(3)),
        arguments: zip([SIGINT, SIGTERM], [130, 143] as [Int32]))
    func signals(number: Int32, code: Int32) throws {
        let scratch = try Scratch()
        let run = try started(scratch)
        kill(run.process.processIdentifier, number)
        let outcome = try Program.finish(run)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(try scratch.names == ["long.yaml", "result-report.json"])
    }

    @Test("SIGKILL leaves no result, and the next run removes the partial file", .timeLimit(.minutes(3)))
    func killed() throws {
        let scratch = try Scratch()
        let run = try started(scratch)
        kill(run.process.processIdentifier, SIGKILL)
        _ = try Program.finish(run)
        #expect(try !scratch.names.contains("result.h5"))
        #expect(try scratch.names.contains { $0.contains("partial") })
        let small = try scratch.write(
            Self.long.replacing("t*2000", with: "t*2").replacing("512", with: "4"), to: "long.yaml")
        let again = try Program.run("run", small, in: scratch.url)
        #expect(again.code == 0, "\(again.errors)")
        #expect(try scratch.names == ["long.yaml", "result-report.json", "result.h5"])
    }

    @Test(
        "A second process on the same result is turned away, the first is not disturbed",
        .timeLimit(.minutes(3)))
    func sameResult() throws {
        let scratch = try Scratch()
        let run = try started(scratch)
        let partial = try scratch.names.filter { $0.contains("partial") }
        let second = try Program.run(
            "run", scratch["long.yaml"], "--memory", "4GiB", "--report", "second.json", "--quiet",
            in: scratch.url)
        #expect(second.code == 2, "\(second.errors)")
        #expect(
            second.errorLines == [
                "sluice: error: another run is writing this: result.h5: wait for it or choose another name"
            ])
        #expect(run.process.isRunning)
        #expect(try scratch.names.filter { $0.contains("partial") } == partial)
        kill(run.process.processIdentifier, SIGINT)
        #expect(try Program.finish(run).code == 130)
        #expect(try scratch.names == ["long.yaml", "result-report.json", "second.json"])
    }

    @Test("A full disk ends with 1 and leaves no result", .enabled(if: Self.canMount, "needs root and tmpfs"))
    func fullDisk() throws {
        let scratch = try Scratch()
        let disk = scratch["disk"]
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        #expect(Self.shell("mount -t tmpfs -o size=256k tmpfs '\(disk)'") == 0)
        defer { _ = Self.shell("umount '\(disk)'") }
        let text = Self.long.replacing("t*2000", with: "t*20").replacing("512", with: "16").replacing(
            "result.h5", with: "disk/result.h5")
        let file = try scratch.write(text, to: "full.yaml")
        let outcome = try Program.run("run", file, "--report", "report.json", in: scratch.url)
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk).isEmpty)
    }

    @Test(
        "Visibilities that find no room in the scratch folder end with 1 and leave no result",
        .enabled(if: Self.canMount, "needs root and tmpfs"))
    func fullScratch() throws {
        let scratch = try Scratch()
        let disk = scratch["disk"]
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        #expect(Self.shell("mount -t tmpfs -o size=16k tmpfs '\(disk)'") == 0)
        defer { _ = Self.shell("umount '\(disk)'") }
        let text = """
            sluice: 1
            name: full
            stages:
              - simulate: {antennas: 5, channels: 16, frequency: 1.39GHz, bandwidth: 13MHz, plan: t*24}
              - image: {prefix: full, cell: 5arcsec, size: 64, niter: 10, store: scratch, scratch: disk}
            """
        let file = try scratch.write(text, to: "full.yaml")
        let outcome = try Program.run("run", file, "--report", "report.json", in: scratch.url)
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("scratch file"), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk).isEmpty)
        #expect(try scratch.names == ["disk", "full.yaml", "report.json"])
    }

    static func shell(_ command: String) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }

    static let canMount: Bool = {
        guard getuid() == 0, let scratch = try? Scratch() else { return false }
        let mounted = shell("mount -t tmpfs -o size=64k tmpfs '\(scratch.url.path)'") == 0
        return mounted && shell("umount '\(scratch.url.path)'") == 0
    }()
}
