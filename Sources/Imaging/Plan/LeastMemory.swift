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
    private static let rowsAtOnce = 64

    init(_ settings: ImageSettings, _ scheme: GriddingScheme, _ extent: CoverageExtent) {
        self.scheme = scheme
        axes = GridAxes(scheme, settings.geometry)
        func tiles(_ wavelengths: Double, _ cells: Int) -> Int {
            let reach = min(2 * wavelengths * settings.geometry.cell, 1) * Double(cells)
            return min(Int(reach) / BlockMap.edge + 3, cells / BlockMap.edge)
        }
        reached = (tiles(extent.u, scheme.cellsU), tiles(extent.v, scheme.cellsV))
        let block = settings.images * settings.precision.blockBytes
        bytesPerTile = scheme.planes * BlockMap.bytesPerPlane + scheme.planeSupport * block
        mostPerTile = scheme.planes * (BlockMap.bytesPerPlane + block)
    }

    /// More bytes than some memory has, of which a coverage takes as many at least; nil where it may take fewer.
    func above(_ memory: Int, _ coverage: UVCoverage) -> Int? {
        guard Double(reached.u) * Double(reached.v) * Double(mostPerTile) > Double(memory) else { return nil }
        var touched = TileSet(axes)
        for part in coverage.parts {
            let cutter = ChannelCutter(part.frequencies, axes, support: scheme.support)
            for first in stride(from: 0, to: part.rows, by: Self.rowsAtOnce) {
                part.forEachRow(in: first..<min(first + Self.rowsAtOnce, part.rows)) { uvw in
                    _ = cutter.forEachRun(axes.rate(uvw).rate) { place, _ in touched.insert(place) }
                }
                let bytes = touched.count * bytesPerTile
                if bytes > memory { return bytes }
            }
        }
        return nil
    }
}

/// Tiles of the grid, a bit for each.
private struct TileSet {
    private let tilesU: Int
    private var bits: [UInt64]
    private(set) var count = 0

    init(_ axes: GridAxes) {
        tilesU = Int(axes.tilesU)
        bits = [UInt64](repeating: 0, count: (tilesU * Int(axes.tilesV) + 63) / 64)
    }

    @inline(__always) mutating func insert(_ place: GridPlace) {
        let tile = Int(place.tileV) * tilesU + Int(place.tileU)
        let bit: UInt64 = 1 << UInt64(tile & 63)
        if bits[tile >> 6] & bit == 0 {
            bits[tile >> 6] |= bit
            count += 1
        }
    }
}
