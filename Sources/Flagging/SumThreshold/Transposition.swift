/// The turn of a plane of 32-bit samples, in squares of four by four.
///
/// A marked island: both planes hold `rows` x `columns` samples at the strides they are given.
struct Transposition {
    private typealias Square = SIMD4<Int32>

    let rows: Int
    let columns: Int

    /// Copies sample [row][column] of one plane to [column][row] of another.
    func apply(
        _ source: UnsafePointer<Int32>, stride sourceStride: Int, to target: UnsafeMutablePointer<Int32>,
        stride targetStride: Int
    ) {
        let (evenRows, evenColumns) = (rows / 4 * 4, columns / 4 * 4)
        for row in Swift.stride(from: 0, to: evenRows, by: 4) {
            let from = source + row * sourceStride
            for column in Swift.stride(from: 0, to: evenColumns, by: 4) {
                let a = Self.load(from + column)
                let b = Self.load(from + column + sourceStride)
                let c = Self.load(from + column + 2 * sourceStride)
                let d = Self.load(from + column + 3 * sourceStride)
                let to = target + column * targetStride + row
                Self.store(Square(a[0], b[0], c[0], d[0]), to)
                Self.store(Square(a[1], b[1], c[1], d[1]), to + targetStride)
                Self.store(Square(a[2], b[2], c[2], d[2]), to + 2 * targetStride)
                Self.store(Square(a[3], b[3], c[3], d[3]), to + 3 * targetStride)
            }
        }
        for row in 0..<rows {
            for column in (row < evenRows ? evenColumns : 0)..<columns {
                target[column * targetStride + row] = source[row * sourceStride + column]
            }
        }
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Int32>) -> Square {
        UnsafeRawPointer(pointer).loadUnaligned(as: Square.self)
    }

    @inline(__always)
    private static func store(_ lanes: Square, _ pointer: UnsafeMutablePointer<Int32>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Square.self)
    }
}
