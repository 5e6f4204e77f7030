import CPlatform

extension Double: ImagingScalar {
    static var precision: Precision { .double }
    static var rowsInRegisters: Int { 3 }

    @inline(__always) static func repeated(_ value: Double) -> SIMD8<Double> {
        sluice_doubles_repeated(value)
    }
    @inline(__always) static func sum(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_add(a, b)
    }
    @inline(__always) static func difference(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_subtract(a, b)
    }
    @inline(__always) static func product(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_multiply(a, b)
    }
    @inline(__always) static func quotient(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_divide(a, b)
    }
    @inline(__always) static func negative(_ a: SIMD8<Double>) -> SIMD8<Double> { sluice_doubles_negate(a) }
    @inline(__always) static func multiplyAdd(_ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>)
        -> SIMD8<Double>
    {
        sluice_doubles_multiply_add(a, b, c)
    }
    @inline(__always) static func fours(
        _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>, _ d: SIMD8<Double>
    ) -> (SIMD8<Double>, SIMD8<Double>, SIMD8<Double>, SIMD8<Double>) {
        let (ab, cd) = (sluice_doubles_even_lanes(a, b), sluice_doubles_even_lanes(c, d))
        let (abOdd, cdOdd) = (sluice_doubles_odd_lanes(a, b), sluice_doubles_odd_lanes(c, d))
        return (
            sluice_doubles_low_pairs(ab, cd), sluice_doubles_low_pairs(abOdd, cdOdd),
            sluice_doubles_high_pairs(ab, cd), sluice_doubles_high_pairs(abOdd, cdOdd)
        )
    }
    @inline(__always) static func lowHalves(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_low_halves(a, b)
    }
    @inline(__always) static func highHalves(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_high_halves(a, b)
    }
    @inline(__always) static func even(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_even(a, b)
    }
    @inline(__always) static func odd(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> SIMD8<Double> {
        sluice_doubles_odd(a, b)
    }

    @inline(__always) static func stream(_ lanes: SIMD8<Double>, to address: UnsafeMutableRawPointer) {
        sluice_doubles_stream(lanes, address)
    }
    @inline(__always) static func rounded(_ doubles: SIMD8<Double>) -> SIMD8<Double> { doubles }
    @inline(__always) static func lanes(_ singles: SIMD8<Float>) -> SIMD8<Double> {
        sluice_doubles_of_lanes(singles)
    }
    @inline(__always) static func singles(_ lanes: SIMD8<Double>) -> SIMD8<Float> {
        sluice_lanes_of_doubles(lanes)
    }
    @inline(__always) static func phasor(turns: SIMD8<Double>) -> (cosine: SIMD8<Double>, sine: SIMD8<Double>)
    {
        doublePhasor(turns: turns)
    }
}
