import Parameters
import Rings
import Synchronization
import TestSupport
import Testing
import Visibilities

@testable import Pipeline

@Suite("The graph of a pipeline") struct GraphTests {
    private func message(_ build: (inout Pipeline) -> Void) -> String? {
        var pipeline = Pipeline("test")
        build(&pipeline)
        do {
            try PipelineRun(pipeline, quiet()).check()
            return nil
        } catch {
            return error.exitCode == .usage
                ? error.description : "exit code \(error.exitCode.rawValue): \(error)"
        }
    }

    @Test("a stage without from reads the one above, after a sink what that sink read")
    func fansOut() throws {
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3))
        pipeline.add("double", Doubling())
        pipeline.add("a", Collecting())
        pipeline.add("b", Collecting())
        pipeline.add("c", Collecting(), from: "count")
        let graph = try Graph(pipeline)
        #expect(graph.nodes.map(\.parent) == [nil, 0, 1, 1, 0])
        #expect(graph.lineage(of: 3) == [0, 1, 3])
    }

    @Test("names that cannot be resolved are named, with those that can")
    func names() {
        #expect(
            message { $0.add("a", Collecting()) }
                == "nothing to read: stage a: start with a source such as read")
        #expect(message { _ in } == "no stages: pipeline test: start with a source such as read")
        let unknown = message {
            $0.add("count", Counting(3))
            $0.add("a", Collecting(), from: "cuont")
        }
        #expect(unknown == "no stage 'cuont': from of stage a: stages above are: count")
        let ambiguous = message {
            $0.add("count", Counting(3))
            $0.add("double", Doubling())
            $0.add("double", Doubling())
            $0.add("a", Collecting(), from: "double")
        }
        #expect(ambiguous == "2 stages are called 'double': from of stage a: name them with as")
        let below = message {
            $0.add("count", Counting(3))
            $0.add("a", Collecting(), from: "double")
            $0.add("double", Doubling())
        }
        #expect(below == "'double' stands below its reader: from of stage a: move it above")
        let sink = message {
            $0.add("count", Counting(3))
            $0.add("a", Collecting())
            $0.add("b", Collecting(), from: "a")
        }
        #expect(sink == "'a' is a sink and makes no stream: from of stage b: name what it reads")
        let source = message {
            $0.add("count", Counting(3))
            $0.add("a", Collecting())
            $0.add("more", Counting(3), from: "count")
        }
        #expect(source == "a source reads no stage: stage more: leave out its from")
    }

    @Test("names accept - and _ alike, a second stage of a name gets a number")
    func alike() throws {
        var pipeline = Pipeline("test")
        pipeline.add("count_up", Counting(3))
        pipeline.add("double", Doubling(), from: "count-up")
        pipeline.add("double", Doubling())
        pipeline.add("a", Collecting())
        #expect(try Graph(pipeline).nodes.map(\.name) == ["count_up", "double", "double-2", "a"])
    }

    @Test("an output that nobody reads is refused")
    func unread() {
        let text = message {
            $0.add("count", Counting(3))
            $0.add("a", Collecting())
            $0.add("double", Doubling())
        }
        #expect(text == "nobody reads its output: stage double: add a sink such as write or image after it")
    }

    @Test("blocks of another type are refused, naming both stages")
    func types() {
        let text = message {
            $0.add("sky", Sky())
            $0.add("double", Doubling())
            $0.add("a", Collecting())
        }
        #expect(
            text?.hasPrefix("sky makes VisibilityBlock, double reads Integers: link sky > double: ") == true)
    }

    @Test("an order that a stage does not take is refused")
    func order() {
        let text = message {
            $0.add("sky", Sky())
            $0.add("live", Digesting("nowhere.txt", needs: Needs(accepts: [.timeFirst])))
        }
        #expect(
            text
                == "blocks come sub-band first, it takes them time first: stage live: "
                + "choose a source or a stage before it that makes this order")
    }

    @Test("demands multiply along a chain and branches take their least common multiple")
    func demands() throws {
        let seen = Mutex(CutDemand())
        var sky = Sky()
        sky.demanded = { demand in seen.withLock { $0 = demand } }
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", sky)
        pipeline.add("two", Weighing(1, demands: 2))
        pipeline.add("three", Weighing(1, demands: 3))
        pipeline.add("a", Digesting(folder["a"]))
        pipeline.add("four", Weighing(1, demands: 4), from: "two")
        pipeline.add("b", Digesting(folder["b"]))
        try PipelineRun(pipeline, quiet()).check()
        #expect(seen.withLock { $0.times } == 24)
        pipeline.add("huge", Weighing(1, demands: .max), from: "two")
        pipeline.add("c", Digesting(folder["c"]))
        #expect(throws: RunError.self) { try PipelineRun(pipeline, quiet()).check() }
    }

    @Test("each average of a chain sees the dumps that the one before it leaves")
    func chainOfAverages() throws {
        /// Bins of a length in seconds.
        struct Binning: Pointwise {
            static let name = "bin"
            static let summary = ""
            var seconds = 8.0
            init(_ settings: NoParameters = NoParameters()) {}
            init(seconds: Double) { self.seconds = seconds }
            func demand(on observation: Observation) throws -> CutDemand {
                CutDemand(times: Int(seconds / observation.integrationTime))
            }
            func observation(after observation: Observation) throws -> Observation {
                var coarser = observation
                coarser.integrationTime = seconds
                return coarser
            }
            mutating func prepare(
                _ header: ObservationCut, _ context: StageContext
            ) throws -> ObservationCut { header }
            func apply(to block: inout VisibilityBlock) throws {}
        }
        let seen = Mutex(CutDemand())
        var sky = Sky()
        sky.demanded = { demand in seen.withLock { $0 = demand } }
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", sky)
        pipeline.add("once", Binning(seconds: 16))
        pipeline.add("twice", Binning(seconds: 64))
        pipeline.add("a", Digesting(folder["a"]))
        pipeline.add("other", Binning(seconds: 48), from: "once")
        pipeline.add("b", Digesting(folder["b"]))
        try PipelineRun(pipeline, quiet()).check()
        // 8 dumps of 8 s and 6 of them, not 16 and 12.
        #expect(seen.withLock { $0.times } == 24)
    }

    @Test("a source absorbs a selection right behind it unless somebody else reads the source")
    func absorbs() throws {
        struct Reading: Source {
            static let name = "read"
            static let summary = ""
            var selects = false
            init(_ settings: NoParameters = NoParameters()) {}
            mutating func prepare(_ context: StageContext) throws -> Integers.Header {
                Integers.Header(blocks: selects ? 1 : 2)
            }
            mutating func absorb(_ next: any Stage) -> Bool {
                selects = next is Doubling
                return selects
            }
            func run(into output: Outlet<Integers>) async throws {}
        }
        var pipeline = Pipeline("test")
        pipeline.add("read", Reading())
        pipeline.add("double", Doubling(), parameters: [StageParameter("by", "2")])
        pipeline.add("a", Collecting())
        let plan = try PipelineRun(pipeline, quiet()).check()
        #expect(plan.stages.map(\.name) == ["read", "a"])
        #expect(plan.stages[0].absorbs == ["double"])
        #expect(plan.links[0].schedule?.blocks == 1)
        #expect(try Graph(pipeline).lineage(of: 2) == [0, 1, 2])
        pipeline.add("b", Collecting(), from: "read")
        #expect(try PipelineRun(pipeline, quiet()).check().stages.count == 4)
    }
}
