// An island of unsafe code: lines of a half-transformed plane, written by one thread per tile row.

/// A w plane after its transform along u: strips of eight columns, each with the occupied cells along v.
struct HalfPlane<Scalar: ImagingScalar>: Sendable {
    let strips: Int
    let pitch: Int
    let buffer: LineBuffer<Scalar>
    /// Whether it is larger than caches: what is written then had better go past them.
    let isLarge: Bool

    /// What caches may hold of it, as a rule.
    static var cacheBytes: Int { 16 << 20 }

    init(width: Int, rows: Int, cacheBytes: Int) {
        strips = (width + 7) / 8
        pitch = linesOfStrip(tileRows: rows)
        buffer = LineBuffer(strips * pitch)
        isLarge = buffer.count * MemoryLayout<ComplexLanes<Scalar>>.stride > cacheBytes
    }

    /// The first of the 16 lines of a tile row in a strip; lane = column.
    func lines(strip: Int, slot: Int) -> UnsafeMutablePointer<ComplexLanes<Scalar>> {
        buffer.lines + strip * pitch + slot * BlockMap.edge
    }
}

/// Lines of a strip with so many tile rows: odd, so that strips do not fall on the same cache sets.
func linesOfStrip(tileRows: Int) -> Int { tileRows * BlockMap.edge | 1 }
