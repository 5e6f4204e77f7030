/// Which (tile, plane) blocks of the grid exist: 16 x 16 cells of one w plane, numbered in the order of their making.
struct BlockMap: Sendable, Equatable {
    /// Cells of a tile along u and v.
    static let edge = 16
    /// Complex cells of a block.
    static let cells = edge * edge
    /// Tiles along u whose columns are kept side by side, as a power of two.
    private static let pageShift = 6

    let tilesU: Int
    let tilesV: Int
    let planes: Int
    private let pagesU: Int
    /// The first entry in `columns` of each stretch of tiles along u, or -1, [tile v][stretch].
    private var pages: [Int32]
    /// Column of each tile (its blocks in all planes), or -1, stretch by stretch: only those with a column take room.
    private var columns: [Int32] = []
    /// Tile of each column.
    private(set) var tileOfColumn: [Int32] = []
    /// Block of each column and plane, or -1, [column][plane].
    private var blocks: [Int32] = []
    /// What the supports that begin in a column and plane reach so far, [column][plane].
    private var reached: [UInt8] = []
    /// Blocks that exist.
    private(set) var count = 0

    init(_ scheme: GriddingScheme) {
        tilesU = scheme.cellsU / Self.edge
        tilesV = scheme.cellsV / Self.edge
        planes = scheme.planes
        pagesU = (tilesU - 1) >> Self.pageShift + 1
        pages = [Int32](repeating: -1, count: pagesU * tilesV)
    }

    /// Bytes of the cells of a block.
    static func bytes(_ precision: Precision) -> Int { cells * 2 * precision.numberBytes }

    /// Bytes of the tables for each column and plane.
    static let bytesPerPlane = MemoryLayout<Int32>.size + MemoryLayout<UInt8>.size

    /// Bytes of the tables.
    var bytes: Int { 4 * (pages.count + columns.count + tileOfColumn.count + blocks.count) + reached.count }

    /// The column of a tile, or -1.
    @inline(__always) private func column(_ tileU: Int, _ tileV: Int) -> Int {
        let page = Int(pages[tileV * pagesU + tileU >> Self.pageShift])
        return page < 0 ? -1 : Int(columns[page + tileU & (1 << Self.pageShift - 1)])
    }

    /// The column of a tile, made if it is new.
    private mutating func makeColumn(_ tileU: Int, _ tileV: Int) -> Int {
        let existing = column(tileU, tileV)
        if existing >= 0 { return existing }
        let stretch = tileV * pagesU + tileU >> Self.pageShift
        if pages[stretch] < 0 {
            pages[stretch] = Int32(columns.count)
            columns.append(contentsOf: repeatElement(-1, count: 1 << Self.pageShift))
        }
        columns[Int(pages[stretch]) + tileU & (1 << Self.pageShift - 1)] = Int32(tileOfColumn.count)
        tileOfColumn.append(Int32(tileV * tilesU + tileU))
        blocks.append(contentsOf: repeatElement(-1, count: planes))
        reached.append(contentsOf: repeatElement(0, count: planes))
        return tileOfColumn.count - 1
    }

    /// Whether all blocks exist that supports at a place touch.
    @inline(__always) func covers(_ place: GridPlace) -> Bool {
        let column = column(Int(place.tileU), Int(place.tileV))
        guard column >= 0 else { return false }
        return reached[column * planes + Int(place.plane)] & place.mark == place.mark
    }

    /// Sees to it that all blocks exist that a support of so many planes touches.
    @inline(__always) mutating func touch(_ place: GridPlace, planes touched: Int) {
        if !covers(place) { make(place, planes: touched) }
    }

    private mutating func make(_ place: GridPlace, planes touched: Int) {
        let (u, v) = (Int(place.tileU), Int(place.tileV))
        let (nextU, nextV) = ((u + 1) % tilesU, (v + 1) % tilesV)
        make(u, v, place.plane, touched)
        if place.reach.contains(.nextU) { make(nextU, v, place.plane, touched) }
        if place.reach.contains(.nextV) { make(u, nextV, place.plane, touched) }
        if place.reach.contains(.corner) { make(nextU, nextV, place.plane, touched) }
        reached[column(u, v) * planes + Int(place.plane)] |= place.mark
    }

    private mutating func make(_ tileU: Int, _ tileV: Int, _ plane: Int32, _ touched: Int) {
        let base = makeColumn(tileU, tileV) * planes + Int(plane)
        for entry in base..<base + touched where blocks[entry] < 0 {
            blocks[entry] = Int32(count)
            count += 1
        }
    }

    /// The block of a tile in a plane, or nil.
    func block(_ tileU: Int, _ tileV: Int, _ plane: Int) -> Int? {
        let column = column(tileU, tileV)
        guard column >= 0 else { return nil }
        let block = blocks[column * planes + plane]
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

extension GridPlace {
    /// Its reach, and one bit that is always set.
    @inline(__always) fileprivate var mark: UInt8 { reach.rawValue | 8 }
}
