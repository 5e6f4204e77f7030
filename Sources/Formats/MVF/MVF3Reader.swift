import Rings
import Synchronization
import Tiles
import Visibilities

/// Reads the samples of a selected MVF file window by window and turns them into the blocks of a stream.
///
/// Each byte of a sub-band's chunks is read once: plain arrays around libhdf5 and from several threads, others through
/// it. Samples that are not finite or exactly zero, and those whose weight is negative or not finite, become
/// `dataLost` with weight 0 (and value 0 where the value is bad), as do missing dumps and missing products.
public final class MVF3Reader: Sendable {
    let view: MVF3View
    let cut: ObservationCut
    let layout: MVFLayout
    let raw: RawFile
    private let staging: StagingPool
    private let sum = Atomic<UInt64>(0)
    private let samples = Atomic<Int>(0)

    /// Readies a reader.
    ///
    /// - Parameters:
    ///   - view: the selected part of the file.
    ///   - cut: how its observation, with `antennaUVW` filled in, is cut; spectral windows must be the view's.
    ///   - threads: how many threads read and turn at once.
    /// - Throws: `HDF5Error` when the file cannot be opened.
    public init(_ view: MVF3View, cut: ObservationCut, threads: Int = Threads.width) throws {
        self.view = view
        self.cut = cut
        layout = MVFLayout(view.file)
        raw = try RawFile(reading: view.file.path)
        staging = StagingPool(count: max(threads, 1), byteCount: layout.stagingBytes)
    }

    /// Work memory in bytes for so many threads, known before anything is read.
    public static func workByteCount(_ view: MVF3View, threads: Int = Threads.width) -> Int {
        max(threads, 1) * MVFLayout(view.file).stagingBytes + view.file.data.mostCachedBytes
    }

    /// Checksum of all samples read so far; neither the order of reading nor the cut matter.
    public var checksum: UInt64 { sum.load(ordering: .relaxed) }

    /// Samples of the file read so far, all products counted.
    public var sampleCount: Int { samples.load(ordering: .relaxed) }

    /// Adds a piece to the checksum and the count.
    func count(_ samples: Int, _ hash: UInt64) {
        sum.wrappingAdd(hash, ordering: .relaxed)
        self.samples.add(samples, ordering: .relaxed)
    }

    /// Reads one window of one sub-band into new blocks, one per tile.
    ///
    /// - Parameter counts: whether the samples count in `checksum` and `sampleCount` (not for parts read twice).
    /// - Throws: `HDF5Error` when the file cannot be read, `PoolExhausted` when the pool is too small.
    public func blocks(
        scheduleIndex: Int, subband: Int, window: Int, from pool: SlabPool, counts: Bool = true
    ) async throws -> [VisibilityBlock] {
        let context = BlockContext(cut, scheduleIndex: scheduleIndex, subband: subband, window: window)
        let band = cut.subbands[subband]
        var blocks = try cut.tiles.map { tile in
            try VisibilityBlock(
                BlockShape(
                    baselines: tile.count, polarisations: cut.observation.polarisations.count,
                    times: context.dumps.count, channels: band.channels.count),
                context: context, firstBaseline: tile.lowerBound, from: pool)
        }
        let targets = MVFTargets(&blocks, planes: view.planes)
        fillRows(&blocks)
        let job = MVFWindow(
            view, rows: view.rows[scheduleIndex][context.dumps], subband: band,
            pieceChannels: layout.pieceChannels)
        try await fill(job, targets, width: band.channels.count, counts: counts)
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

    /// Reads and turns the window's chunks on several threads.
    private func fill(_ window: MVFWindow, _ targets: MVFTargets, width: Int, counts: Bool) async throws {
        let rows = Array(window.rows)
        for row in rows.indices where rows[row] == nil {
            for plane in targets.found { MVFCornerTurn.lose(plane, offset: row * width, count: width) }
        }
        for plane in targets.missing { MVFCornerTurn.lose(plane, offset: 0, count: rows.count * width) }
        let weights = try MVFChannelWeights(
            view.file.data.channelWeights, rows: rows, channels: window.channels)
        let groups = rows.indices.filter { $0.isMultiple(of: layout.groupDumps) }
        try await inTiles(groups.count * window.pieces.count, width: staging.count) { [self] number in
            let piece = window.pieces[number % window.pieces.count]
            let group = groups[number / window.pieces.count]
            try staging.with { buffer in
                for row in group..<min(group + layout.groupDumps, rows.count) {
                    guard let dump = rows[row] else { continue }
                    let first = piece.channels.lowerBound - window.channels.lowerBound
                    try weights.withRow(row, from: first) { weights in
                        try turn(
                            dump: dump, piece, offset: row * width + piece.destination, targets.found, buffer,
                            weights, counts: counts)
                    }
                }
            }
        }
    }
}
