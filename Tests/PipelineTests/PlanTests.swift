import Foundation
import Testing

@testable import Pipeline

@Suite("The plan") struct PlanTests {
    private func sky(_ path: String, needs: Needs = Needs()) -> Pipeline {
        var pipeline = Pipeline("test")
        pipeline.add(
            "sky", Sky(),
            parameters: [StageParameter("window", "4"), StageParameter("mode", "or", isDefault: true)])
        pipeline.add("weigh", Weighing(2))
        pipeline.add("again", Weighing(3))
        pipeline.add("digest", Digesting(path, needs: needs))
        return pipeline
    }

    /// Coordinates of 4 antennas, times and intervals of 11 dumps, however many stages pass them on.
    private let headers = 11 * (4 * 24 + 16)

    private func options(_ change: (inout RunOptions) -> Void = { _ in }) -> RunOptions {
        quiet {
            $0.resources = roomy
            change(&$0)
        }
    }

    @Test("says in words what will run")
    func text() throws {
        let text = try PipelineRun(sky("result"), options()).check().description
        #expect(
            text == """
                pipeline test
                  threads 2 (CPUs this process may use)
                  memory limit 6.4 GiB (80 % of RAM)
                stages
                  sky window=4
                  weigh < sky
                  again < weigh
                  digest < again
                tasks
                  sky
                  weigh + again  (fused)  2 blocks at once
                  digest
                links
                  sky > weigh  4 x 1.7 KiB  (3 baselines x 2 pol x 4 times x 4 channels); 32 blocks, 1760 samples
                  again > digest  4 x 1.7 KiB  (3 baselines x 2 pol x 4 times x 4 channels); 32 blocks, 1760 samples
                memory
                  process 40 MiB
                  blocks of sky 25.3 KiB (15 x 1.7 KiB)
                  streaming 40 MiB
                  peak 40 MiB, the largest phase
                writes
                  result
                """)
    }

    @Test("counts a slab for every place where a block can be")
    func places() throws {
        let plan = try PipelineRun(sky("result", needs: Needs(holds: 10)), options { $0.linkCapacity = 3 })
            .check()
        // In the source's hand 1; two links of 3; two fused blocks and their copies; the sink's block, its copy, 10 held.
        #expect(plan.pools.map(\.slabs) == [1 + 3 + 4 + 3 + 12])
        let single = try PipelineRun(sky("result"), options { $0.fusion = false }).check()
        #expect(single.tasks.count == 4)
        #expect(single.pools.map(\.slabs) == [1 + 4 + 4 + 4 + 4 + 4 + 2])
    }

    @Test("takes the largest phase, not the sum")
    func phases() throws {
        let needs = Needs(workBytes: 100 << 20, finalBytes: 300 << 20)
        let plan = try PipelineRun(sky("result", needs: needs), options()).check().memory
        #expect(plan.streamingBytes == MemoryPlan.processBytes + headers + (100 << 20) + plan.blockBytes)
        #expect(plan.finalBytes == MemoryPlan.processBytes + headers + (300 << 20))
        #expect(plan.peakBytes == plan.finalBytes)
        #expect(plan.largestStage == "digest")
    }

    @Test("counts what a slower branch still holds while another is in its final phase")
    func branches() throws {
        var pipeline = sky("result", needs: Needs(workBytes: 50, finalBytes: 200 << 20))
        pipeline.add("other", Digesting("other", needs: Needs(holds: 3, workBytes: 70)))
        let plan = try PipelineRun(pipeline, options()).check()
        let slab = try #require(plan.pools.first?.slabBytes)
        #expect(
            plan.memory.finalBytes == MemoryPlan.processBytes + headers + (200 << 20) + 70 + slab * (6 + 9))
    }

    @Test("is refused above the limit of memory, naming stage and parameter")
    func refused() async {
        let needs = Needs(workBytes: 100 << 20, finalBytes: 300 << 20, memoryParameter: "size")
        let result = await PipelineRun(sky("result", needs: needs), options { $0.memory = 256 << 20 }).run()
        #expect(result.exitCode == .usage)
        #expect(
            result.error?.description
                == "plan needs 340 MiB, above the limit of 256 MiB (--memory): stage digest takes 300 MiB in its final "
                + "phase: lower digest.size, or raise --memory to 341MiB")
        #expect(result.report.plan?.memory.peakBytes == headers + (340 << 20))
        var many = sky("result")
        many.add("digest2", Digesting("result2", needs: Needs(holds: .max)))
        let full = await PipelineRun(many, options()).run()
        #expect(full.exitCode == .usage)
    }

    @Test("options that no run can have are refused")
    func badOptions() {
        for change: (inout RunOptions) -> Void in [
            { $0.linkCapacity = 0 }, { $0.linkCapacity = .max }, { $0.tileBytes = 0 },
            { $0.tileBytes = .max },
            { $0.threads = 0 }, { $0.threads = 3 }, { $0.memory = 0 },
        ] {
            let run = PipelineRun(sky("result"), options(change))
            let error = #expect(throws: RunError.self) { try run.check() }
            #expect(error?.exitCode == .usage)
        }
    }

    @Test("comes as JSON and as a graph too")
    func machineReadable() throws {
        var pipeline = sky("a")
        pipeline.add("second", Digesting("b"))
        let plan = try PipelineRun(pipeline, options()).check()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let again = try decoder.decode(Plan.self, from: Data(try plan.json().utf8))
        #expect(again.description == plan.description)
        #expect(
            plan.dot == """
                digraph "test" {
                  rankdir=LR;
                  node [shape=box];
                  subgraph cluster_1 { label="fused"; "weigh"; "again"; }
                  "weigh" -> "again" [style=dotted];
                  "sky" [tooltip="source"];
                  "weigh" [tooltip="pointwise"];
                  "again" [tooltip="pointwise"];
                  "digest" [tooltip="sink"];
                  "second" [tooltip="sink"];
                  "sky" -> "weigh" [label="4 x 1.7 KiB"];
                  "again" -> "digest" [label="4 x 1.7 KiB"];
                  "again" -> "second" [label="4 x 1.7 KiB"];
                }

                """)
    }

    @Test("the report goes beside the first result")
    func reportPath() {
        func path(_ parameters: [StageParameter]) -> String {
            var pipeline = Pipeline("quicklook")
            pipeline.add("count", Counting(3), parameters: [StageParameter("output", "no")])
            pipeline.add("image", Collecting(), parameters: parameters)
            return pipeline.defaultReportPath
        }
        #expect(path([StageParameter("prefix", "out/m31")]) == "out/m31-report.json")
        #expect(path([StageParameter("output", "out.d/m31.uvh5")]) == "out.d/m31-report.json")
        #expect(path([StageParameter("output", "out.d/.m31")]) == "out.d/.m31-report.json")
        #expect(path([]) == "quicklook-report.json")
    }

    @Test(
        "sizes for people",
        arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (40 << 20, "40 MiB"), (.max, "8 EiB")])
    func sizes(bytes: Int, text: String) {
        #expect(byteText(bytes) == text)
    }
}
