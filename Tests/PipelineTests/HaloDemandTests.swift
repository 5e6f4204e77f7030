import Parameters
import Rings
import Synchronization
import TestSupport
import Testing
import Visibilities

@testable import Pipeline

/// Wants to see channels beside sub-bands, and passes blocks on.
private struct Looking: Transform {
    static let name = "look"
    static let summary = ""
    static let inPlace = true
    var halo = 0
    var seen: @Sendable (ObservationCut) -> Void = { _ in }

    init(_ settings: NoParameters = NoParameters()) {}
    init(_ halo: Int, seen: @escaping @Sendable (ObservationCut) -> Void = { _ in }) {
        (self.halo, self.seen) = (halo, seen)
    }

    func demand(on observation: Observation) throws -> CutDemand { CutDemand(halo: halo) }

    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        seen(header)
        return header
    }

    func run(_ input: Reader<VisibilityBlock>, into output: Outlet<VisibilityBlock>) async throws {
        for try await block in input { try await output.send(consume block) }
    }
}

/// Says that four channels become one.
private struct Binning: Pointwise {
    static let name = "bin"
    static let summary = ""
    init(_ settings: NoParameters = NoParameters()) {}
    func demand(on observation: Observation) throws -> CutDemand { CutDemand(channels: 4) }
    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        header
    }
    func apply(to block: inout VisibilityBlock) throws {}
}

@Suite("Halos through the graph") struct HaloDemandTests {
    private func demand(_ build: (inout Pipeline) -> Void) throws -> CutDemand {
        let seen = Mutex(CutDemand())
        var sky = Sky()
        sky.demanded = { demand in seen.withLock { $0 = demand } }
        var pipeline = Pipeline("test")
        pipeline.add("sky", sky)
        build(&pipeline)
        try PipelineRun(pipeline, quiet()).check()
        return seen.withLock { $0 }
    }

    @Test("the widest of all branches is asked for, in the source's channels, and none through a transform")
    func demands() throws {
        let folder = try Scratch()
        let demand = try demand {
            $0.add("bin", Binning())
            $0.add("two", Looking(2))
            $0.add("behind", Looking(100))
            $0.add("a", Digesting(folder["a"]))
            $0.add("seven", Looking(7), from: "sky")
            $0.add("b", Digesting(folder["b"]))
        }
        #expect(demand.halo == 8 && demand.channels == 4)
        #expect(throws: Never.self) {
            _ = try self.demand {
                $0.add("bin", Binning())
                $0.add("much", Looking(.max))
                $0.add("a", Digesting(folder["c"]))
            }
        }
    }

    @Test(
        "a pointwise stage changes it as it changes blocks and does not count it; a run plans and returns its memory"
    )
    func run() async throws {
        let headers = Mutex<[Int]>([])
        let folder = try Scratch()
        func run(halo: Int) async throws -> RunResult {
            var sky = Sky()
            sky.halo = halo
            var pipeline = Pipeline("test")
            pipeline.add("sky", sky)
            pipeline.add("weigh", Weighing())
            pipeline.add("look", Looking(halo) { header in headers.withLock { $0.append(header.halo) } })
            pipeline.add("again", Looking(0) { header in headers.withLock { $0.append(header.halo) } })
            pipeline.add("a", Digesting(folder["\(halo)"]))
            pipeline.add("b", Digesting(folder["\(halo) direct"]), from: "weigh")
            return await PipelineRun(pipeline, quiet()).run()
        }
        let (with, without) = (try await run(halo: 3), try await run(halo: 0))
        #expect(with.error == nil && without.error == nil, "\(String(describing: with.error))")
        #expect(headers.withLock { $0 } == [3, 0, 0, 0])
        for name in ["", " direct"] { #expect(folder.text("3" + name) == folder.text("0" + name)) }
        let (one, other) = (try #require(with.report.run), try #require(without.report.run))
        #expect(one.stages.map(\.rules) == other.stages.map(\.rules))
        #expect(one.links.map(\.samples) == other.links.map(\.samples))
        #expect(one.links.map(\.bytes) == other.links.map(\.bytes))
        #expect(one.pools.map(\.name) == ["sky", "halo of sky"] && other.pools.map(\.name) == ["sky"])
        let pool = try #require(one.pools.last)
        #expect(pool.leased == 0 && pool.overflow == 0 && pool.leases > 0 && pool.highest <= pool.slabs)
        let plan = try #require(with.report.plan)
        #expect(plan.memory.blockBytes == plan.pools.reduce(0) { $0 + $1.slabs * $1.slabBytes })
    }
}
