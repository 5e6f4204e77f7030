import Foundation
import Parameters
import Rings
import TestSupport
import Testing

@testable import Pipeline

@Suite("Failures and interruptions", .timeLimit(.minutes(1))) struct FailureTests {
    @Test(
        "the first cause wins, from any stage in any phase", arguments: ["source", "transform", "sink"],
        Breakage.allCases)
    func cause(culprit: String, phase: Breakage) async {
        var pipeline = Pipeline("test")
        pipeline.add("source", Counting(100, breaks: culprit == "source" ? phase : nil))
        pipeline.add("transform", Doubling(breaks: culprit == "transform" ? phase : nil))
        pipeline.add("sink", Collecting(Seen(), breaks: culprit == "sink" ? phase : nil))
        pipeline.add("other", Collecting())
        pipeline.add("third", Collecting(), from: "source")
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.error?.description == "broken: \(culprit): mend it (stage \(culprit))")
        #expect(result.exitCode == .machine)
        #expect(result.report.stage == culprit)
        #expect(result.report.exitCode == 1)
        if phase != .prepare {
            #expect(result.report.run?.stages.first { $0.name == culprit }?.state == .failed)
        }
    }

    @Test("a fused stage is named, not its group", arguments: [true, false], [1, 2])
    func pointwise(fusion: Bool, threads: Int) async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("weigh", Weighing(1))
        pipeline.add("broken-one", Weighing(1, breaksAt: 1))
        pipeline.add("digest", Digesting(folder["out"]))
        let result = await PipelineRun(
            pipeline,
            quiet {
                $0.fusion = fusion
                $0.threads = threads
                $0.resources = roomy
            }
        ).run()
        #expect(result.error?.description == "broken: pointwise: mend it (stage broken-one)")
        #expect(try folder.names.isEmpty)
    }

    @Test("a failed or broken sink leaves neither result nor partial file", arguments: Breakage.allCases)
    func nothingLeft(phase: Breakage) async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("good", Digesting(folder["good"]))
        pipeline.add("bad", Digesting(folder["bad"], breaks: phase))
        let result = await PipelineRun(pipeline, quiet { $0.report = folder["report.json"] }).run()
        #expect(result.exitCode == .machine)
        #expect(try folder.names == ["report.json"])
    }

    @Test("stages prepare once, whether the check finds a fault or not", arguments: [true, false])
    func preparesOnce(fails: Bool) async {
        struct Warning: Source {
            static let name = "warn"
            static let summary = ""
            var seen = Seen()
            init(_ settings: NoParameters = NoParameters()) {}
            mutating func prepare(_ context: StageContext) throws -> Integers.Header {
                seen.add(1)
                return Integers.Header(blocks: 0)
            }
            func run(into output: Outlet<Integers>) async throws {}
        }
        let source = Warning()
        var pipeline = Pipeline("test")
        pipeline.add("warn", source)
        pipeline.add("collect", Collecting(Seen(), breaks: fails ? .prepare : nil))
        let run = PipelineRun(pipeline, quiet())
        var first: RunError?
        do { try run.check() } catch { first = error }
        #expect((first != nil) == fails)
        let result = await run.run()
        #expect(result.error?.description == first?.description)
        #expect(source.seen.values == [1])
    }

    @Test("cancelling the caller interrupts the run")
    func cancelled() async throws {
        let folder = try Scratch()
        let seen = Seen()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting.endless)
        pipeline.add("collect", Collecting(seen))
        let run = PipelineRun(pipeline, quiet { $0.report = folder["report.json"] })
        let task = Task { await run.run() }
        while seen.values.count < 10 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let result = await task.value
        #expect(result.exitCode == .interrupted)
        #expect(result.error?.description == "interrupted: no result was written: run again")
        #expect(folder.text("report.json")?.contains("\"exit_code\" : 130") == true)
        #expect(result.report.run?.stages.allSatisfy { $0.state == .cancelled } == true)
    }

    @Test("a signal interrupts the run with its own exit code")
    func signalled() async throws {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting.endless)
        pipeline.add("collect", Collecting())
        let run = PipelineRun(pipeline, quiet())
        let watch = SignalWatch(run)
        defer { watch.cancel() }
        let task = Task { await run.run() }
        while run.snapshot == nil { try await Task.sleep(for: .milliseconds(1)) }
        kill(getpid(), SIGTERM)
        let result = await task.value
        #expect(result.exitCode == .terminated)
        #expect(run.interrupt() == false)
    }

    @Test("a run interrupted before it starts does nothing")
    func early() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("digest", Digesting(folder["out"]))
        let run = PipelineRun(pipeline, quiet())
        run.interrupt(.terminated)
        #expect(await run.run().exitCode == .terminated)
        #expect(try folder.names.isEmpty)
    }

    @Test("every error has its exit code")
    func exitCodes() {
        struct BadData: ClassifiedError {
            let fault = Parameters.Fault.data
            let description = "bad"
        }
        #expect(ExitCode(BadData()) == .data)
        #expect(ExitCode(LinkError.failed(stage: "a", cause: BadData())) == .data)
        #expect(ExitCode(LinkError.cancelled) == .interrupted)
        #expect(ExitCode(CancellationError()) == .interrupted)
        let empty = #expect(throws: PoolExhausted.self) {
            try Slab(from: SlabPool("a", slabs: 0, byteCount: 8))
        }
        #expect(empty.map { ExitCode($0) } == .data)
        #expect(ExitCode(SystemError("cannot write", "/a", number: ENOSPC)) == .machine)
        #expect(ExitCode(SystemError("cannot write", "/a", number: EACCES)) == .usage)
        #expect(ExitCode(RunError(stage: nil, cause: BadData(), exitCode: .machine)) == .machine)
        #expect(ExitCode(AccountError(what: "a", place: "b")) == .data)
        #expect(ExitCode(Fault.here("")) == .machine)
    }

    @Test("errors are one line, naming their stage once")
    func oneLine() {
        let full = RunError(
            stage: "image", cause: SystemError("cannot write", "/data/a.fits", number: ENOSPC))
        #expect(
            full.description
                == "cannot write (No space left on device): /data/a.fits: free some space there or write elsewhere "
                + "(stage image)")
        let named = RunError(stage: "a", cause: PipelineError("wrong", at: "stage a", mend: "mend"))
        #expect(named.description == "wrong: stage a: mend")
        let other = RunError(stage: "a", cause: PipelineError("wrong", at: "stage ab", mend: "mend"))
        #expect(other.description == "wrong: stage ab: mend (stage a)")
        #expect(
            errorLine(LinkError.failed(stage: "b", cause: Fault.here("x\n  y")))
                == "broken: x y: mend it (stage b)")
        #expect(errorLine(Fault.here("a\u{1b}[2J\u{1c}b")) == "broken: a\\u{1B}[2J\\u{1C}b: mend it")
    }
}
