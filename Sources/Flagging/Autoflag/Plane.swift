/// Rows of real samples padded to whole vectors, owned by one kernel: the unit of work of the autoflagger.
///
/// A marked island: callers stay within `rows` and `stride`, a multiple of the vector length.
final class Plane {
    /// Samples of a vector.
    typealias Lanes = SIMD16<Float>
    static let lanes = 16

    let rows: Int
    let stride: Int
    let samples: UnsafeMutablePointer<Float>

    /// A plane of zeros.
    init(rows: Int, stride: Int) {
        self.rows = rows
        self.stride = stride
        samples = .allocate(capacity: rows * stride)
        samples.initialize(repeating: 0, count: rows * stride)
    }

    deinit { samples.deallocate() }

    /// Samples of a row rounded up to whole vectors.
    static func stride(channels: Int) -> Int { (channels + lanes - 1) / lanes * lanes }

    /// A vector of samples.
    @inline(__always)
    func load(_ index: Int) -> Lanes { samples.lanes(index) }

    /// Puts a vector of samples.
    @inline(__always)
    func store(_ index: Int, _ lanes: Lanes) { samples.setLanes(index, lanes) }
}

extension UnsafeMutablePointer<Float> {
    /// A vector of samples from an index on.
    @inline(__always)
    func lanes(_ index: Int) -> Plane.Lanes {
        UnsafeRawPointer(self + index).loadUnaligned(as: Plane.Lanes.self)
    }

    /// Puts a vector of samples from an index on.
    @inline(__always)
    func setLanes(_ index: Int, _ lanes: Plane.Lanes) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Plane.Lanes.self)
    }
}
