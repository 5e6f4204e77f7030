// An island of unsafe code: the cells that a tile and its halo hold in the first-level cache.

/// The cells of a tile and its halo in the planes under a kernel, [plane][u][real, imaginary][v].
///
/// Eight cells along v are a vector, at any offset. A tile's samples come by ascending first plane: a plane that no later
/// sample reaches is added to its blocks and its room used for the next. Only cells that were touched are added and cleared.
struct SubGrid {
    /// Cells along u, and along v in each of both parts: a tile and the most that supports reach beyond it.
    static let edge = 24
    /// Numbers from one u to the next: an odd number of cache lines.
    static let pitch = 2 * edge
    private static let planeSize = edge * pitch

    private let cells: UnsafeMutablePointer<Float>
    /// First cells v, as bits, of the samples at each of 16 u, [plane][u].
    private let touched: UnsafeMutablePointer<UInt16>
    let support: Int
    let planes: Int
    /// The room of the lowest plane.
    private var first = 0

    static func byteCount(planes: Int) -> Int { planes * (planeSize * 4 + 64) }

    init(_ scratch: inout Scratch, support: Int, planes: Int) {
        self.support = support
        self.planes = planes
        cells = scratch.take(planes * Self.planeSize)
        touched = scratch.take(planes * 32)
        cells.update(repeating: 0, count: planes * Self.planeSize)
        touched.update(repeating: 0, count: planes * 32)
    }

    private func room(_ plane: Int) -> Int {
        let room = first + plane
        return room < planes ? room : room - planes
    }

    /// The cell (0, 0) of a plane, counted from the lowest.
    @inline(__always) func corner(_ plane: Int) -> UnsafeMutablePointer<Float> {
        cells + room(plane) * Self.planeSize
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
    func flush(_ plane: Int, to blocks: PlaneBlocks) {
        let room = room(plane)
        let (marks, start) = (touched + 32 * room, cells + room * Self.planeSize)
        // Bits of the first cells whose supports reach cells 8 ... 15 and 16 ... 23.
        let (middle, upper) = (UInt16.max << UInt16(9 - support), UInt16.max << UInt16(17 - support))
        for u in 0..<15 + support {
            var begun: UInt16 = 0
            for mark in max(u - support + 1, 0)...min(u, 15) { begun |= marks[mark] }
            guard begun != 0 else { continue }
            let row = start + u * Self.pitch
            let (tile, next) = u < 16 ? (blocks.here, blocks.nextV) : (blocks.nextU, blocks.corner)
            if begun & 0xff != 0, let tile { Self.move(row, to: tile + (u & 15)) }
            if begun & middle != 0, let tile { Self.move(row + 8, to: tile + (16 + (u & 15))) }
            if begun & upper != 0, let next { Self.move(row + 16, to: next + (u & 15)) }
        }
        marks.update(repeating: 0, count: 16)
    }

    /// Adds eight cells to a line and clears them.
    @inline(__always) private static func move(
        _ cells: UnsafeMutablePointer<Float>, to line: UnsafeMutablePointer<ComplexLanes>
    ) {
        let (real, imaginary) = (UnsafeMutableRawPointer(cells), UnsafeMutableRawPointer(cells + edge))
        line.pointee.real += real.load(as: Lanes.self)
        line.pointee.imaginary += imaginary.load(as: Lanes.self)
        real.storeBytes(of: .zero, as: Lanes.self)
        imaginary.storeBytes(of: .zero, as: Lanes.self)
    }
}

/// First lines of the blocks of one plane that a tile's supports reach; nil where no sample does.
struct PlaneBlocks {
    var here: UnsafeMutablePointer<ComplexLanes>?
    var nextU: UnsafeMutablePointer<ComplexLanes>?
    var nextV: UnsafeMutablePointer<ComplexLanes>?
    var corner: UnsafeMutablePointer<ComplexLanes>?
}
