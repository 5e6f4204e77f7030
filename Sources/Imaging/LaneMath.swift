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

    static var zero: ComplexLanes { ComplexLanes(.zero, .zero) }

    @inline(__always) static func + (a: Self, b: Self) -> Self {
        ComplexLanes(a.real + b.real, a.imaginary + b.imaginary)
    }
    @inline(__always) static func - (a: Self, b: Self) -> Self {
        ComplexLanes(a.real - b.real, a.imaginary - b.imaginary)
    }
    @inline(__always) static func * (a: Self, w: SIMD2<Float>) -> Self {
        ComplexLanes(a.real * w.x - a.imaginary * w.y, a.imaginary * w.x + a.real * w.y)
    }
    @inline(__always) static func * (a: Self, scale: Float) -> Self {
        ComplexLanes(a.real * scale, a.imaginary * scale)
    }
    /// Multiplied by -i.
    @inline(__always) var turnedBack: Self { ComplexLanes(imaginary, -real) }
}

/// Adding and subtracting it rounds a double to the nearest integer, which then stands in its low bits: no trap, no
/// call, the same on every processor.
let roundingMagic = 6755399441055744.0

/// Cosine and sine of angles in turns; the whole turns are taken off in double precision, so that the phase is right
/// to 2e-7 for any number of turns that a double resolves.
@inline(__always) func phasor(turns: SIMD8<Double>) -> (cosine: Lanes, sine: Lanes) {
    let whole = (turns + roundingMagic) - roundingMagic
    let fraction = Lanes(turns - whole)
    // Fold to a quarter turn each side: half turns change the sign of both.
    let halves = (fraction * 2 + 12_582_912) - 12_582_912
    let y = fraction - halves * 0.5
    let sign = 1 - 2 * (halves * halves)
    let z = y * y
    var cosine = Lanes(repeating: -24.98183611)
    cosine = cosine * z + 60.14395233
    cosine = cosine * z - 85.4535682
    cosine = cosine * z + 64.93934655
    cosine = cosine * z - 19.73920855
    cosine = cosine * z + 1
    var sine = Lanes(repeating: 39.76072208)
    sine = sine * z - 76.58128456
    sine = sine * z + 81.60248074
    sine = sine * z - 41.34168067
    sine = sine * z + 6.28318528
    return (cosine * sign, sine * y * sign)
}
