// An island of unsafe code: the cells that a tile and its halo hold in the first-level cache.

/// 24 x 24 cells of the planes under a kernel: the supports of all samples that begin in one tile and plane.
///
/// Rows along u of 24 real parts along v and 24 imaginary ones: 192 bytes, an odd number of cache lines.
struct SubGrid {
    static let edge = 24
    static let rowFloats = 2 * edge
    static let planeFloats = edge * rowFloats

    let floats: UnsafeMutablePointer<Float>
    let planes: Int

    static func byteCount(planes: Int) -> Int { planes * planeFloats * 4 }

    func clear() { floats.update(repeating: 0, count: planes * Self.planeFloats) }

    /// Adds one sample: a value per cell along v (real and imaginary), times the kernel along u and w.
    @inline(__always) func add(
        _ value: ComplexLanes, _ kernelU: Lanes, _ kernelW: Lanes, cellU: Int, cellV: Int, support: Int,
        planeSupport: Int
    ) {
        var plane = floats + cellU * Self.rowFloats + cellV
        for p in 0..<planeSupport {
            let weighted = kernelU * kernelW[p]
            var row = UnsafeMutableRawPointer(plane)
            for j in 0..<support {
                let factor = weighted[j]
                let real = row.loadUnaligned(as: Lanes.self) + value.real * factor
                let imaginary =
                    row.loadUnaligned(fromByteOffset: 4 * Self.edge, as: Lanes.self)
                    + value.imaginary * factor
                row.storeBytes(of: real, as: Lanes.self)
                row.storeBytes(of: imaginary, toByteOffset: 4 * Self.edge, as: Lanes.self)
                row += 4 * Self.rowFloats
            }
            plane += Self.planeFloats
        }
    }

    /// Adds a rectangle of one plane, cells u `rows` and v 8 `lane` ... 8 `lane` + 7, to lines of a block.
    func flush(plane: Int, rows: Range<Int>, lane: Int, to lines: UnsafeMutablePointer<ComplexLanes>) {
        for u in rows {
            let row = UnsafeRawPointer(floats + plane * Self.planeFloats + u * Self.rowFloats + 8 * lane)
            let real = row.load(as: Lanes.self)
            let imaginary = row.load(fromByteOffset: 4 * Self.edge, as: Lanes.self)
            lines[u & 15] = lines[u & 15] + ComplexLanes(real, imaginary)
        }
    }
}
