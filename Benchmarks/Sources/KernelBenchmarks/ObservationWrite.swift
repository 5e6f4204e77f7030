import BenchmarkSupport
import Formats
import Foundation
import Rings
import Tiles
import Visibilities

/// Writing blocks as UVH5, from corner turn to the end of the file, beside writing as many bytes; all to the page
/// cache of the folder `--folder`, or the temporary one.
struct ObservationWrite: Sendable {
    /// Bytes of a sample in a file.
    private static let sampleBytes = 13
    private let input: SimulatedInput
    private let path: String
    /// The blocks of a window, which are written over and over.
    private let window: Window

    private final class Window: Sendable {
        let blocks: [[VisibilityBlock]]

        /// Fills the blocks of the first sub-band; the others hold the same samples.
        init(_ input: SimulatedInput, _ pool: SlabPool) async throws {
            let tiles = input.cut.tiles.count
            let first = try await mapTiles(tiles, width: 2) { try input.block(tile: $0, from: pool) }
            blocks = input.cut.subbands.indices.map { subband in
                first.map { block in
                    var other = block
                    other.reshape(
                        block.shape,
                        context: BlockContext(input.cut, scheduleIndex: 0, subband: subband, window: 0))
                    return other
                }
            }
        }
    }

    /// Readies 32 antennas, 64 dumps, 256 channels in sub-bands of 64, 4 products: 450 MB of file.
    init(folder: String?) async throws {
        input = try SimulatedInput(
            antennas: 32, dumps: 64, channels: 256, subband: 64, polarisations: [.xx, .yy, .xy, .yx])
        let blocks = input.cut.tiles.count * (input.cut.subbands.count + 1)
        window = try await Window(input, input.pool(blocks))
        let place = folder ?? FileManager.default.temporaryDirectory.path
        path = "\(place)/sluice-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
    }

    /// Measures all ways of writing in turn, on one thread and on two.
    func measure(into report: inout Report, _ rounds: Rounds) async throws {
        let bytes = input.cut.sampleCount * Self.sampleBytes
        let raw = RawWrite(path + ".raw")
        var contenders: [Contender] = []
        for threads in [1, 2] {
            let name = threads == 1 ? "1 thread" : "2 threads"
            contenders += [
                Contender("UVH5Writer, \(name)", timed: { try await uvh5($0, threads: threads) }),
                Contender(
                    "pwrite, \(name)", timed: { try await raw.write($0, bytes: bytes, threads: threads) }),
            ]
        }
        let comparison = try await Comparison(
            "UVH5 write, \(bytes >> 20) MiB of file", unit: "GB/s", rounds: rounds, secondsEach: 0.2,
            leastItems: 1, contenders: contenders
        ) { Double(bytes) / $0 * 1e-9 }
        report.add(comparison)
        for name in ["1 thread", "2 threads"] {
            let (own, other) = ("UVH5Writer, " + name, "pwrite, " + name)
            guard let ratio = comparison.speed(of: own, against: other),
                let processor = comparison.speed(of: own, against: other, by: \.processorSeconds)
            else { continue }
            report.note("\(own) against \(other), times", ratio)
            report.note("\(own) against \(other), by processor time, times", processor)
        }
    }

    private func uvh5(_ items: Int, threads: Int) async throws -> Took {
        var took = Took()
        for _ in 0..<items {
            try await took.time {
                let writer = try UVH5Writer(path: path + ".uvh5", cut: input.cut, threads: threads)
                for blocks in window.blocks { for block in blocks { try await writer.write(block) } }
                try writer.finish()
            }
            unlink(path + ".uvh5")
        }
        return took
    }
}
