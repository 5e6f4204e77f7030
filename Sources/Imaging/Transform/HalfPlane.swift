// An island of unsafe code: lines of a half-transformed plane, written by one thread per tile row.

/// A w plane after its transform along u: strips of eight columns, each with the occupied cells along v.
struct HalfPlane: Sendable {
    let strips: Int
    let pitch: Int
    let buffer: LineBuffer

    init(width: Int, rows: Int) {
        strips = (width + 7) / 8
        pitch = Self.pitch(rows)
        buffer = LineBuffer(strips * pitch)
    }

    /// Lines of a strip with so many tile rows: odd, so that strips do not fall on the same cache sets.
    static func pitch(_ rows: Int) -> Int { rows * BlockMap.edge | 1 }

    /// The first of the 16 lines of a tile row in a strip; lane = column.
    func lines(strip: Int, slot: Int) -> UnsafeMutablePointer<ComplexLanes> {
        buffer.lines + strip * pitch + slot * BlockMap.edge
    }
}
