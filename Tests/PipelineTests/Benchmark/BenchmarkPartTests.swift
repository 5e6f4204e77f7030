import Parameters
import Rings
import TestSupport
import Testing
import Visibilities

@testable import Pipeline

@Suite struct BenchmarkPartTests {
    /// A registry whose data come from a small source called `simulate`.
    private static var registry: StageRegistry {
        var registry = StageRegistry()
        registry.add(TinySource.self)
        registry.add(Weighing.self)
        registry.add(Collecting.self)
        return registry
    }

    /// The small sky under the name that benchmarks look for.
    private struct TinySource: Source {
        struct Settings: ParameterSet {
            @Parameter("Antennas") var antennas = 0
            @Parameter("Channels") var channels = 0
            @Parameter("Products") var pol: [String] = []
            @Parameter("Scans") var plan = ""
            @Parameter("Dump", unit: .time) var dump = 8.0
            @Parameter("Interference") var rfi: [String] = []
        }
        static let name = "simulate"
        static let summary = "simulates"
        private var sky = Sky()

        init(_ settings: Settings) throws {}
        mutating func prepare(_ context: StageContext) throws -> ObservationCut { try sky.prepare(context) }
        func run(into output: Outlet<VisibilityBlock>) async throws { try await sky.run(into: output) }
    }

    private func part(_ stage: String, settings: [String] = [], rounds: Int = 3) async throws -> BenchmarkPart
    {
        let scratch = try Scratch()
        let size = try ObservationSize("4x8x2x88s@8s", at: "")
        return await BenchmarkJob(
            .stage(stage), settings: settings, data: .simulated(size), threads: 1, rounds: rounds,
            copyBytes: 1 << 20, scratch: scratch.path
        ).run(Self.registry)
    }

    @Test("figures of every round add up: samples are those of the stream, waits and work fit into the time")
    func addsUp() async throws {
        for name in ["weigh", "simulate"] {
            let part = try await part(name)
            #expect(part.error == nil)
            let stage = try #require(part.stages.first)
            #expect(stage.rounds.count == 3 && part.seconds.count == 3)
            // 10 baselines x 2 products x 8 channels x 11 dumps.
            #expect(stage.samples == 1760 && part.sourceSamples == 1760)
            let bytes = 13 * 1760 + 32 * 10 * 11 * 2
            #expect(max(stage.bytesIn, stage.bytesOut) == bytes)
            #expect(part.blocksLeased == stage.blocks && part.blocksCopied == 0)
            for round in stage.rounds {
                let parts = round.inputWaitSeconds + round.outputWaitSeconds + round.busySeconds
                #expect(parts <= round.seconds * Double(stage.width) + 1e-6)
                #expect(round.copyBytesPerSecond > 0)
            }
            let shares = stage.shares
            #expect(abs(shares.work + shares.input + shares.output - 1) < 1e-12)
            #expect(stage.rate.median <= stage.rateAtWork.median * (1 + 1e-9))
        }
    }

    @Test("estimates grow with the samples, and what is done once does not")
    func estimates() async throws {
        let part = try await part("weigh")
        let stage = try #require(part.stages.first)
        let once = Spread(stage.rounds.map(\.finalSeconds)).median
        let one = stage.estimate(samples: 1e9, sourceSamples: part.sourceSamples) - once
        let ten = stage.estimate(samples: 1e10, sourceSamples: part.sourceSamples) - once
        #expect(abs(ten / one - 10) < 1e-6)
        #expect(abs(part.estimate(samples: 2e9) / part.estimate(samples: 1e9) - 2) < 1e-3)
    }

    @Test("what cannot be measured says why, with the exit code of usage")
    func errors() async throws {
        let unknown = try await part("wiegh")
        #expect(unknown.exitCode == 2 && unknown.error?.contains("did you mean 'weigh'?") == true)
        let foreign = try await part("collect")
        #expect(foreign.exitCode == 2 && foreign.error?.contains("it reads Integers") == true)
        let setting = try await part("weigh", settings: ["factor=2"])
        #expect(setting.exitCode == 2 && setting.error?.contains("factor") == true)
    }
}
