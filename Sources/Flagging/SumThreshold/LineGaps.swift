/// Where the samples of lines stand once their missing ones are taken out and the others moved together.
///
/// A marked island: planes have the shape and stride of their layout's `found`.
final class LineGaps {
    typealias Lanes = SIMD16<Int32>

    /// Samples that each line has, padded.
    private let lengths: UnsafeMutablePointer<Int32>
    /// The row of a sample that stands in a row now, [row now][padded line].
    private let origins: UnsafeMutablePointer<Int32>
    /// The row in which a sample stands now, [row][padded line].
    private let places: UnsafeMutablePointer<Int32>
    private let stride: Int

    private let size: Int

    init(length: Int, lines: Int) {
        stride = Plane.stride(channels: lines)
        size = (2 * length + 1) * stride
        origins = Scratch.take(size, of: Int32.self)
        origins.update(repeating: 0, count: size)
        places = origins + length * stride
        lengths = places + length * stride
    }

    deinit { Scratch.give(origins, size) }

    /// Takes the next sample of a line.
    func append(row: Int, line: Int) {
        let end = Int(lengths[line])
        origins[end * stride + line] = Int32(row)
        places[row * stride + line] = Int32(end)
        lengths[line] += 1
    }

    /// Samples of 16 lines from one on.
    @inline(__always)
    func lengths(_ column: Int) -> Lanes { lengths.lanes(column) }

    /// Samples of a line.
    func length(_ line: Int) -> Int { Int(lengths[line]) }

    /// The row from which a sample came.
    @inline(__always)
    func origin(_ row: Int, _ line: Int) -> Int { Int(origins[row * stride + line]) }

    /// The row in which a sample stands now.
    @inline(__always)
    func place(_ row: Int, _ line: Int) -> Int { Int(places[row * stride + line]) }
}
