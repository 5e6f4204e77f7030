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

    /// Reads one window of one sub-band into new blocks, one per tile, with the halo that the cut asks for.
    ///
    /// - Parameters:
    ///   - scheduleIndex: the scan.
    ///   - subband: the sub-band.
    ///   - window: the window of the scan.
    ///   - pool: where blocks are leased.
    ///   - haloPool: where halos are leased; nil reads none. Their samples count neither in `checksums` nor in `sampleCount`.
    /// - Throws: `HDF5Error` when a file cannot be read, `PoolExhausted` when a pool is too small.
    public func blocks(
        scheduleIndex: Int, subband: Int, window: Int, from pool: SlabPool, halo haloPool: SlabPool? = nil
    ) async throws -> [VisibilityBlock] {
        var blocks = try await blocks(
            BlockContext(cut, scheduleIndex: scheduleIndex, subband: subband, window: window), from: pool)
        guard let haloPool else { return blocks }
        for side in HaloSide.allCases {
            let channels = cut.haloChannels(of: subband, side)
            guard !channels.isEmpty else { continue }
            var halos = try await self.blocks(
                BlockContext(
                    cut, scheduleIndex: scheduleIndex, subband: subband, window: window,
                    halo: (side, channels)), from: haloPool)
            for tile in blocks.indices.reversed() {
                if let halo = halos.popLast() { blocks[tile].attach(halo, side) }
            }
        }
        return blocks
    }

    /// Reads the tiles of one window of channels.
    private func blocks(_ context: BlockContext, from pool: SlabPool) async throws -> [VisibilityBlock] {
        var blocks = try cut.tiles.map { tile in
            try VisibilityBlock(
                BlockShape(
                    baselines: tile.count, polarisations: cut.observation.polarisations.count,
                    times: context.dumps.count, channels: context.channels.count),
                context: context, firstBaseline: tile.lowerBound, from: pool)
        }
        fillRows(&blocks)
        let rows = Array(view.rows[context.scheduleIndex][context.dumps])
        let part = WindowPart(
            view, WindowTargets(&blocks), rows: rows,
            subband: Subband(spectralWindow: context.spectralWindow, channels: context.channels))
        for (member, reader) in zip(view.source.members.indices, readers) {
            for request in part.requests(of: member, counts: context.halo == nil) {
                try await reader.read(request)
            }
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
