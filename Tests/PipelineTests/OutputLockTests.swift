import Foundation
import Rings
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

@Suite("Several runs on one result", .timeLimit(.minutes(1))) struct OutputLockTests {
    /// Writes half of its result, waits to be let go, writes the rest.
    struct Slow: Sink {
        static let name = "slow"
        static let summary = "writes slowly"
        final class Gate: Sendable {
            private let state = Mutex((half: false, open: false))
            var half: Bool { state.withLock { $0.half } }
            var isOpen: Bool { state.withLock { $0.open } }
            func wroteHalf() { state.withLock { $0.half = true } }
            func open() { state.withLock { $0.open = true } }
        }

        var path = ""
        var gate = Gate()
        private var output: PendingOutput?

        init(_ settings: NoParameters = NoParameters()) {}
        init(_ path: String, _ gate: Gate) {
            self.path = path
            self.gate = gate
        }

        mutating func prepare(_ header: Integers.Header, _ context: StageContext) throws {
            output = try context.outputs.claim(path, suggesting: "use another name")
        }

        func run(_ input: Reader<Integers>) async throws {
            for try await _ in input {}
            guard let output else { return }
            try "half".write(toFile: output.temporaryPath, atomically: false, encoding: .utf8)
            gate.wroteHalf()
            while !gate.isOpen { try await Task.sleep(for: .milliseconds(1)) }
            try "all of it".write(toFile: output.temporaryPath, atomically: false, encoding: .utf8)
        }
    }

    /// Counts who holds a lock at a time.
    final class Holders: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func exit() { counts.withLock { $0.now -= 1 } }
    }

    private func writing(_ path: String, _ gate: Slow.Gate) -> Pipeline {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3))
        pipeline.add("slow", Slow(path, gate))
        return pipeline
    }

    @Test("the second run on a result is turned away and harms nothing", arguments: [false, true])
    func turnedAway(overwrite: Bool) async throws {
        let folder = try Scratch()
        let options = quiet { $0.overwrite = overwrite }
        let gate = Slow.Gate()
        let first = PipelineRun(writing(folder["a"], gate), options)
        async let ended = first.run()
        while !gate.half { try await Task.sleep(for: .milliseconds(1)) }

        let open = Slow.Gate()
        open.open()
        let second = await PipelineRun(writing(folder["a"], open), options).run()
        #expect(second.exitCode == .usage)
        #expect(
            second.error?.description
                == "another run is writing this: \(folder["a"]): wait for it or choose another name")
        #expect(!open.half)
        #expect(folder.text(".a.sluice-partial") == "half")

        gate.open()
        #expect(await ended.exitCode == .success)
        #expect(folder.text("a") == "all of it")
        #expect(try folder.names == ["a"])
        let third = await PipelineRun(writing(folder["a"], open), quiet { $0.overwrite = true }).run()
        #expect(third.exitCode == .success)
        #expect(try folder.names == ["a"])
    }

    @Test("the lock and the partial file of a killed run are removed by the next")
    func leftOver() async throws {
        let folder = try Scratch()
        try folder.write("half", to: ".a.sluice-partial")
        try folder.write("", to: ".a.sluice-lock")
        let gate = Slow.Gate()
        gate.open()
        #expect(await PipelineRun(writing(folder["a"], gate), quiet()).run().exitCode == .success)
        #expect(try folder.names == ["a"])
        #expect(folder.text("a") == "all of it")
    }

    @Test("a result that appears between check and run is kept, and found before data flow")
    func appears() async throws {
        let folder = try Scratch()
        let gate = Slow.Gate()
        gate.open()
        let run = PipelineRun(writing(folder["a"], gate), quiet())
        try run.check()
        try folder.write("precious", to: "a")
        let result = await run.run()
        #expect(result.exitCode == .usage)
        #expect(result.error?.description.hasPrefix("result exists: \(folder["a"]): ") == true)
        #expect(!gate.half)
        #expect(folder.text("a") == "precious")
        #expect(try folder.names == ["a"])
    }

    @Test("a lock has one holder, however many come and go")
    func oneHolder() async throws {
        let folder = try Scratch()
        let path = folder["a"]
        let holders = Holders()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 {
                        let lock: OutputLock
                        do { lock = try OutputLock(of: path) } catch is OutputError { continue }
                        holders.enter()
                        await Task.yield()
                        holders.exit()
                        lock.release()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(holders.most == 1)
        #expect(try folder.names.isEmpty)
    }
}
