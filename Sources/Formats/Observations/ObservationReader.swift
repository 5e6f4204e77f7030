import Rings
import Tiles
import Visibilities

/// Reads the selected samples of an observation window by window into the blocks of a stream.
///
/// Each file of a joined observation fills its part of a window; what no file holds becomes `dataLost` with value and
/// weight 0.
public final class ObservationReader: Sendable {
    let view: ObservationView
    let cut: ObservationCut
    let readers: [any SampleReader]

    /// Readies a reader.
    ///
    /// - Parameters:
    ///   - view: the selected part of the observation.
    ///   - cut: how its observation, with `antennaUVW` filled in, is cut; spectral windows must be the view's.
    ///   - threads: how many threads read and turn at once.
    /// - Throws: an error of a file that cannot be opened.
    public init(_ view: ObservationView, cut: ObservationCut, threads: Int = Threads.width) throws {
        self.view = view
        self.cut = cut
        readers = try view.source.files.map { try $0.samples(threads: threads) }
    }

    /// Checksum of all samples read so far, one per file; neither the order of reading nor the cut matter.
    public var checksums: [UInt64] { readers.map(\.checksum) }

    /// Samples of the files read so far, all products counted.
    public var sampleCount: Int { readers.reduce(0) { $0 + $1.sampleCount } }

    /// Reads one window of one sub-band into new blocks, one per tile.
    ///
    /// - Parameter counts: whether the samples count in `checksums` and `sampleCount` (not for parts read twice).
    /// - Throws: `HDF5Error` when a file cannot be read, `PoolExhausted` when the pool is too small.
    public func blocks(
        scheduleIndex: Int, subband: Int, window: Int, from pool: SlabPool, counts: Bool = true
    ) async throws -> [VisibilityBlock] {
        let context = BlockContext(cut, scheduleIndex: scheduleIndex, subband: subband, window: window)
        var blocks = try cut.tiles.map { tile in
            try VisibilityBlock(
                BlockShape(
                    baselines: tile.count, polarisations: cut.observation.polarisations.count,
                    times: context.dumps.count, channels: context.channels.count),
                context: context, firstBaseline: tile.lowerBound, from: pool)
        }
        fillRows(&blocks)
        let rows = Array(view.rows[scheduleIndex][context.dumps])
        let part = WindowPart(view, WindowTargets(&blocks), rows: rows, subband: cut.subbands[subband])
        for (member, reader) in zip(view.source.members.indices, readers) {
            for request in part.requests(of: member, counts: counts) { try await reader.read(request) }
        }
        part.loseUncovered()
        return blocks
    }

    /// Fills uvw and centroids from the schedule.
    private func fillRows(_ blocks: inout [VisibilityBlock]) {
        for tile in blocks.indices {
            let (context, baselines) = (blocks[tile].context, blocks[tile].baselines)
            let scan = cut.observation.schedule[context.scheduleIndex]
            let hasUVW = scan.antennaUVW.count == scan.times.count * cut.observation.antennas.count
            blocks[tile].withMutableArrays { _, _, _, uvw, centroids in
                var row = 0
                for baseline in baselines {
                    for dump in context.dumps {
                        uvw[row] =
                            hasUVW
                            ? cut.observation.uvw(cut.observation.baselines[baseline], dump: dump, of: scan)
                            : UVW(0, 0, 0)
                        centroids[row] = scan.times[dump]
                        row += 1
                    }
                }
            }
        }
    }
}
