import CPlatform
import Visibilities

extension Float: ImagingScalar {
    static var precision: Precision { .single }
    static var rowsInRegisters: Int { 6 }

    @inline(__always) static func repeated(_ value: Float) -> SIMD8<Float> {
        sluice_lanes_repeated(value)
    }
    @inline(__always) static func sum(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_add(a, b)
    }
    @inline(__always) static func difference(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_subtract(a, b)
    }
    @inline(__always) static func product(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_multiply(a, b)
    }
    @inline(__always) static func quotient(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_divide(a, b)
    }
    @inline(__always) static func negative(_ a: SIMD8<Float>) -> SIMD8<Float> { sluice_lanes_negate(a) }
    @inline(__always) static func multiplyAdd(_ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>)
        -> SIMD8<Float>
    {
        sluice_lanes_multiply_add(a, b, c)
    }
    @inline(__always) static func fours(
        _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>, _ d: SIMD8<Float>
    ) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
        let (ab, cd) = (sluice_lanes_low_singles(a, b), sluice_lanes_low_singles(c, d))
        let (abHigh, cdHigh) = (sluice_lanes_high_singles(a, b), sluice_lanes_high_singles(c, d))
        return (
            sluice_lanes_low_pairs(ab, cd), sluice_lanes_high_pairs(ab, cd),
            sluice_lanes_low_pairs(abHigh, cdHigh), sluice_lanes_high_pairs(abHigh, cdHigh)
        )
    }
    @inline(__always) static func lowHalves(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_low_halves(a, b)
    }
    @inline(__always) static func highHalves(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_high_halves(a, b)
    }
    @inline(__always) static func even(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_even(a, b)
    }
    @inline(__always) static func odd(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        sluice_lanes_odd(a, b)
    }

    @inline(__always) static func stream(_ lanes: SIMD8<Float>, to address: UnsafeMutableRawPointer) {
        sluice_lanes_stream(lanes, address)
    }
    @inline(__always) static func rounded(_ doubles: SIMD8<Double>) -> SIMD8<Float> {
        sluice_lanes_of_doubles(doubles)
    }
    @inline(__always) static func lanes(_ singles: SIMD8<Float>) -> SIMD8<Float> { singles }
    @inline(__always) static func singles(_ lanes: SIMD8<Float>) -> SIMD8<Float> { lanes }
    @inline(__always) static func phasor(turns: SIMD8<Double>) -> (cosine: SIMD8<Float>, sine: SIMD8<Float>) {
        Visibilities.phasor(turns: turns)
    }
}
