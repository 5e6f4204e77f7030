import Rings
import Visibilities

/// Neighbouring pointwise stages as one task: each block passes all of them while it is in the cache.
struct PointwiseGroup: Sendable {
    struct Part: Sendable {
        let name: String
        let stage: any Pointwise
        let meter: StageMeter
    }

    let parts: [Part]

    /// A task of the group: several blocks at once, sent on in order.
    ///
    /// - Throws: `WiringError` when the links do not exist.
    func task(_ group: Layout.Group, reads writer: Int, _ wires: Wires, blocking: Bool) throws -> StageTask {
        let reader = try wires.reader(of: writer, as: VisibilityBlock.self)
        let output = try wires.outlet(of: group.stages[group.stages.count - 1], as: VisibilityBlock.self)
            .writer
        let name = parts.map(\.name).joined(separator: " + ")
        return StageTask(stages: group.stages, name: name, blocking: blocking) {
            await ending(name, input: reader, output: output) {
                guard !blocking else {
                    // Workers would leave the stage's own thread.
                    for try await var block in reader {
                        try apply(to: &block)
                        guard !block.isEmpty else { continue }
                        try await output.send(consume block)
                    }
                    return
                }
                // A selection may leave nothing of a block.
                try await streamInOrder(
                    reader, into: output, width: group.width, keeping: { !$0.isEmpty }
                ) { (block: inout VisibilityBlock) in
                    try apply(to: &block)
                }
            }
        }
    }

    private func apply(to block: inout VisibilityBlock) throws {
        for part in parts where !block.isEmpty {
            let (samples, bytes) = (block.sampleCount, block.byteCount)
            let start = ContinuousClock.now
            do {
                try part.stage.apply(to: &block)
                try block.changeHalo { halo in try Tally.onHalo { try part.stage.apply(to: &halo) } }
            } catch {
                throw LinkError.failed(stage: part.name, cause: error)
            }
            part.meter.passed(
                samplesIn: samples, bytesIn: bytes, left: block, busy: ContinuousClock.now - start)
        }
    }
}
