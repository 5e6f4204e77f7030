// An island of unsafe code: the cells of a tile of a model in the first-level cache.

/// The cells of a tile and its halo in the planes under a kernel, as a gather reads them: eight neighbours along v in one
/// load, wherever they begin.
///
/// [plane modulo support][u][real parts along v, imaginary parts]; a plane that the next group needs again stays.
struct ModelCells<Scalar: ImagingScalar> {
    typealias Lanes = SIMD8<Scalar>

    private let cells: UnsafeMutablePointer<Scalar>
    /// Where the planes under the kernel begin, in their order.
    private let places: UnsafeMutablePointer<UnsafePointer<Scalar>>
    /// Plane in each slot, or -1.
    private var held: [Int]
    private let reached: Int
    /// Cells along u, and along v in each of both parts.
    private let edge: Int

    init(_ memory: inout ScratchArena, _ scheme: GriddingScheme) {
        edge = tileEdge(support: scheme.support)
        cells = memory.take(scheme.planeSupport * 2 * edge * edge)
        places = memory.take(scheme.planeSupport)
        held = [Int](repeating: -1, count: scheme.planeSupport)
        reached = 15 + scheme.support
    }

    /// Planes under the kernel.
    var planes: Int { held.count }

    /// Sees to it that a tile's cells are there in the planes from one on.
    mutating func load(
        tileU: Int, tileV: Int, plane: Int, _ blocks: BlockMap, _ storage: BlockStorage<Scalar>
    ) {
        for layer in plane..<plane + planes {
            let slot = layer % planes
            places[layer - plane] = UnsafePointer(cells + slot * 2 * edge * edge)
            guard held[slot] != layer else { continue }
            held[slot] = layer
            let (nextU, nextV) = ((tileU + 1) % blocks.tilesU, (tileV + 1) % blocks.tilesV)
            func lines(_ u: Int, _ v: Int) -> UnsafeMutablePointer<ComplexLanes<Scalar>>? {
                blocks.block(u, v, layer).map { storage.lines($0) }
            }
            copy(lines(tileU, tileV), lines(tileU, nextV), to: slot, rows: 0..<16)
            copy(lines(nextU, tileV), lines(nextU, nextV), to: slot, rows: 16..<reached)
        }
    }

    /// Copies rows of a block and of what is reached of its neighbour along v; absent blocks are zeros.
    private func copy(
        _ block: UnsafeMutablePointer<ComplexLanes<Scalar>>?,
        _ next: UnsafeMutablePointer<ComplexLanes<Scalar>>?, to slot: Int, rows: Range<Int>
    ) {
        for u in rows {
            let row = cells + (slot * edge + u) * 2 * edge
            for eighth in 0..<edge / 8 {
                let line = (eighth < 2 ? block : next)?[16 * (eighth & 1) + u & 15] ?? .zero
                let target = UnsafeMutableRawPointer(row + 8 * eighth)
                target.storeBytes(of: line.real, as: Lanes.self)
                (target + MemoryLayout<Scalar>.stride * edge).storeBytes(of: line.imaginary, as: Lanes.self)
            }
        }
    }

    /// The sum of the cells under a kernel, from an offset on, as eight partial sums along v.
    @inline(__always) func gather<let support: Int>(
        _ offset: Int, _ kernels: ChannelKernels<Scalar>, planes: Int, _: Support<support>
    ) -> ComplexLanes<Scalar> {
        let size = MemoryLayout<Scalar>.stride
        var sum = ComplexLanes<Scalar>.zero
        for vector in 0..<Support<support>.vectors {
            var part = ComplexLanes<Scalar>.zero
            for plane in 0..<planes {
                let corner = UnsafeRawPointer(places[plane] + (offset &+ 8 &* vector))
                var layer = ComplexLanes<Scalar>.zero
                for u in 0..<support {
                    let row = corner + u &* size &* Support<support>.pitch
                    let cells = ComplexLanes<Scalar>(
                        row.loadUnaligned(as: Lanes.self),
                        row.loadUnaligned(
                            fromByteOffset: size &* Support<support>.edge, as: Lanes.self))
                    layer.add(cells, times: kernels.u(u))
                }
                part.add(layer, times: kernels.alongW[8 &* plane])
            }
            sum.real.add(part.real, times: kernels.alongV[8 &* vector])
            sum.imaginary.add(part.imaginary, times: kernels.alongV[8 &* vector])
        }
        return sum
    }
}
