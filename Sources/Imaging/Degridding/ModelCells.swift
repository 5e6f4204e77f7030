// An island of unsafe code: the cells of a tile of a model in the first-level cache.

/// The cells of a tile and its halo in the planes under a kernel, as a gather reads them: eight neighbours along v in one
/// load, wherever they begin.
///
/// [plane modulo support][u][24 real parts along v, 24 imaginary parts]; a plane that the next group needs again stays.
struct ModelCells {
    static let edge = 24
    /// Floats from one u to the next: three cache lines, real and imaginary parts.
    static let pitch = 2 * edge
    static let floatsPerPlane = edge * pitch

    private let cells: UnsafeMutablePointer<Float>
    /// Where the planes under the kernel begin, in their order.
    private let places: UnsafeMutablePointer<UnsafePointer<Float>>
    /// Plane in each slot, or -1.
    private var held: [Int]
    private let reached: Int

    /// - Parameters:
    ///   - cells: `floatsPerPlane` floats for each plane.
    ///   - places: room for a pointer for each plane.
    init(
        _ cells: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<UnsafePointer<Float>>,
        _ scheme: GriddingScheme
    ) {
        self.cells = cells
        self.places = places
        held = [Int](repeating: -1, count: scheme.planeSupport)
        reached = 15 + scheme.support
    }

    /// Planes under the kernel.
    var planes: Int { held.count }

    /// Forgets the tile.
    mutating func clear() { for slot in held.indices { held[slot] = -1 } }

    /// Sees to it that a tile's cells are there in the planes from one on.
    mutating func load(tileU: Int, tileV: Int, plane: Int, _ blocks: BlockMap, _ storage: BlockStorage) {
        for layer in plane..<plane + planes {
            let slot = layer % planes
            places[layer - plane] = UnsafePointer(cells + slot * Self.floatsPerPlane)
            guard held[slot] != layer else { continue }
            held[slot] = layer
            let (nextU, nextV) = ((tileU + 1) % blocks.tilesU, (tileV + 1) % blocks.tilesV)
            func lines(_ u: Int, _ v: Int) -> UnsafeMutablePointer<ComplexLanes>? {
                blocks.block(u, v, layer).map { storage.lines($0) }
            }
            copy(lines(tileU, tileV), lines(tileU, nextV), to: slot, rows: 0..<16)
            copy(lines(nextU, tileV), lines(nextU, nextV), to: slot, rows: 16..<reached)
        }
    }

    /// Copies rows of a block and of the half of its neighbour along v; absent blocks are zeros.
    private func copy(
        _ block: UnsafeMutablePointer<ComplexLanes>?, _ next: UnsafeMutablePointer<ComplexLanes>?,
        to slot: Int, rows: Range<Int>
    ) {
        for u in rows {
            let row = UnsafeMutableRawPointer(cells + slot * Self.floatsPerPlane + u * Self.pitch)
            for eighth in 0..<3 {
                let source = eighth < 2 ? block.map { $0 + 16 * eighth } : next
                let line = source?[u & 15] ?? .zero
                row.storeBytes(of: line.real, toByteOffset: 32 * eighth, as: Lanes.self)
                row.storeBytes(of: line.imaginary, toByteOffset: 4 * Self.edge + 32 * eighth, as: Lanes.self)
            }
        }
    }

    /// The sum of the cells under a kernel as eight partial sums along v.
    ///
    /// - Parameters:
    ///   - offset: first cell.
    ///   - kernels: along v (real) and u (imaginary).
    ///   - kernelW: along w, every eighth float.
    @inline(__always) func gather<let support: Int>(
        _ offset: Int, _ kernels: UnsafePointer<ComplexLanes>, _ kernelW: UnsafePointer<Float>, planes: Int,
        _: Support<support>
    ) -> ComplexLanes {
        let kernelU = UnsafeRawPointer(kernels).assumingMemoryBound(to: Float.self) + 8
        var (real, imaginary) = (Lanes.zero, Lanes.zero)
        for plane in 0..<planes {
            let corner = UnsafeRawPointer(places[plane] + offset)
            var layerReal = corner.loadUnaligned(as: Lanes.self) * kernelU[0]
            var layerImaginary =
                corner.loadUnaligned(fromByteOffset: 4 * Self.edge, as: Lanes.self) * kernelU[0]
            for i in 1..<support {
                let row = corner + i * 4 * Self.pitch
                layerReal += row.loadUnaligned(as: Lanes.self) * kernelU[i]
                layerImaginary +=
                    row.loadUnaligned(fromByteOffset: 4 * Self.edge, as: Lanes.self) * kernelU[i]
            }
            real += layerReal * kernelW[8 * plane]
            imaginary += layerImaginary * kernelW[8 * plane]
        }
        return ComplexLanes(real * kernels.pointee.real, imaginary * kernels.pointee.real)
    }
}
