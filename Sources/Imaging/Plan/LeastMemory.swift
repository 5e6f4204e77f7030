import Dispatch
import Synchronization
import Tiles
import Visibilities

/// Bytes that a grid takes at least, found without listing its blocks: of a field too wide for its coverage they would fill the
/// memory that they are to be refused for.
struct LeastMemory {
    private let scheme: GriddingScheme
    private let axes: GridAxes
    /// Tiles along u and v that the coverage's extent reaches over.
    private let reached: (u: Int, v: Int)
    /// Of each tile that is touched: its entries in the tables, and blocks under one support.
    private let bytesPerTile: Int
    /// Of each tile, when all of its planes are touched.
    private let mostPerTile: Int
    /// Rows between two looks at the memory.
    static let rowsAtOnce = 4096
    /// Rows below which another thread is not worth its start.
    private static let leastRows = 256

    init(_ settings: ImageSettings, _ scheme: GriddingScheme, _ extent: CoverageExtent) {
        self.scheme = scheme
        axes = GridAxes(scheme, settings.geometry)
        func tiles(_ wavelengths: Double, _ cells: Int) -> Int {
            let reach = min(2 * wavelengths * settings.geometry.cell, 1) * Double(cells)
            return min(Int(reach) / BlockMap.edge + 3, cells / BlockMap.edge)
        }
        reached = (tiles(extent.u, scheme.cellsU), tiles(extent.v, scheme.cellsV))
        let block = settings.images * BlockMap.bytes(settings.precision)
        bytesPerTile = scheme.planes * BlockMap.bytesPerPlane + scheme.planeSupport * block
        mostPerTile = scheme.planes * (BlockMap.bytesPerPlane + block)
    }

    /// More bytes than some memory has, of which a coverage takes as many at least; nil where it may take fewer.
    ///
    /// - Parameter stretches: parts of the rows that are looked at side by side; the result does not depend on it.
    func above(_ memory: Int, _ coverage: UVCoverage, stretches: Int = Threads.width) -> Int? {
        guard Double(reached.u) * Double(reached.v) * Double(mostPerTile) > Double(memory) else { return nil }
        let touched = Mutex(TileSet(axes))
        for part in coverage.parts {
            let cutter = ChannelCutter(part.frequencies, axes, support: scheme.support)
            for first in stride(from: 0, to: part.rows, by: Self.rowsAtOnce) {
                let rows = first..<min(first + Self.rowsAtOnce, part.rows)
                let count = max(1, min(stretches, rows.count / Self.leastRows))
                DispatchQueue.concurrentPerform(iterations: count) { stretch in
                    let begin = first + stretch * rows.count / count
                    let end = first + (stretch + 1) * rows.count / count
                    let tiles = tiles(of: part, begin..<end, cutter)
                    touched.withLock { $0.formUnion(tiles) }
                }
                let bytes = touched.withLock { $0.count } * bytesPerTile
                if bytes > memory { return bytes }
            }
        }
        return nil
    }

    /// The tiles in which supports of some rows begin.
    private func tiles(of part: UVCoverage.Part, _ rows: Range<Int>, _ cutter: ChannelCutter) -> TileSet {
        var tiles = TileSet(axes)
        part.forEachRow(in: rows) { uvw in
            _ = cutter.forEachRun(axes.rate(uvw).rate) { place, _ in tiles.insert(place) }
        }
        return tiles
    }
}

/// Tiles of the grid, a bit for each.
private struct TileSet {
    private let tilesU: Int
    private var bits: [UInt64]

    init(_ axes: GridAxes) {
        tilesU = Int(axes.tilesU)
        bits = [UInt64](repeating: 0, count: (tilesU * Int(axes.tilesV) + 63) / 64)
    }

    @inline(__always) mutating func insert(_ place: GridPlace) {
        let tile = Int(place.tileV) * tilesU + Int(place.tileU)
        bits[tile >> 6] |= 1 << UInt64(tile & 63)
    }

    mutating func formUnion(_ other: TileSet) {
        for word in bits.indices { bits[word] |= other.bits[word] }
    }

    var count: Int { bits.reduce(0) { $0 + $1.nonzeroBitCount } }
}
