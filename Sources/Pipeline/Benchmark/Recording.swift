import Parameters
import Rings
import Synchronization
import Visibilities

/// The header of a stream and its first blocks, copied out of it.
struct Recording: Sendable {
    /// The samples of a block, [plane][time][channel].
    struct Samples: Sendable {
        let shape: BlockShape
        let visibilities: [Complex64]
        let weights: [Float]
        let flags: [UInt8]

        init(_ block: VisibilityBlock) {
            let (visibilities, weights, flags) = (block.visibilities, block.weights, block.flags)
            shape = block.shape
            self.visibilities = visibilities.withUnsafeBufferPointer { Array($0) }
            self.weights = weights.withUnsafeBufferPointer { Array($0) }
            self.flags = flags.withUnsafeBufferPointer { Array($0) }
        }
    }

    let cut: ObservationCut
    let blocks: [Samples]
}

/// Records the header and the first blocks of a stream, then stops reading.
struct Recorder: Sink {
    struct Settings: ParameterSet {}

    /// What was recorded, handed out when the run is over.
    final class Tape: Sendable {
        fileprivate let content = Mutex<Recording?>(nil)
        var recording: Recording? { content.withLock { $0 } }
    }

    static let name = "record"
    static let summary = "keeps the first blocks of a stream in memory"
    /// As many as fit outer caches at 1 MiB each.
    private static let most = 8

    private let tape: Tape
    private let next: (any Stage)?
    private var cut: ObservationCut?

    init(_ settings: Settings) { (next, tape) = (nil, Tape()) }

    /// A recorder of the stream that a stage would ask for.
    init(for next: any Stage, on tape: Tape) {
        self.next = next
        self.tape = tape
    }

    var needs: Needs {
        Needs(workBytes: Self.most * (cut?.largestShape.samples ?? 0) * 13, mayLeaveEarly: true)
    }

    func demand(on observation: Observation) throws -> CutDemand {
        try next?.demand(on: observation) ?? CutDemand()
    }

    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws { cut = header }

    func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let cut else { return }
        var blocks: [Recording.Samples] = []
        for try await block in input where block.sampleCount > 0 {
            blocks.append(Recording.Samples(block))
            if blocks.count == Self.most { break }
        }
        tape.content.withLock { $0 = Recording(cut: cut, blocks: blocks) }
    }
}
