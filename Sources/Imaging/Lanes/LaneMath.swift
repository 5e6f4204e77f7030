import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eight values side by side: rows, columns, channels or cells of a kernel.
typealias Lanes = SIMD8<Float>

/// Complex numbers of eight lanes, 64 bytes: one cache line.
struct ComplexLanes: BitwiseCopyable, Sendable {
    var real: Lanes
    var imaginary: Lanes

    @inline(__always) init(_ real: Lanes, _ imaginary: Lanes) {
        self.real = real
        self.imaginary = imaginary
    }

    init(repeating value: SIMD2<Float>) {
        self.init(Lanes(repeating: value.x), Lanes(repeating: value.y))
    }

    @inline(__always) static var zero: ComplexLanes { ComplexLanes(.zero, .zero) }

    @inline(__always) static func + (a: Self, b: Self) -> Self {
        ComplexLanes(a.real + b.real, a.imaginary + b.imaginary)
    }
    @inline(__always) static func - (a: Self, b: Self) -> Self {
        ComplexLanes(a.real - b.real, a.imaginary - b.imaginary)
    }
    @inline(__always) static func * (a: Self, b: Self) -> Self {
        ComplexLanes(
            a.real * b.real - a.imaginary * b.imaginary, a.imaginary * b.real + a.real * b.imaginary)
    }
    @inline(__always) static func * (a: Self, scale: Float) -> Self {
        ComplexLanes(a.real * scale, a.imaginary * scale)
    }
    /// Multiplied by a complex number.
    @inline(__always) func turned(_ factor: SIMD2<Float>) -> Self {
        ComplexLanes(real * factor.x - imaginary * factor.y, imaginary * factor.x + real * factor.y)
    }
    /// Real and imaginary parts exchanged: i times the conjugate.
    @inline(__always) var exchanged: Self { ComplexLanes(imaginary, real) }
    /// Adds a real multiple.
    @inline(__always) mutating func add(_ a: Self, times scale: Float) {
        let scale = Lanes(repeating: scale)
        real.add(a.real, times: scale)
        imaginary.add(a.imaginary, times: scale)
    }
    /// Multiplied by -i.
    @inline(__always) var turnedBack: Self { ComplexLanes(imaginary, -real) }
}

extension Lanes {
    /// Adds a product, rounded once where the processor can.
    @inline(__always) mutating func add(_ a: Lanes, times b: Lanes) {
        self = sluice_lanes_multiply_add(a, b, self)
    }

    /// This times `a` plus `b`: a step of Horner's rule.
    @inline(__always) func times(_ a: Lanes, plus b: Lanes) -> Lanes { sluice_lanes_multiply_add(self, a, b) }
}

/// exp(-2πi k / n).
func unitRoot(_ k: Int, _ n: Int) -> SIMD2<Float> {
    let angle = -2 * Double.pi * Double(k % n) / Double(n)
    return SIMD2(Float(cos(angle)), Float(sin(angle)))
}
