import Parameters
import Rings
import Visibilities

/// Sends the stream that a recording's header promises, every block filled with recorded samples: a source that costs
/// hardly more than writing the blocks, so that what stands behind it is measured.
///
/// Axes, times and uvw are those of each place of the stream; only the samples repeat.
struct Replay: Source {
    struct Settings: ParameterSet {}

    static let name = "replay"
    static let summary = "sends a stream made of a few recorded blocks"

    private let recording: Recording?

    init(_ settings: Settings) { recording = nil }
    init(_ recording: Recording) { self.recording = recording }

    func prepare(_ context: StageContext) throws -> ObservationCut {
        guard let recording, !recording.blocks.isEmpty else {
            throw PipelineError(
                "nothing was recorded", at: "stage \(context.name)",
                mend: "choose an observation that has data", fault: .data)
        }
        return recording.cut
    }

    func run(into output: Outlet<VisibilityBlock>) async throws {
        guard let recording else { return }
        let cut = recording.cut
        var number = 0
        for place in cut.windowPlaces {
            let context = BlockContext(
                cut, scheduleIndex: place.scheduleIndex, subband: place.subband, window: place.window)
            for tile in cut.tiles {
                let shape = BlockShape(
                    baselines: tile.count, polarisations: cut.observation.polarisations.count,
                    times: context.dumps.count, channels: context.channels.count)
                var block = try VisibilityBlock(
                    shape, context: context, firstBaseline: tile.lowerBound, from: output.pool)
                let samples = recording.blocks[number % recording.blocks.count]
                block.fill(with: samples, of: cut)
                try block.attachHalo(of: cut, from: output.companions) { $0.fill(with: samples, of: cut) }
                number += 1
                try await output.send(consume block)
            }
        }
    }
}

extension VisibilityBlock {
    /// Fills the planes with recorded samples, over and over where the block is larger, and the rows by the schedule.
    fileprivate mutating func fill(with samples: Recording.Samples, of cut: ObservationCut) {
        let (shape, context) = (shape, context)
        for plane in 0..<shape.planes {
            withMutablePlane(plane) { target in
                let from = plane % samples.shape.planes * samples.shape.planeSize
                let rows = Rows(from: samples.shape, start: from, to: shape)
                target.visibilities.withUnsafeMutableBufferPointer { rows.copy(samples.visibilities, to: $0) }
                target.weights.withUnsafeMutableBufferPointer { rows.copy(samples.weights, to: $0) }
                target.flags.withUnsafeMutableBufferPointer { rows.copy(samples.flags, to: $0) }
            }
        }
        let scan = cut.observation.schedule[context.scheduleIndex]
        let hasUVW = scan.antennaUVW.count == scan.times.count * cut.observation.antennas.count
        let first = firstBaseline
        withMutableArrays { _, _, _, uvw, centroids in
            for baseline in 0..<shape.baselines {
                for (time, dump) in context.dumps.enumerated() {
                    let row = baseline * shape.times + time
                    let ends = cut.observation.baselines[first + baseline]
                    uvw[row] = hasUVW ? cut.observation.uvw(ends, dump: dump, of: scan) : UVW(0, 0, 0)
                    centroids[row] = context.times[time]
                }
            }
        }
    }
}

/// An island of unsafe code: copies of the rows of one plane to another, each index taken modulo what there is.
private struct Rows {
    let from: BlockShape
    let start: Int
    let to: BlockShape

    func copy<T: BitwiseCopyable>(_ source: [T], to target: UnsafeMutableBufferPointer<T>) {
        // Planes of the same rows are one piece.
        let whole = from.channels == to.channels && from.times >= to.times
        let run = whole ? to.planeSize : min(from.channels, to.channels)
        source.withUnsafeBufferPointer { source in
            for row in 0..<(whole ? 1 : to.times) {
                let line = start + row % from.times * from.channels
                for channel in stride(from: 0, to: whole ? run : to.channels, by: run) {
                    let place = row * to.channels + channel
                    let count = whole ? run : min(run, to.channels - channel)
                    _ = UnsafeMutableBufferPointer(rebasing: target[place..<place + count])
                        .update(fromContentsOf: source[line..<line + count])
                }
            }
        }
    }
}
