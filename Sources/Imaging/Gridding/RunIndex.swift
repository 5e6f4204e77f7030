import Tiles
import Visibilities

/// Consecutive channels of a row whose supports begin in the same tile and plane.
struct ChannelRun: Sendable {
    var row: UInt32
    var first: UInt16
    /// Channels less one.
    var more: UInt16

    var channels: Range<Int> { Int(first)..<Int(first) + Int(more) + 1 }
}

/// The runs of a batch sorted by tile and plane, rows in their order.
struct RunIndex: Sendable {
    /// Runs of one tile and first plane.
    struct Group: Sendable {
        let plane: Int
        let runs: Range<Int>
        let reach: Reach
    }

    /// A tile with data, and its groups.
    struct Tile: Sendable {
        let tileU: Int
        let tileV: Int
        let groups: Range<Int>
    }

    private(set) var runs: [ChannelRun] = []
    private(set) var groups: [Group] = []
    /// Tiles of each of four colours: tiles of one colour have no neighbours among themselves.
    private(set) var colours: [[Tile]] = [[], [], [], []]
    /// Unflagged samples beyond the grid.
    private(set) var beyond = 0
    /// Flagged samples beyond the grid.
    private(set) var flaggedBeyond = 0

    private static let rowsPerPiece = 2048

    /// Cuts and sorts a batch, adding blocks to the map where the batch leaves the plan.
    init(_ batch: VisibilityBatch, _ plan: GridPlan, _ blocks: inout BlockMap) async throws {
        let pieces = (batch.rows + Self.rowsPerPiece - 1) / Self.rowsPerPiece
        let cut = try await mapTiles(pieces) { piece in
            let start = piece * Self.rowsPerPiece
            return Piece(batch, start..<min(start + Self.rowsPerPiece, batch.rows), plan)
        }
        beyond = cut.reduce(0) { $0 + $1.beyond }
        flaggedBeyond = cut.reduce(0) { $0 + $1.flaggedBeyond }
        sort(cut, planes: plan.scheme.planeSupport, &blocks)
    }

    /// The runs of a group in pieces of about so many samples.
    func pieces(of group: Group, samples: Int) -> [Range<Int>] {
        var pieces = [Range<Int>]()
        var (start, count) = (group.runs.lowerBound, 0)
        for run in group.runs {
            count += runs[run].channels.count
            guard count >= samples else { continue }
            pieces.append(start..<run + 1)
            (start, count) = (run + 1, 0)
        }
        if start < group.runs.upperBound { pieces.append(start..<group.runs.upperBound) }
        return pieces
    }

    /// A counting sort by (column of tiles, plane).
    private mutating func sort(_ pieces: [Piece], planes: Int, _ blocks: inout BlockMap) {
        var keys = [Int]()
        keys.reserveCapacity(pieces.reduce(0) { $0 + $1.runs.count })
        for piece in pieces {
            for place in piece.places {
                let column = blocks.column(Int(place.tileU), Int(place.tileV))
                keys.append(column * blocks.planes + Int(place.plane))
            }
        }
        var starts = [Int32](repeating: 0, count: blocks.tileOfColumn.count * blocks.planes + 1)
        for key in keys { starts[key + 1] += 1 }
        for key in 1..<starts.count { starts[key] += starts[key - 1] }
        var next = starts
        var reaches = [Reach](repeating: [], count: starts.count)
        runs = [ChannelRun](repeating: ChannelRun(row: 0, first: 0, more: 0), count: keys.count)
        var index = 0
        for piece in pieces {
            for (run, place) in zip(piece.runs, piece.places) {
                let key = keys[index]
                runs[Int(next[key])] = run
                next[key] += 1
                reaches[key].formUnion(place.reach)
                index += 1
            }
        }
        for column in blocks.tileOfColumn.indices {
            collect(column, starts, reaches, planes: planes, &blocks)
        }
    }

    /// Lists the groups of a column, and the column as a tile if there are any.
    private mutating func collect(
        _ column: Int, _ starts: [Int32], _ reaches: [Reach], planes: Int, _ blocks: inout BlockMap
    ) {
        let base = column * blocks.planes
        guard starts[base] < starts[base + blocks.planes] else { return }
        let tile = Int(blocks.tileOfColumn[column])
        let (tileU, tileV) = (tile % blocks.tilesU, tile / blocks.tilesU)
        let first = groups.count
        for plane in 0..<blocks.planes where starts[base + plane] < starts[base + plane + 1] {
            let reach = reaches[base + plane]
            groups.append(
                Group(
                    plane: plane, runs: Int(starts[base + plane])..<Int(starts[base + plane + 1]),
                    reach: reach))
            let place = GridPlace(
                tileU: Int32(tileU), tileV: Int32(tileV), plane: Int32(plane), reach: reach)
            blocks.touch(place, planes: planes)
        }
        colours[(tileU & 1) + 2 * (tileV & 1)].append(
            Tile(tileU: tileU, tileV: tileV, groups: first..<groups.count))
    }
}

/// The runs of some rows, in order.
private struct Piece: Sendable {
    var runs: [ChannelRun] = []
    var places: [GridPlace] = []
    var beyond = 0
    var flaggedBeyond = 0

    init(_ batch: VisibilityBatch, _ rows: Range<Int>, _ plan: GridPlan) {
        let axes = plan.axes
        let support = Int32(plan.scheme.support)
        let channels = batch.frequencies.count
        batch.frequencies.withUnsafeBufferPointer { frequencies in
            for row in rows {
                let rate = axes.rate(batch.uvw[row]).rate
                let end = axes.channelsOnGrid(rate, frequencies)
                var channel = 0
                while channel < end {
                    let begin = axes.place(axes.cell(rate, frequencies[channel]), support: support)
                    let stop = partition(channel + 1, end) {
                        begin.begins(as: axes.place(axes.cell(rate, frequencies[$0]), support: support))
                    }
                    runs.append(
                        ChannelRun(
                            row: UInt32(row), first: UInt16(channel), more: UInt16(stop - channel - 1)))
                    places.append(axes.place(channel..<stop, rate, frequencies, support: support))
                    channel = stop
                }
                if end < channels {
                    let unflagged = batch.weights[row * channels + end..<(row + 1) * channels].count {
                        $0 > 0
                    }
                    beyond += unflagged
                    flaggedBeyond += channels - end - unflagged
                }
            }
        }
    }
}

extension GridPlace {
    /// Whether another support begins in the same tile and plane.
    @inline(__always) fileprivate func begins(as other: GridPlace) -> Bool {
        tileU == other.tileU && tileV == other.tileV && plane == other.plane
    }
}
