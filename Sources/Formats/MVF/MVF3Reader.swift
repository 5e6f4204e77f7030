import Synchronization
import Tiles
import Visibilities

/// Reads the samples of an MVF file and turns them into planes of blocks.
///
/// Each byte of a sub-band's chunks is read once: plain arrays around libhdf5 and from several threads, others through
/// it. Samples that are not finite or exactly zero, and those whose weight is negative or not finite, become
/// `dataLost` with weight 0 (and value 0 where the value is bad).
public final class MVF3Reader: SampleReader {
    let isReversed: Bool
    let layout: MVFLayout
    let raw: RawFile
    private let data: MVFData
    private let planes: [MVFPlane?]
    private let polarisations: Int
    private let staging: StagingPool
    private let sum = Atomic<UInt64>(0)
    private let samples = Atomic<Int>(0)

    /// Readies a reader.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - data: its arrays, and how they are read.
    ///   - table: where its planes lie.
    ///   - isReversed: whether it holds the channels in descending order.
    ///   - threads: how many threads read and turn at once.
    /// - Throws: `HDF5Error` when the file cannot be opened.
    init(
        file: HDF5File, data: MVFData, layout: MVFLayout, planes table: MVFPlaneTable, isReversed: Bool,
        threads: Int
    ) throws {
        self.data = data
        self.layout = layout
        self.isReversed = isReversed
        raw = try RawFile(reading: file)
        planes = table.planes
        polarisations = table.polarisations.count
        staging = StagingPool(count: max(threads, 1), byteCount: layout.stagingBytes)
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

    /// Reads and turns a window's chunks on several threads.
    public func read(_ request: SampleRequest) async throws {
        let rows = request.dumps
        let window = MVFWindow(
            channels: request.channels, of: data.channels, reversed: isReversed,
            pieceChannels: layout.pieceChannels)
        let destinations = destinations(request.planes)
        let weights = try MVFChannelWeights(data.channelWeights, rows: rows, channels: window.channels)
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
                            dump: dump, piece,
                            offset: row * request.width + request.firstChannel + piece.destination,
                            destinations, buffer, weights, counts: request.counts)
                    }
                }
            }
        }
    }

    /// The planes in the order of the file's products.
    private func destinations(_ wanted: [PlaneDestination]) -> [MVFDestination] {
        wanted.compactMap { plane in
            planes[plane.baseline * polarisations + plane.polarisation].map {
                MVFDestination(
                    product: $0.product, conjugation: $0.isConjugated ? 1 << 63 : 0,
                    visibilities: plane.visibilities, weights: plane.weights, flags: plane.flags)
            }
        }.sorted { $0.product < $1.product }
    }
}
