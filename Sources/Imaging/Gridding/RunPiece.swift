import Visibilities

/// A run and where its supports begin, in 12 bytes.
struct CutRun: BitwiseCopyable, Sendable {
    let run: ChannelRun
    private let tile: UInt16
    private let level: UInt16

    init(_ run: ChannelRun, _ place: GridPlace) {
        self.run = run
        // Tiles along u are at most 2^14, planes 2^15: the reach fits above them.
        let reach = UInt16(place.reach.rawValue)
        tile = UInt16(truncatingIfNeeded: place.tileU) | (reach & 3) << 14
        level = UInt16(truncatingIfNeeded: place.plane) | (reach >> 2) << 15
    }

    @inline(__always) var tileU: Int { Int(tile & 0x3fff) }
    @inline(__always) var plane: Int { Int(level & 0x7fff) }
    @inline(__always) var reach: Reach { Reach(rawValue: UInt8(tile >> 14 | (level >> 15) << 2)) }
}

/// The runs of some rows of a batch, by row of tiles, each in the order of the rows.
struct RunPiece: Sendable {
    private(set) var runs: [CutRun] = []
    /// Where the runs of each row of tiles start, and the end of the last.
    private(set) var starts: [Int32] = []
    /// Unflagged samples beyond the grid.
    private(set) var beyond = 0
    /// Flagged samples beyond the grid.
    private(set) var flaggedBeyond = 0

    /// Samples that a piece is cut of.
    private static let samples = 1 << 18

    /// Rows of each piece of a batch of so many channels.
    static func rows(channels: Int) -> Int { max(samples / channels, 1) }

    init(_ batch: VisibilityBatch, _ rows: Range<Int>, _ cutter: ChannelCutter, _ plan: GridPlan) {
        let channels = batch.frequencies.count
        var (cut, tiles) = ([CutRun](), [UInt16]())
        cut.reserveCapacity(rows.count * 4)
        tiles.reserveCapacity(rows.count * 4)
        for row in rows {
            let end = cutter.forEachRun(plan.axes.rate(batch.uvw[row]).rate) { place, channels in
                let run = ChannelRun(
                    row: UInt32(truncatingIfNeeded: row),
                    first: UInt16(truncatingIfNeeded: channels.lowerBound),
                    more: UInt16(truncatingIfNeeded: channels.count - 1))
                cut.append(CutRun(run, place))
                tiles.append(UInt16(truncatingIfNeeded: place.tileV))
            }
            if end < channels {
                let unflagged = batch.weights[row * channels + end..<(row + 1) * channels].count { $0 > 0 }
                beyond += unflagged
                flaggedBeyond += channels - end - unflagged
            }
        }
        starts = [Int32](repeating: 0, count: plan.blocks.tilesV + 1)
        for tile in tiles { starts[Int(tile) + 1] += 1 }
        for tile in 1..<starts.count { starts[tile] += starts[tile - 1] }
        var next = starts
        runs = [CutRun](unsafeUninitializedCapacity: cut.count) { runs, count in
            for (run, tile) in zip(cut, tiles) {
                runs.initializeElement(at: Int(next[Int(tile)]), to: run)
                next[Int(tile)] += 1
            }
            count = cut.count
        }
    }

    /// The runs of a row of tiles.
    @inline(__always) func runs(tileV: Int) -> ArraySlice<CutRun> {
        runs[Int(starts[tileV])..<Int(starts[tileV + 1])]
    }
}
