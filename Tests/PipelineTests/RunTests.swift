import Foundation
import Rings
import TestSupport
import Testing

@testable import Pipeline

@Suite("Running a pipeline", .timeLimit(.minutes(1))) struct RunTests {
    @Test("all blocks arrive in order, for every capacity of the links", arguments: [1, 2, 4, 7])
    func linear(capacity: Int) async {
        let seen = Seen()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(100))
        pipeline.add("double", Doubling())
        pipeline.add("collect", Collecting(seen))
        let result = await PipelineRun(pipeline, quiet { $0.linkCapacity = capacity }).run()
        #expect(result.exitCode == .success)
        #expect(result.error == nil)
        #expect(seen.values == (0..<100).map { 2 * $0 })
        let run = result.report.run
        #expect(run?.stages.map(\.blocksOut) == [100, 100, 0])
        #expect(run?.stages.map(\.blocksIn) == [0, 100, 100])
        #expect(run?.stages.allSatisfy { $0.state == .ended } == true)
        #expect(run?.done == 1)
    }

    @Test("a stream fans out to several readers, each gets all of it", arguments: [1, 4])
    func fanOut(capacity: Int) async {
        let seen = (0..<3).map { _ in Seen() }
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(50))
        pipeline.add("a", Collecting(seen[0]))
        pipeline.add("b", Collecting(seen[1]))
        pipeline.add("double", Doubling(), from: "count")
        pipeline.add("c", Collecting(seen[2]))
        let result = await PipelineRun(pipeline, quiet { $0.linkCapacity = capacity }).run()
        #expect(result.exitCode == .success)
        #expect(seen[0].values == Array(0..<50))
        #expect(seen[1].values == Array(0..<50))
        #expect(seen[2].values == (0..<50).map { 2 * $0 })
    }

    @Test("blocking stages get a thread of their own and change nothing")
    func blocking() async {
        let seen = Seen()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(40, blocking: true))
        pipeline.add("collect", Collecting(seen))
        let run = PipelineRun(pipeline, quiet())
        #expect((try? run.check().tasks.first?.blocking) == true)
        #expect(await run.run().exitCode == .success)
        #expect(seen.values == Array(0..<40))
    }

    @Test("fusion, threads, capacity and blocking change no bit and no line of the history")
    func sameBits() async throws {
        let folder = try Scratch()
        var texts: Set<String> = []
        for (fusion, threads, capacity, blocking) in [
            (true, 1, 4, false), (true, 2, 4, false), (false, 2, 1, false), (false, 1, 3, false),
            (true, 2, 2, true),
        ] {
            var pipeline = Pipeline("test")
            pipeline.add("sky", Sky(), parameters: [StageParameter("input", "/a/path", decidesBits: false)])
            pipeline.add("weigh", Weighing(1.1), parameters: [StageParameter("factor", "1.1")])
            pipeline.add("again", Weighing(0.3, blocking: blocking))
            pipeline.add("third", Weighing(7))
            pipeline.add("digest", Digesting(folder["out"], changes: true))
            pipeline.add("other", Digesting(folder["other"], changes: true))
            let run = PipelineRun(
                pipeline,
                quiet {
                    $0.overwrite = true
                    $0.fusion = fusion
                    $0.threads = threads
                    $0.linkCapacity = capacity
                    $0.resources = roomy
                })
            let tasks = try run.check().tasks.map(\.stages.count)
            #expect(tasks == (!fusion ? [1, 1, 1, 1, 1, 1] : blocking ? [1, 1, 1, 1, 1, 1] : [1, 3, 1, 1]))
            let result = await run.run()
            #expect(result.error == nil)
            let flagged = result.report.run?.stages.first { $0.name == "again" }?.flagged
            #expect(flagged == 370)
            texts.insert(folder.text("out") ?? "nothing")
            texts.insert((folder.text("other") ?? "nothing").replacing("stage other", with: "stage digest"))
        }
        #expect(texts.count == 1)
        let lines = texts.first?.split(separator: "\n").dropFirst().map(String.init)
        #expect(
            lines == [
                "sluice \(Sluice.version)", "pipeline test", "stage sky", "samples sky 1760",
                "stage weigh factor=1.1", "samples weigh 1760", "stage again", "samples again 1760",
                "stage third",
                "samples third 1760", "stage digest",
            ])
    }

    @Test("a reader that declares it may leaves early, and its writer ends normally")
    func leavesEarly() async {
        let seen = Seen()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting.endless)
        pipeline.add("collect", Collecting(seen, most: 7))
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.error == nil)
        #expect(seen.values == Array(0..<7))
        #expect(result.report.run?.stages.first?.state == .unread)
    }

    @Test("a reader that leaves early without having said so fails the run")
    func stopsInSilence() async {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(9))
        pipeline.add("collect", Collecting(Seen(), most: 7, declared: false))
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.exitCode == .data)
        #expect(result.error?.description.contains("collect took 7 blocks") == true)
    }

    @Test("counts that differ from the header fail the run", arguments: [9, 11])
    func mismatch(promised: Int) async {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(10, promised: promised))
        pipeline.add("collect", Collecting())
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.exitCode == .data)
        #expect(
            result.error?.description
                == "counts do not add up: count > collect: \(promised) blocks with \(promised) samples promised, "
                + "10 with 10 sent: nothing was written; a stage loses, repeats or keeps blocks, report it")
    }

    @Test("a lost tile fails the run and leaves no result")
    func lostTile() async throws {
        let folder = try Scratch()
        var sky = Sky()
        sky.skips = 5
        var pipeline = Pipeline("test")
        pipeline.add("sky", sky)
        pipeline.add("digest", Digesting(folder["out"]))
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.exitCode == .data)
        #expect(try folder.names.isEmpty)
    }

    @Test("a run object runs once")
    func once() async {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3))
        pipeline.add("collect", Collecting())
        let run = PipelineRun(pipeline, quiet())
        #expect(await run.run().exitCode == .success)
        #expect(await run.run().error?.description.hasPrefix("it has run already: pipeline test") == true)
    }

    @Test("a kept block fails the run")
    func keptBlock() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("keep", Keeping())
        pipeline.add("digest", Digesting(folder["out"]))
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.exitCode == .data)
        #expect(result.error?.description.contains("pool of sky: 1 blocks were kept") == true)
        #expect(try folder.names.isEmpty)
    }
}
