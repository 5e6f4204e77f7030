/// The runs of a row of tiles, sorted by tile and plane.
struct TileRow: Sendable {
    /// Runs of one tile and first plane.
    struct Group: Sendable {
        let plane: Int
        let runs: Range<Int>
    }

    /// A tile with data: a place in the runs of its tile row.
    struct Tile: Sendable {
        let tileU: Int
        let tileV: Int
        let groups: Range<Int>
        let samples: Int
    }

    private(set) var runs: [ChannelRun] = []
    private(set) var groups: [Group] = []
    private(set) var tiles: [Tile] = []
    /// Places whose blocks the map has not.
    private(set) var unplanned: [GridPlace] = []

    /// Gathers the runs of all pieces, in their order.
    init(_ pieces: [RunPiece], tileV: Int, _ blocks: BlockMap) {
        let count = pieces.reduce(0) { $0 + $1.runs(tileV: tileV).count }
        guard count > 0 else { return }
        var gathered = [CutRun]()
        gathered.reserveCapacity(count)
        for piece in pieces { gathered.append(contentsOf: piece.runs(tileV: tileV)) }
        let byPlane = Self.sorted(gathered, keys: blocks.planes) { $0.plane }
        let sorted = Self.sorted(byPlane, keys: blocks.tilesU) { $0.tileU }
        runs = sorted.map(\.run)
        collect(sorted, tileV: tileV, blocks)
    }

    /// A counting sort that keeps the order of equal keys.
    @inline(__always) private static func sorted(
        _ runs: [CutRun], keys: Int, _ key: (CutRun) -> Int
    ) -> [CutRun] {
        var next = [Int32](repeating: 0, count: keys + 1)
        for run in runs { next[key(run) + 1] += 1 }
        for key in 1..<next.count { next[key] += next[key - 1] }
        return [CutRun](unsafeUninitializedCapacity: runs.count) { sorted, count in
            for run in runs {
                let place = key(run)
                sorted.initializeElement(at: Int(next[place]), to: run)
                next[place] += 1
            }
            count = runs.count
        }
    }

    /// Lists the groups and tiles of sorted runs.
    private mutating func collect(_ sorted: [CutRun], tileV: Int, _ blocks: BlockMap) {
        var start = 0
        var (firstGroup, samples) = (0, 0)
        while start < sorted.count {
            let (tileU, plane) = (sorted[start].tileU, sorted[start].plane)
            var (end, reach) = (start, Reach())
            while end < sorted.count, sorted[end].tileU == tileU, sorted[end].plane == plane {
                reach.formUnion(sorted[end].reach)
                samples += sorted[end].run.channels.count
                end += 1
            }
            groups.append(Group(plane: plane, runs: start..<end))
            let place = GridPlace(
                tileU: Int32(tileU), tileV: Int32(tileV), plane: Int32(plane), reach: reach)
            if !blocks.covers(place) { unplanned.append(place) }
            start = end
            if start == sorted.count || sorted[start].tileU != tileU {
                tiles.append(
                    Tile(
                        tileU: tileU, tileV: tileV, groups: firstGroup..<groups.count, samples: samples))
                (firstGroup, samples) = (groups.count, 0)
            }
        }
    }
}
