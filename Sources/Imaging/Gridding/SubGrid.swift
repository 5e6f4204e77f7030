// An island of unsafe code: the cells that a tile and its halo hold in the first-level cache.

/// The cells of a tile and its halo in the planes under a kernel, [plane][u][real, imaginary][v].
///
/// Eight cells along v are a vector, at any offset. A tile's samples come by ascending first plane: a plane that no later
/// sample reaches is added to its blocks and its room used for the next. Only cells that were touched are added and cleared.
struct SubGrid<Scalar: ImagingScalar> {
    private let cells: UnsafeMutablePointer<Scalar>
    /// First cells v, as bits, of the samples at each of 16 u, [plane][u].
    private let touched: UnsafeMutablePointer<UInt16>
    let support: Int
    let planes: Int
    /// Cells along u, and along v in each of both parts.
    private let edge: Int
    /// The room of the lowest plane.
    private var first = 0

    static func byteCount(support: Int, planes: Int) -> Int {
        let edge = tileEdge(support: support)
        return planes * (2 * edge * edge * MemoryLayout<Scalar>.stride + 64)
    }

    init(_ scratch: inout ScratchArena, support: Int, planes: Int) {
        self.support = support
        self.planes = planes
        edge = tileEdge(support: support)
        cells = scratch.take(planes * 2 * edge * edge)
        touched = scratch.take(planes * 32)
        cells.update(repeating: 0, count: planes * 2 * edge * edge)
        touched.update(repeating: 0, count: planes * 32)
    }

    private func room(_ plane: Int) -> Int {
        let room = first + plane
        return room < planes ? room : room - planes
    }

    /// The cell (0, 0) of a plane, counted from the lowest.
    @inline(__always) func corner(_ plane: Int) -> UnsafeMutablePointer<Scalar> {
        cells + room(plane) &* 2 &* edge &* edge
    }

    /// Notes the cells, [u] with v as bits, at which samples began.
    func note(_ begun: UnsafePointer<UInt16>) {
        for plane in 0..<planes {
            let marks = touched + 32 * room(plane)
            for u in 0..<16 { marks[u] |= begun[u] }
        }
    }

    /// Forgets the lowest plane, which has been flushed, and makes its room that of the next one above.
    mutating func advance() { first = first + 1 == planes ? 0 : first + 1 }

    /// Adds a plane, counted from the lowest, to its blocks and clears it.
    func flush(_ plane: Int, to blocks: PlaneBlocks<Scalar>) {
        let (marks, start) = (touched + 32 * room(plane), corner(plane))
        for u in 0..<15 + support {
            var begun: UInt16 = 0
            for mark in max(u - support + 1, 0)...min(u, 15) { begun |= marks[mark] }
            guard begun != 0 else { continue }
            let row = start + u * 2 * edge
            let (tile, next) = u < 16 ? (blocks.here, blocks.nextV) : (blocks.nextU, blocks.corner)
            for eighth in 0..<edge / 8 where begun & reaching(eighth) != 0 {
                guard let block = eighth < 2 ? tile : next else { continue }
                move(row + 8 * eighth, to: block + (16 * (eighth & 1) + u & 15))
            }
        }
        marks.update(repeating: 0, count: 16)
    }

    /// Bits of the first cells whose supports reach cells of an eighth: 8 ... 15 of the second one, and so on.
    @inline(__always) private func reaching(_ eighth: Int) -> UInt16 {
        eighth == 0 ? 0xff : UInt16.max << UInt16(max(8 * eighth + 1 - support, 0))
    }

    /// Adds eight cells to a line and clears them.
    @inline(__always) private func move(
        _ cells: UnsafeMutablePointer<Scalar>, to line: UnsafeMutablePointer<ComplexLanes<Scalar>>
    ) {
        let (real, imaginary) = (UnsafeMutableRawPointer(cells), UnsafeMutableRawPointer(cells + edge))
        line.pointee.real += real.load(as: SIMD8<Scalar>.self)
        line.pointee.imaginary += imaginary.load(as: SIMD8<Scalar>.self)
        real.storeBytes(of: .zero, as: SIMD8<Scalar>.self)
        imaginary.storeBytes(of: .zero, as: SIMD8<Scalar>.self)
    }
}

/// First lines of the blocks of one plane that a tile's supports reach; nil where no sample does.
struct PlaneBlocks<Scalar: ImagingScalar> {
    var here: UnsafeMutablePointer<ComplexLanes<Scalar>>?
    var nextU: UnsafeMutablePointer<ComplexLanes<Scalar>>?
    var nextV: UnsafeMutablePointer<ComplexLanes<Scalar>>?
    var corner: UnsafeMutablePointer<ComplexLanes<Scalar>>?
}
