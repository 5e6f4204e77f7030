import CPlatform

/// Adding and subtracting it rounds a double to the nearest integer, which then stands in its low bits: no trap, no
/// call, the same on every processor.
@inlinable public var roundingMagic: Double { @inline(__always) get { 6755399441055744.0 } }

/// Cosine and sine of angles in turns; the whole turns are taken off in double precision, so that the phase is right
/// to 2e-7 for any number of turns that a double resolves.
@inlinable @inline(__always) public func phasor(
    turns: SIMD8<Double>
) -> (cosine: SIMD8<Float>, sine: SIMD8<Float>) {
    let whole = (turns + roundingMagic) - roundingMagic
    let fraction = sluice_lanes_of_doubles(turns - whole)
    // Fold to a quarter turn each side: half turns change the sign of both.
    let halves = (fraction * 2 + 12_582_912) - 12_582_912
    let y = fraction - halves * 0.5
    let sign = 1 - 2 * (halves * halves)
    let z = y * y
    var cosine = SIMD8<Float>(repeating: -24.98183611)
    cosine = cosine * z + 60.14395233
    cosine = cosine * z - 85.4535682
    cosine = cosine * z + 64.93934655
    cosine = cosine * z - 19.73920855
    cosine = cosine * z + 1
    var sine = SIMD8<Float>(repeating: 39.76072208)
    sine = sine * z - 76.58128456
    sine = sine * z + 81.60248074
    sine = sine * z - 41.34168067
    sine = sine * z + 6.28318528
    return (cosine * sign, sine * y * sign)
}
