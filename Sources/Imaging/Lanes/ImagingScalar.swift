/// A number of which grids, kernels and transforms are made: single or double precision.
///
/// The kernels are written once and compiled for each of the two. What they do with eight numbers at once are
/// requirements, so that each is the instructions of the type and not a loop over its lanes.
protocol ImagingScalar: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Sendable, Codable
where
    SIMD2Storage: BitwiseCopyable & Sendable, SIMD8Storage: BitwiseCopyable & Sendable,
    SIMD16Storage: BitwiseCopyable & Sendable
{
    typealias Lanes = SIMD8<Self>

    static var precision: Precision { get }
    /// Rows of complex lanes whose sums fit the processor's registers.
    static var rowsInRegisters: Int { get }

    static func repeated(_ value: Self) -> Lanes
    static func sum(_ a: Lanes, _ b: Lanes) -> Lanes
    static func difference(_ a: Lanes, _ b: Lanes) -> Lanes
    static func product(_ a: Lanes, _ b: Lanes) -> Lanes
    static func quotient(_ a: Lanes, _ b: Lanes) -> Lanes
    static func negative(_ a: Lanes) -> Lanes
    /// a b + c, rounded once where the processor can.
    static func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes
    /// Lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7 of four vectors, each four side by side.
    static func fours(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> (Lanes, Lanes, Lanes, Lanes)
    /// The lower halves of two vectors.
    static func lowHalves(_ a: Lanes, _ b: Lanes) -> Lanes
    /// The upper halves of two vectors.
    static func highHalves(_ a: Lanes, _ b: Lanes) -> Lanes
    /// Even lanes of two vectors, those of the first one first.
    static func even(_ a: Lanes, _ b: Lanes) -> Lanes
    /// Odd lanes of two vectors, those of the first one first.
    static func odd(_ a: Lanes, _ b: Lanes) -> Lanes

    /// Stores lanes past the caches, on a boundary of their size; a fence must come before another thread reads them.
    static func stream(_ lanes: Lanes, to address: UnsafeMutableRawPointer)

    /// Doubles rounded to this precision.
    static func rounded(_ doubles: SIMD8<Double>) -> Lanes
    /// Single-precision numbers in this precision.
    static func lanes(_ singles: SIMD8<Float>) -> Lanes
    /// Lanes rounded to single precision.
    static func singles(_ lanes: Lanes) -> SIMD8<Float>
    /// Cosine and sine of angles in turns, as exact as a double resolves them and this precision holds them.
    static func phasor(turns: SIMD8<Double>) -> (cosine: Lanes, sine: Lanes)
}

extension ImagingScalar {
    /// Whether kernels cover more than one vector of cells.
    static var isWide: Bool { precision.widestSupport > 8 }
}

/// Arithmetic by the scalar's own instructions.
extension SIMD8 where Scalar: ImagingScalar {
    @inline(__always) static func + (a: Self, b: Self) -> Self { Scalar.sum(a, b) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { Scalar.difference(a, b) }
    @inline(__always) static func * (a: Self, b: Self) -> Self { Scalar.product(a, b) }
    @inline(__always) static func * (a: Self, b: Scalar) -> Self { Scalar.product(a, Scalar.repeated(b)) }
    @inline(__always) static func / (a: Self, b: Scalar) -> Self { Scalar.quotient(a, Scalar.repeated(b)) }
    @inline(__always) static func += (a: inout Self, b: Self) { a = Scalar.sum(a, b) }

    /// Adds a product, rounded once where the processor can.
    @inline(__always) mutating func add(_ a: Self, times b: Self) { self = Scalar.multiplyAdd(a, b, self) }

    /// This times `a` plus `b`: a step of Horner's rule.
    @inline(__always) func times(_ a: Self, plus b: Self) -> Self { Scalar.multiplyAdd(self, a, b) }
    /// This times `a` minus `b`.
    @inline(__always) func times(_ a: Self, minus b: Self) -> Self {
        Scalar.multiplyAdd(self, a, Scalar.negative(b))
    }
}
