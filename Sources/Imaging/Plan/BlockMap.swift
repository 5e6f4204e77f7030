/// Which (tile, plane) blocks of the grid exist: 16 x 16 cells of one w plane, numbered in the order of their making.
struct BlockMap: Sendable {
    /// Cells of a tile along u and v.
    static let edge = 16
    /// Complex cells of a block, 2 KiB.
    static let blockBytes = edge * edge * 8

    let tilesU: Int
    let tilesV: Int
    let planes: Int
    /// Column of each tile (its blocks in all planes), or -1, [tile v][tile u].
    private(set) var columnOfTile: [Int32]
    /// Tile of each column.
    private(set) var tileOfColumn: [Int32] = []
    /// Block of each column and plane, or -1, [column][plane].
    private(set) var blocks: [Int32] = []
    /// Blocks that exist.
    private(set) var count = 0

    init(_ scheme: GriddingScheme) {
        tilesU = scheme.cellsU / Self.edge
        tilesV = scheme.cellsV / Self.edge
        planes = scheme.planes
        columnOfTile = [Int32](repeating: -1, count: tilesU * tilesV)
    }

    /// Bytes of the tables.
    var bytes: Int { 4 * (columnOfTile.count + tileOfColumn.count + blocks.count) }

    /// The column of a tile, made if it is new.
    mutating func column(_ tileU: Int, _ tileV: Int) -> Int {
        let tile = tileV * tilesU + tileU
        if columnOfTile[tile] >= 0 { return Int(columnOfTile[tile]) }
        columnOfTile[tile] = Int32(tileOfColumn.count)
        tileOfColumn.append(Int32(tile))
        blocks.append(contentsOf: repeatElement(-1, count: planes))
        return tileOfColumn.count - 1
    }

    /// Sees to it that all blocks exist that a support of so many planes touches.
    mutating func touch(_ place: GridPlace, planes touched: Int) {
        let (u, v) = (Int(place.tileU), Int(place.tileV))
        let (nextU, nextV) = ((u + 1) % tilesU, (v + 1) % tilesV)
        touch(u, v, place.plane, touched)
        if place.reach.contains(.nextU) { touch(nextU, v, place.plane, touched) }
        if place.reach.contains(.nextV) { touch(u, nextV, place.plane, touched) }
        if place.reach.contains(.corner) { touch(nextU, nextV, place.plane, touched) }
    }

    private mutating func touch(_ tileU: Int, _ tileV: Int, _ plane: Int32, _ touched: Int) {
        let base = column(tileU, tileV) * planes + Int(plane)
        for entry in base..<base + touched where blocks[entry] < 0 {
            blocks[entry] = Int32(count)
            count += 1
        }
    }

    /// The block of a tile in a plane, or nil.
    func block(_ tileU: Int, _ tileV: Int, _ plane: Int) -> Int? {
        let column = columnOfTile[tileV * tilesU + tileU]
        guard column >= 0 else { return nil }
        let block = blocks[Int(column) * planes + plane]
        return block >= 0 ? Int(block) : nil
    }

    /// Tile rows with a block in a plane, ascending.
    func occupiedRows(_ plane: Int) -> [Int] {
        var occupied = [Bool](repeating: false, count: tilesV)
        for (column, tile) in tileOfColumn.enumerated() where blocks[column * planes + plane] >= 0 {
            occupied[Int(tile) / tilesU] = true
        }
        return occupied.indices.filter { occupied[$0] }
    }
}
