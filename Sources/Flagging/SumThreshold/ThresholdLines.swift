/// One of the two layouts of SumThreshold's working image: windows run down its rows, lines lie side by side in vectors.
///
/// A marked island: a view of memory that its image owns; every index is made from `length`, `lines` and what follows from them.
struct ThresholdLines {
    /// As many samples as a vector holds.
    typealias Lanes = SIMD16<Int32>
    static let lanes = 16

    /// Samples of a line.
    let length: Int
    /// Lines side by side.
    let lines: Int
    /// 2 value + 1 where a sample is live, 0 where it is missing or flagged, [line / 16][sample][line % 16]: sums of these are twice the
    /// sums of the live samples, plus their number. After the last sample stands at least one row of zeros.
    let packed: UnsafeMutablePointer<Int32>
    /// -1 where the operator found something, below 0 where anyone did, [sample][padded line].
    let found: UnsafeMutablePointer<Int32>
    let foundStride: Int

    /// A view of memory of `capacity` numbers; its samples are to be written, all of them at first.
    init(length: Int, lines: Int, in memory: UnsafeMutablePointer<Int32>) {
        self.length = length
        self.lines = lines
        packed = memory
        found = memory + Self.packedCount(length, lines)
        foundStride = Plane.stride(channels: lines)
    }

    /// Numbers that a layout takes.
    static func capacity(length: Int, lines: Int) -> Int {
        packedCount(length, lines) + length * Plane.stride(channels: lines)
    }

    private static func packedCount(_ length: Int, _ lines: Int) -> Int {
        rows(of: length) * ((lines + lanes - 1) / lanes * lanes)
    }

    /// Rows of a vector of lines, with those of zeros.
    private static func rows(of length: Int) -> Int { (length + lanes) / lanes * lanes }

    /// The first of the vectors that hold the lines from a multiple of 16 on.
    @inline(__always)
    func top(_ column: Int) -> UnsafeMutablePointer<Int32> { packed + column * Self.rows(of: length) }

    /// Puts a single packed sample in.
    @inline(__always)
    func set(_ packed: Int32, row: Int, line: Int) {
        let block = line / Self.lanes * Self.lanes
        top(block)[row * Self.lanes + line - block] = packed
    }

    /// Makes all samples missing, and the padding.
    func clear() { packed.update(repeating: 0, count: Self.packedCount(length, lines)) }

    /// Makes what lies behind the last samples of all lines missing, which is never written.
    func clearPadding() {
        let rows = Self.rows(of: length)
        for column in stride(from: 0, to: lines, by: Self.lanes) {
            (top(column) + length * Self.lanes).update(repeating: 0, count: (rows - length) * Self.lanes)
        }
    }

    /// Forgets what was found.
    func clearFound() { found.update(repeating: 0, count: length * foundStride) }

    /// Takes over a square of the other layout's samples: 16 rows of it, from a line of this one on, are 16 lines here, from a row on.
    @inline(__always)
    func turn(_ square: UnsafeMutablePointer<Int32>, from line: Int, to row: Int) {
        Transposition(rows: Self.lanes, columns: Self.lanes).apply(
            square, stride: Self.lanes, to: top(line) + row * Self.lanes, stride: Self.lanes)
    }
}
