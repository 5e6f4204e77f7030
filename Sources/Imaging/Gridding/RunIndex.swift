import Tiles
import Visibilities

/// The runs of some rows of a batch sorted by tile and plane, rows in their order.
struct RunIndex: Sendable {
    /// The sorted runs of each row of tiles.
    let rows: [TileRow]
    /// Tiles of each of four colours, most samples first: tiles of one colour have no neighbours among themselves.
    let colours: [[TileRow.Tile]]

    /// The row after those indexed.
    let end: Int
    /// Unflagged samples beyond the grid.
    let beyond: Int
    /// Flagged samples beyond the grid.
    let flaggedBeyond: Int

    /// Runs that are sorted together; a batch with more is gridded in several goes.
    static let mostRuns = 1 << 21
    /// Bytes of the index of so many samples at most: a run each, as cut and as sorted.
    static func bytes(samples: Int) -> Int { min(samples, 2 * mostRuns) * 20 }

    /// Pieces of a batch that are cut side by side.
    private static let piecesAtOnce = 8

    /// Cuts and sorts as many rows, from one on, as an index holds, adding blocks to the map where they leave the plan.
    init(
        _ batch: VisibilityBatch, from first: Int, _ cutter: ChannelCutter, _ plan: GridPlan,
        _ blocks: inout BlockMap
    ) async throws {
        let rowsOfPiece = RunPiece.rows(channels: batch.frequencies.count)
        var (pieces, runs, end) = ([RunPiece](), 0, first)
        while end < batch.rows, runs < Self.mostRuns {
            let start = end
            let stop = min(start + Self.piecesAtOnce * rowsOfPiece, batch.rows)
            let cut = try await mapTiles((stop - start + rowsOfPiece - 1) / rowsOfPiece) { piece in
                let first = start + piece * rowsOfPiece
                return RunPiece(batch, first..<min(first + rowsOfPiece, stop), cutter, plan)
            }
            runs += cut.reduce(0) { $0 + $1.runs.count }
            pieces += cut
            end = stop
        }
        self.end = end
        beyond = pieces.reduce(0) { $0 + $1.beyond }
        flaggedBeyond = pieces.reduce(0) { $0 + $1.flaggedBeyond }
        rows = try await Self.sorted(pieces, blocks)
        for place in rows.flatMap(\.unplanned) { blocks.touch(place, planes: plan.scheme.planeSupport) }
        var colours = [[TileRow.Tile]](repeating: [], count: 4)
        for tile in rows.flatMap(\.tiles) { colours[(tile.tileU & 1) + 2 * (tile.tileV & 1)].append(tile) }
        // Large ones first, so that threads end together.
        self.colours = colours.map { tiles in
            tiles.sorted { ($1.samples, $0.tileV, $0.tileU) < ($0.samples, $1.tileV, $1.tileU) }
        }
    }

    private static func sorted(_ pieces: [RunPiece], _ blocks: BlockMap) async throws -> [TileRow] {
        try await mapTiles(blocks.tilesV) { TileRow(pieces, tileV: $0, blocks) }
    }
}

extension VisibilityBatch {
    /// Most bytes of a batch of so many rows and channels, with the index that sorting it takes: where channels are
    /// coarse or baselines long every sample is a run of its own.
    public static func bytes(rows: Int, channels: Int) -> Int {
        rows * (24 + channels * 12) + RunIndex.bytes(samples: rows * channels)
    }
}
