import Visibilities

/// A window of a sub-band, cut into the pieces that are turned and written at once.
struct UVH5WriterWindow: Sendable {
    /// A piece's place: dump of the window, column of chunks, page of baselines.
    struct Place {
        let dump, column, page: Int
    }

    /// The file's dump of the window's first.
    let firstDump: Int
    private let sources: [PlaneSource]
    private let layout: UVH5WriterLayout
    private let columns: Range<Int>
    /// The file's channels of the sub-band.
    private let channels: Range<Int>
    private let dumps: Int
    private let pageBaselines: Int
    /// By dump of the window: what `nsamples` of each channel are multiplied with; empty where it is 1.
    private let factors: [[Float]]

    init(
        _ context: BlockContext, _ sources: [PlaneSource], _ layout: UVH5WriterLayout, _ unit: UVH5WeightUnit
    ) {
        self.sources = sources
        self.layout = layout
        firstDump = layout.firstDumps[context.scheduleIndex] + context.dumps.lowerBound
        columns = layout.columns(
            of: Subband(spectralWindow: context.spectralWindow, channels: context.channels))
        let first = layout.firstChannels[context.spectralWindow] + context.channels.lowerBound
        channels = first..<first + context.channels.count
        dumps = context.dumps.count
        pageBaselines = UVH5WriterPage.baselines(layout)
        factors = context.intervals.map { time in
            let factors = context.widths.map { unit.factor(time: time, width: $0) }
            return factors.contains { $0 != 1 } ? factors : []
        }
    }

    private var pages: Int { (layout.baselines + pageBaselines - 1) / pageBaselines }

    /// How many pieces there are.
    var pieceCount: Int { dumps * columns.count * pages }

    /// The place of a piece.
    func place(_ number: Int) -> Place {
        Place(
            dump: number / (columns.count * pages),
            column: columns.lowerBound + number / pages % columns.count,
            page: number % pages)
    }

    /// The samples of a piece.
    func piece(_ place: Place) -> UVH5WriterPiece {
        let first = place.column * layout.chunkChannels
        let own = first..<min(first + layout.chunkChannels, channels.upperBound)
        let start = first - channels.lowerBound
        let baselines = place.page * pageBaselines..<min((place.page + 1) * pageBaselines, layout.baselines)
        return UVH5WriterPiece(
            sources: sources, baselines: baselines, offset: place.dump * channels.count + start,
            channels: own.count,
            factors: factors[place.dump].isEmpty ? [] : Array(factors[place.dump][start..<start + own.count]))
    }
}
