#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eight single-precision values side by side: rows, columns, channels or cells of a kernel.
typealias Lanes = SIMD8<Float>

/// Complex numbers of eight lanes: one cache line in single precision, two in double.
struct ComplexLanes<Scalar: ImagingScalar>: BitwiseCopyable, Sendable {
    typealias Lanes = SIMD8<Scalar>

    var real: Lanes
    var imaginary: Lanes

    @inline(__always) init(_ real: Lanes, _ imaginary: Lanes) {
        self.real = real
        self.imaginary = imaginary
    }

    init(repeating value: SIMD2<Scalar>) {
        self.init(Lanes(repeating: value.x), Lanes(repeating: value.y))
    }

    @inline(__always) static var zero: Self { Self(.zero, .zero) }

    @inline(__always) static func + (a: Self, b: Self) -> Self {
        Self(a.real + b.real, a.imaginary + b.imaginary)
    }
    @inline(__always) static func - (a: Self, b: Self) -> Self {
        Self(a.real - b.real, a.imaginary - b.imaginary)
    }
    @inline(__always) static func * (a: Self, b: Self) -> Self {
        Self(
            a.real.times(b.real, minus: a.imaginary * b.imaginary),
            a.imaginary.times(b.real, plus: a.real * b.imaginary))
    }
    @inline(__always) static func * (a: Self, scale: Scalar) -> Self {
        Self(a.real * scale, a.imaginary * scale)
    }
    /// Multiplied by a complex number, of which all lanes get a copy straight from memory.
    @inline(__always) func turned(_ factor: UnsafePointer<SIMD2<Scalar>>) -> Self {
        let parts = UnsafeRawPointer(factor).assumingMemoryBound(to: Scalar.self)
        return self * Self(Scalar.repeated(parts[0]), Scalar.repeated(parts[1]))
    }
    /// Real and imaginary parts exchanged: i times the conjugate.
    @inline(__always) var exchanged: Self { Self(imaginary, real) }
    /// Adds a real multiple.
    @inline(__always) mutating func add(_ a: Self, times scale: Scalar) {
        let scale = Scalar.repeated(scale)
        real.add(a.real, times: scale)
        imaginary.add(a.imaginary, times: scale)
    }
    /// This plus a real multiple.
    @inline(__always) func plus(_ a: Self, times scale: Scalar) -> Self {
        var sum = self
        sum.add(a, times: scale)
        return sum
    }
    /// Multiplied by -i.
    @inline(__always) var turnedBack: Self { Self(imaginary, Scalar.negative(real)) }
}

/// exp(-2πi k / n).
func unitRoot<Scalar: ImagingScalar>(_ k: Int, _ n: Int) -> SIMD2<Scalar> {
    let angle = -2 * Double.pi * Double(k % n) / Double(n)
    return SIMD2(Scalar(cos(angle)), Scalar(sin(angle)))
}
