// An island of unsafe code: the butterflies of short transforms. They read points q, q + step, ... and write outputs out,
// out + stride, ..., each but the first turned by a twiddle. Points and outputs must not overlap: radix 8 reads
// its points again after it has written some of its outputs.

/// Whether a pass turns its outputs by twiddles, as a constant of the type.
protocol Twiddling<Scalar> {
    associatedtype Scalar: ImagingScalar
    func turn(
        _ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>
    ) -> ComplexLanes<Scalar>
}

struct Turned<Scalar: ImagingScalar>: Twiddling {
    @inline(__always) func turn(
        _ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>
    ) -> ComplexLanes<Scalar> { value * twiddle.pointee }
}

struct Plain<Scalar: ImagingScalar>: Twiddling {
    @inline(__always) func turn(
        _ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>
    ) -> ComplexLanes<Scalar> { value }
}

@inline(__always) func radix2<Scalar: ImagingScalar>(
    _ q: Int, _ step: Int, _ out: Int, _ stride: Int, _ kind: some Twiddling<Scalar>,
    _ w: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
    _ y: some TransformOutput<Scalar>
) {
    let (a, b) = (x.point(q), x.point(q &+ step))
    if y.wants(out) { y.put(out, a + b) }
    if y.wants(out &+ stride) { y.put(out &+ stride, kind.turn(a - b, w)) }
}

@inline(__always) func radix3<Scalar: ImagingScalar>(
    _ q: Int, _ step: Int, _ out: Int, _ stride: Int, _ kind: some Twiddling<Scalar>,
    _ w: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
    _ y: some TransformOutput<Scalar>
) {
    let (a, b, c) = (x.point(q), x.point(q &+ step), x.point(q &+ 2 &* step))
    let sum = b + c
    let middle = a.plus(sum, times: -0.5)
    let turn = (b - c).turnedBack
    let sine: Scalar = 0.866_025_403_784_438_6
    if y.wants(out) { y.put(out, a + sum) }
    if y.wants(out &+ stride) { y.put(out &+ stride, kind.turn(middle.plus(turn, times: sine), w)) }
    if y.wants(out &+ 2 &* stride) {
        y.put(out &+ 2 &* stride, kind.turn(middle.plus(turn, times: -sine), w + 1))
    }
}

@inline(__always) func radix4<Scalar: ImagingScalar>(
    _ q: Int, _ step: Int, _ out: Int, _ stride: Int, _ kind: some Twiddling<Scalar>,
    _ w: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
    _ y: some TransformOutput<Scalar>
) {
    let (a, b, c, d) = (
        x.point(q), x.point(q &+ step), x.point(q &+ 2 &* step), x.point(q &+ 3 &* step)
    )
    let (even, odd) = (a + c, b + d)
    let (difference, turn) = (a - c, (b - d).turnedBack)
    if y.wants(out) { y.put(out, even + odd) }
    if y.wants(out &+ stride) { y.put(out &+ stride, kind.turn(difference + turn, w)) }
    if y.wants(out &+ 2 &* stride) { y.put(out &+ 2 &* stride, kind.turn(even - odd, w + 1)) }
    if y.wants(out &+ 3 &* stride) { y.put(out &+ 3 &* stride, kind.turn(difference - turn, w + 2)) }
}

@inline(__always) func radix5<Scalar: ImagingScalar>(
    _ q: Int, _ step: Int, _ out: Int, _ stride: Int, _ kind: some Twiddling<Scalar>,
    _ w: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
    _ y: some TransformOutput<Scalar>
) {
    let (c1, c2, s1, s2): (Scalar, Scalar, Scalar, Scalar) = (
        0.309_016_994_374_947_4, -0.809_016_994_374_947_4, 0.951_056_516_295_153_5, 0.587_785_252_292_473_1
    )
    let a = x.point(q)
    let (b, c, d, e) = (
        x.point(q &+ step), x.point(q &+ 2 &* step), x.point(q &+ 3 &* step), x.point(q &+ 4 &* step)
    )
    let (sum1, sum2) = (b + e, c + d)
    let (difference1, difference2) = ((b - e).turnedBack, (c - d).turnedBack)
    if y.wants(out) { y.put(out, a + sum1 + sum2) }
    let even1 = a.plus(sum1, times: c1).plus(sum2, times: c2)
    let odd1 = (difference1 * s1).plus(difference2, times: s2)
    if y.wants(out &+ stride) { y.put(out &+ stride, kind.turn(even1 + odd1, w)) }
    if y.wants(out &+ 4 &* stride) { y.put(out &+ 4 &* stride, kind.turn(even1 - odd1, w + 3)) }
    let even2 = a.plus(sum1, times: c2).plus(sum2, times: c1)
    let odd2 = (difference1 * s2).plus(difference2, times: -s1)
    if y.wants(out &+ 2 &* stride) { y.put(out &+ 2 &* stride, kind.turn(even2 + odd2, w + 1)) }
    if y.wants(out &+ 3 &* stride) { y.put(out &+ 3 &* stride, kind.turn(even2 - odd2, w + 2)) }
}

/// Radix 8: four sums give the even outputs, then four differences the odd ones. The points are read twice, which takes less
/// than to keep what does not fit the registers.
@inline(__always) func radix8<Scalar: ImagingScalar>(
    _ q: Int, _ step: Int, _ out: Int, _ stride: Int, _ kind: some Twiddling<Scalar>,
    _ w: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
    _ y: some TransformOutput<Scalar>
) {
    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> { x.point(q &+ index &* step) }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        let place = out &+ output &* stride
        if y.wants(place) { y.put(place, kind.turn(value, w + (output - 1))) }
    }
    let (even0, even1) = (point(0) + point(4), point(2) + point(6))
    let (odd0, odd1) = (point(1) + point(5), point(3) + point(7))
    let (sum, oddSum) = (even0 + even1, odd0 + odd1)
    if y.wants(out) { y.put(out, sum + oddSum) }
    put(4, sum - oddSum)
    let (difference, turn) = (even0 - even1, (odd0 - odd1).turnedBack)
    put(2, difference + turn)
    put(6, difference - turn)
    let (b0, b2) = (point(0) - point(4), (point(2) - point(6)).turnedBack)
    let (b1, b3) = (point(1) - point(5), point(3) - point(7))
    let (plus, minus) = (b0 + b2, b0 - b2)
    let half: Scalar = 0.707_106_781_186_547_5
    let (less, more) = (b1 - b3, b1 + b3)
    let (first, third) = (less + more.turnedBack, (more + less.turnedBack).turnedBack)
    put(1, plus.plus(first, times: half))
    put(5, plus.plus(first, times: -half))
    put(3, minus.plus(third, times: half))
    put(7, minus.plus(third, times: -half))
}
