/// Rows of real samples padded to whole vectors, owned by one kernel: the unit of work of the autoflagger.
///
/// A marked island: callers stay within `rows` and `stride`, a multiple of the vector length.
final class Plane {
    /// A vector of samples.
    typealias Lanes = SIMD16<Float>
    static let lanes = 16

    let rows: Int
    let stride: Int
    let samples: UnsafeMutablePointer<Float>
    private let isLasting: Bool

    /// A plane of zeros, or one that is to be filled whole.
    init(rows: Int, stride: Int, cleared: Bool = true) {
        self.rows = rows
        self.stride = stride
        isLasting = false
        samples = Scratch.take(rows * stride, of: Float.self)
        if cleared { samples.update(repeating: 0, count: rows * stride) }
    }

    /// A plane of zeros that is kept from hop to hop, with just the memory that it takes.
    init(lasting rows: Int, stride: Int) {
        self.rows = rows
        self.stride = stride
        isLasting = true
        samples = .allocate(capacity: rows * stride)
        samples.initialize(repeating: 0, count: rows * stride)
    }

    deinit {
        if isLasting { samples.deallocate() } else { Scratch.give(samples, count) }
    }

    /// Samples in all rows, padding included.
    var count: Int { rows * stride }

    /// Samples of a row rounded up to whole vectors, and away from multiples of 256 bytes in long rows: down a column they
    /// would compete for few sets of the cache.
    static func stride(channels: Int) -> Int {
        let whole = (channels + lanes - 1) / lanes * lanes
        return whole >= 128 && whole % 64 == 0 ? whole + lanes : whole
    }
}

extension UnsafeMutablePointer<Float> {
    /// A vector of samples from an index on.
    @inline(__always)
    func lanes(_ index: Int) -> SIMD16<Float> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// Puts a vector of samples from an index on.
    @inline(__always)
    func setLanes(_ index: Int, _ lanes: SIMD16<Float>) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: SIMD16<Float>.self)
    }
}

extension UnsafeRawPointer {
    /// Thirty-two values as those at even and those at odd places, such as real and imaginary parts: a vector of 32 would be taken apart
    /// by a call.
    @inline(__always)
    var evenAndOdd: (even: SIMD16<Float>, odd: SIMD16<Float>) {
        let first = loadUnaligned(as: SIMD16<Float>.self)
        let second = loadUnaligned(fromByteOffset: 64, as: SIMD16<Float>.self)
        return (
            SIMD16(lowHalf: first.evenHalf, highHalf: second.evenHalf),
            SIMD16(lowHalf: first.oddHalf, highHalf: second.oddHalf)
        )
    }
}

/// Half a vector of samples, for loops that keep so many sums at once that whole ones leave the registers.
typealias Half = SIMD8<Float>

extension UnsafeMutablePointer<Float> {
    /// Half a vector of samples from an index on.
    @inline(__always)
    func half(_ index: Int) -> Half { UnsafeRawPointer(self + index).loadUnaligned(as: Half.self) }

    /// Puts half a vector of samples from an index on.
    @inline(__always)
    func setHalf(_ index: Int, _ half: Half) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: half, as: Half.self)
    }
}

extension SIMD16<Float> {
    /// A vector of two halves whose lanes take turns.
    @inline(__always)
    init(alternating even: Half, _ odd: Half) {
        self.init()
        (evenHalf, oddHalf) = (even, odd)
    }
}

/// The lesser lanes of two halves of vectors.
@inline(__always)
func lesser(_ a: Half, _ b: Half) -> Half { a.replacing(with: b, where: b .< a) }

extension UnsafeMutablePointer<Int32> {
    /// A vector of integers from an index on.
    @inline(__always)
    func lanes(_ index: Int) -> SIMD16<Int32> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD16<Int32>.self)
    }

    /// Puts a vector of integers from an index on.
    @inline(__always)
    func setLanes(_ index: Int, _ lanes: SIMD16<Int32>) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: SIMD16<Int32>.self)
    }
}

// `.<`, `.>` and `replacing` of whole vectors of these very types are single instructions; `pointwiseMin`, `.==` and
// comparisons with a scalar take the lanes one by one.

/// The lesser lanes of two vectors.
@inline(__always)
func lesser(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a.replacing(with: b, where: b .< a) }

/// The greater lanes of two vectors.
@inline(__always)
func greater(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a.replacing(with: b, where: a .< b) }

/// The square roots of lanes without their signs: of those that might be negative each would be looked at by itself.
@inline(__always)
func rootOfMagnitude(_ a: SIMD16<Float>) -> SIMD16<Float> {
    let bits = unsafeBitCast(a, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF
    return unsafeBitCast(bits, to: SIMD16<Float>.self).squareRoot()
}

/// A mask as words, all bits of a lane set or none.
@inline(__always)
func words(_ mask: SIMDMask<SIMD16<Int32>>) -> SIMD16<Int32> {
    unsafeBitCast(mask, to: SIMD16<Int32>.self)
}

/// The lanes of a vector, of another one where the words of a mask are all ones.
@inline(__always)
func blend(_ a: SIMD16<Float>, _ b: SIMD16<Float>, where words: SIMD16<Int32>) -> SIMD16<Float> {
    let (kept, others) = (unsafeBitCast(a, to: SIMD16<Int32>.self), unsafeBitCast(b, to: SIMD16<Int32>.self))
    return unsafeBitCast((kept & ~words) | (others & words), to: SIMD16<Float>.self)
}

/// The lesser lanes of two vectors.
@inline(__always)
func lesser(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> { a.replacing(with: b, where: b .< a) }

/// The greater lanes of two vectors.
@inline(__always)
func greater(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> { a.replacing(with: b, where: a .< b) }

/// The lesser lanes of two pairs.
@inline(__always)
func lesser(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> { a.replacing(with: b, where: b .< a) }

/// The greater lanes of two pairs.
@inline(__always)
func greater(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> { a.replacing(with: b, where: a .< b) }
