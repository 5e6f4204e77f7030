import Visibilities

/// Cosine and sine of angles in turns, to 2e-16 of a whole turn's fraction as doubles resolve it: Taylor's series within a
/// quarter turn, of which half turns change the sign.
@inline(__always) func doublePhasor(turns: SIMD8<Double>) -> (cosine: SIMD8<Double>, sine: SIMD8<Double>) {
    let fraction = turns - ((turns + roundingMagic) - roundingMagic)
    let halves = (fraction * 2 + roundingMagic) - roundingMagic
    let y = fraction - halves * 0.5
    let sign = 1 - 2 * (halves * halves)
    let z = y * y
    var cosine = SIMD8<Double>(repeating: 0.0037798342006800396)
    cosine = cosine.times(z, plus: SIMD8(repeating: -0.03638284114254567))
    cosine = cosine.times(z, plus: SIMD8(repeating: 0.28200596845579123))
    cosine = cosine.times(z, plus: SIMD8(repeating: -1.714390711088672))
    cosine = cosine.times(z, plus: SIMD8(repeating: 7.903536371318469))
    cosine = cosine.times(z, plus: SIMD8(repeating: -26.4262567833744))
    cosine = cosine.times(z, plus: SIMD8(repeating: 60.24464137187666))
    cosine = cosine.times(z, plus: SIMD8(repeating: -85.45681720669373))
    cosine = cosine.times(z, plus: SIMD8(repeating: 64.9393940226683))
    cosine = cosine.times(z, plus: SIMD8(repeating: -19.739208802178716))
    cosine = cosine.times(z, plus: SIMD8(repeating: 1.0))
    var sine = SIMD8<Double>(repeating: 0.0011309237482517963)
    sine = sine.times(z, plus: SIMD8(repeating: -0.012031585942120627))
    sine = sine.times(z, plus: SIMD8(repeating: 0.10422916220813984))
    sine = sine.times(z, plus: SIMD8(repeating: -0.7181223017785006))
    sine = sine.times(z, plus: SIMD8(repeating: 3.819952584848282))
    sine = sine.times(z, plus: SIMD8(repeating: -15.09464257682299))
    sine = sine.times(z, plus: SIMD8(repeating: 42.058693944897655))
    sine = sine.times(z, plus: SIMD8(repeating: -76.70585975306139))
    sine = sine.times(z, plus: SIMD8(repeating: 81.60524927607506))
    sine = sine.times(z, plus: SIMD8(repeating: -41.34170224039976))
    sine = sine.times(z, plus: SIMD8(repeating: 6.283185307179586))
    return (cosine * sign, sine * y * sign)
}
