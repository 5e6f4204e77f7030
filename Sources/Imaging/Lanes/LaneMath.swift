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

    static var zero: ComplexLanes { ComplexLanes(.zero, .zero) }

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
    /// Multiplied by x + iy.
    @inline(__always) func turned(_ x: Float, _ y: Float) -> Self {
        ComplexLanes(real * x - imaginary * y, imaginary * x + real * y)
    }
    /// Real and imaginary parts exchanged: i times the conjugate.
    @inline(__always) var exchanged: Self { ComplexLanes(imaginary, real) }
    /// Multiplied by -i.
    @inline(__always) var turnedBack: Self { ComplexLanes(imaginary, -real) }
}

/// exp(-2πi k / n).
func unitRoot(_ k: Int, _ n: Int) -> SIMD2<Float> {
    let angle = -2 * Double.pi * Double(k % n) / Double(n)
    return SIMD2(Float(cos(angle)), Float(sin(angle)))
}

extension UnsafePointer<ComplexLanes> {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose(into output: UnsafeMutablePointer<ComplexLanes>) {
        var real = Octet(
            self[0].real, self[1].real, self[2].real, self[3].real, self[4].real, self[5].real,
            self[6].real, self[7].real)
        var imaginary = Octet(
            self[0].imaginary, self[1].imaginary, self[2].imaginary, self[3].imaginary,
            self[4].imaginary, self[5].imaginary, self[6].imaginary, self[7].imaginary)
        for _ in 0..<3 {
            real = real.dealt
            imaginary = imaginary.dealt
        }
        output[0] = ComplexLanes(real.a, imaginary.a)
        output[1] = ComplexLanes(real.b, imaginary.b)
        output[2] = ComplexLanes(real.c, imaginary.c)
        output[3] = ComplexLanes(real.d, imaginary.d)
        output[4] = ComplexLanes(real.e, imaginary.e)
        output[5] = ComplexLanes(real.f, imaginary.f)
        output[6] = ComplexLanes(real.g, imaginary.g)
        output[7] = ComplexLanes(real.h, imaginary.h)
    }
}

extension UnsafeMutablePointer<ComplexLanes> {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose(into output: UnsafeMutablePointer<ComplexLanes>) {
        UnsafePointer(self).transpose(into: output)
    }
}

/// Eight vectors of eight lanes.
private struct Octet {
    let a, b, c, d, e, f, g, h: Lanes

    @inline(__always) init(
        _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ e: Lanes, _ f: Lanes, _ g: Lanes, _ h: Lanes
    ) {
        (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h) = (a, b, c, d, e, f, g, h)
    }

    /// The 64 values dealt to two hands, even ones first: rotates the six bits of their index by one; three times is
    /// a transposition.
    @inline(__always) var dealt: Octet {
        let (ab, cd) = (SIMD16(lowHalf: a, highHalf: b), SIMD16(lowHalf: c, highHalf: d))
        let (ef, gh) = (SIMD16(lowHalf: e, highHalf: f), SIMD16(lowHalf: g, highHalf: h))
        return Octet(
            ab.evenHalf, cd.evenHalf, ef.evenHalf, gh.evenHalf, ab.oddHalf, cd.oddHalf, ef.oddHalf, gh.oddHalf
        )
    }
}
