import Rings
import Synchronization
import TestSupport
import Testing
import Visibilities

@testable import Pipeline

@Suite struct ReplayTests {
    /// Blocks in order, with what they hold.
    struct Collector: Sink {
        static let name = "collect"
        static let summary = "collects blocks"
        let blocks = Shelf()

        final class Shelf: Sendable {
            let list = Mutex<
                [(context: BlockContext, shape: BlockShape, first: Int, weights: [Float], uvw: [UVW])]
            >([])
        }

        init(_ settings: NoParameters = NoParameters()) {}
        func prepare(_ header: ObservationCut, _ context: StageContext) throws {}
        func run(_ input: Reader<VisibilityBlock>) async throws {
            for try await block in input {
                let (weights, uvw) = (block.weights, block.uvw)
                let (numbers, rows) = (
                    weights.withUnsafeBufferPointer { Array($0) }, uvw.withUnsafeBufferPointer { Array($0) }
                )
                blocks.list.withLock {
                    $0.append((block.context, block.shape, block.firstBaseline, numbers, rows))
                }
            }
        }
    }

    private func recording(order: BlockOrder) async throws -> Recording {
        let tape = Recorder.Tape()
        var sky = Sky()
        sky.order = order
        var pipeline = Pipeline("test")
        pipeline.add("sky", sky)
        pipeline.add("record", Recorder(for: Weighing(1), on: tape))
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.error == nil)
        return try #require(tape.recording)
    }

    @Test(
        "a replay keeps every promise of its header: counts, order, axes, uvw",
        arguments: [BlockOrder.subbandFirst, .timeFirst])
    func promises(order: BlockOrder) async throws {
        var recording = try await recording(order: order)
        recording = Recording(cut: distinct(recording.cut), blocks: recording.blocks)
        let collector = Collector()
        var pipeline = Pipeline("test")
        pipeline.add("replay", Replay(recording))
        pipeline.add("collect", collector)
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.error == nil, "\(result.error?.description ?? "")")
        let cut = recording.cut
        let blocks = collector.blocks.list.withLock { $0 }
        #expect(blocks.count == cut.blockCount)
        #expect(blocks.reduce(0) { $0 + $1.shape.samples } == cut.sampleCount)
        let places = blocks.map {
            [$0.context.scheduleIndex, $0.context.subband, $0.context.window, $0.first]
        }
        let sorted = places.sorted { one, other in
            let keys = order == .subbandFirst ? [0, 1, 2, 3] : [0, 2, 1, 3]
            return keys.map { one[$0] }.lexicographicallyPrecedes(keys.map { other[$0] })
        }
        #expect(places == sorted)
        for block in blocks {
            let scan = cut.observation.schedule[block.context.scheduleIndex]
            for baseline in 0..<block.shape.baselines {
                let ends = cut.observation.baselines[block.first + baseline]
                let expected = block.context.dumps.map { cut.observation.uvw(ends, dump: $0, of: scan) }
                let rows = baseline * block.shape.times..<(baseline + 1) * block.shape.times
                #expect(Array(block.uvw[rows]) == expected)
            }
            #expect(block.weights.allSatisfy { $0 == 1 })
        }
    }

    /// The header with coordinates that tell scans, dumps and antennas apart.
    private func distinct(_ cut: ObservationCut) -> ObservationCut {
        var cut = cut
        let antennas = cut.observation.antennas.count
        for scan in cut.observation.schedule.indices {
            let count = cut.observation.schedule[scan].times.count * antennas
            cut.observation.schedule[scan].antennaUVW = (0..<count).map {
                UVW(Double($0), Double($0 * $0), Double(scan))
            }
        }
        return cut
    }

    @Test("samples of whole planes are the recorded ones")
    func samples() async throws {
        let recording = try await recording(order: .subbandFirst)
        let first = try #require(recording.blocks.first)
        #expect(first.visibilities.count == first.shape.samples)
        #expect(first.flags.contains(8) && first.flags.contains(0))
        let seen = Collector()
        var pipeline = Pipeline("test")
        pipeline.add("replay", Replay(recording))
        pipeline.add("weigh", Weighing(0.5))
        pipeline.add("collect", seen)
        #expect(await PipelineRun(pipeline, quiet()).run().error == nil)
        let block = try #require(seen.blocks.list.withLock { $0.first })
        let expected = zip(first.weights, first.visibilities).map { $0 * 0.5 + $1.real }
        #expect(block.weights == expected)
    }

    @Test("the recorder asks for the cut that the stage behind it needs")
    func demand() throws {
        let recorder = Recorder(for: Weighing(1, demands: 3), on: Recorder.Tape())
        #expect(try recorder.demand(on: smallObservation()).times == 3)
    }
}
