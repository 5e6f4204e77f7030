// An island of unsafe code: short transforms of cache lines in scratch that the caller provides.

/// Where a short transform's points come from.
protocol TransformInput<Scalar> {
    associatedtype Scalar: ImagingScalar
    func point(_ index: Int) -> ComplexLanes<Scalar>
}

/// Where a short transform's outputs go.
protocol TransformOutput<Scalar> {
    associatedtype Scalar: ImagingScalar
    /// Whether an output is to be computed and stored.
    func wants(_ output: Int) -> Bool
    func put(_ output: Int, _ value: ComplexLanes<Scalar>)
}

/// Lines one behind the other.
struct Lines<Scalar: ImagingScalar>: TransformInput, TransformOutput {
    let start: UnsafeMutablePointer<ComplexLanes<Scalar>>

    @inline(__always) init(_ start: UnsafeMutablePointer<ComplexLanes<Scalar>>) { self.start = start }

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> { start[index] }
    @inline(__always) func wants(_ output: Int) -> Bool { true }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) { start[output] = value }
}

/// A transform of some dozens of points by Stockham's autosorting passes of radix 4, 2, 3 and 5.
///
/// The first pass takes its points from wherever they are, and the last one, which has no twiddles, leaves out what
/// nobody wants: the caller's copies and products are part of them.
struct ShortFFT<Scalar: ImagingScalar>: Sendable {
    typealias Line = ComplexLanes<Scalar>

    /// A pass from `radix` sub-transforms of `span` points to one; `stride` of them side by side.
    private struct Pass: BitwiseCopyable, Sendable {
        let radix: Int
        let span: Int
        let stride: Int
        /// First of its twiddles exp(-2πi p k / (radix span)), [p][k - 1].
        let twiddle: Int
    }

    let length: Int
    private let passes: [Pass]
    /// Twiddles of all passes, each in all lanes.
    private let twiddles: LineBuffer<Scalar>

    /// - Precondition: no prime factors above 5, and at least 2.
    init(_ length: Int) {
        self.length = length
        var passes = [Pass]()
        var twiddles = [Line]()
        var (rest, stride) = (length, 1)
        while rest > 1 {
            let radix = [4, 2, 3, 5].first { rest % $0 == 0 } ?? rest
            let span = rest / radix
            passes.append(Pass(radix: radix, span: span, stride: stride, twiddle: twiddles.count))
            for p in 0..<span {
                for k in 1..<radix { twiddles.append(Line(repeating: unitRoot(p * k, rest))) }
            }
            (rest, stride) = (span, stride * radix)
        }
        self.passes = passes
        self.twiddles = LineBuffer(twiddles.count)
        for (line, twiddle) in twiddles.enumerated() { self.twiddles.lines[line] = twiddle }
    }

    /// Transforms `length` lines; `work` has room for twice as many.
    @inline(__always) func transform(
        _ source: some TransformInput<Scalar>, _ work: UnsafeMutablePointer<Line>,
        to target: some TransformOutput<Scalar>
    ) {
        let last = passes.count - 1
        let lines = UnsafePointer(twiddles.lines)
        guard last > 0 else { return Self.run(passes[0], Plain<Scalar>(), lines, source, target) }
        Self.run(passes[0], Turned<Scalar>(), lines, source, Lines(work))
        var (filled, free) = (work, work + length)
        for index in 1..<last {
            Self.run(passes[index], Turned<Scalar>(), lines, Lines(filled), Lines(free))
            (filled, free) = (free, filled)
        }
        Self.run(passes[last], Plain<Scalar>(), lines, Lines(filled), target)
    }

    @inline(__always) private static func run(
        _ pass: Pass, _ kind: some Twiddling<Scalar>, _ lines: UnsafePointer<Line>,
        _ x: some TransformInput<Scalar>,
        _ y: some TransformOutput<Scalar>
    ) {
        let twiddles = lines + pass.twiddle
        switch pass.radix {
        case 2: radix2(pass.span, pass.stride, kind, twiddles, x, y)
        case 3: radix3(pass.span, pass.stride, kind, twiddles, x, y)
        case 4: radix4(pass.span, pass.stride, kind, twiddles, x, y)
        default: radix5(pass.span, pass.stride, kind, twiddles, x, y)
        }
    }

    private static func radix2(
        _ span: Int, _ stride: Int, _ kind: some Twiddling<Scalar>, _ twiddles: UnsafePointer<Line>,
        _ x: some TransformInput<Scalar>, _ y: some TransformOutput<Scalar>
    ) {
        for p in 0..<span {
            for q in stride * p..<stride * (p + 1) {
                let (a, b) = (x.point(q), x.point(q + stride * span))
                let out = q + stride * p
                if y.wants(out) { y.put(out, a + b) }
                if y.wants(out + stride) { y.put(out + stride, kind.turn(a - b, twiddles + p)) }
            }
        }
    }

    private static func radix3(
        _ span: Int, _ stride: Int, _ kind: some Twiddling<Scalar>, _ twiddles: UnsafePointer<Line>,
        _ x: some TransformInput<Scalar>, _ y: some TransformOutput<Scalar>
    ) {
        let step = stride * span
        for p in 0..<span {
            let w = twiddles + 2 * p
            for q in stride * p..<stride * (p + 1) {
                let (a, b, c) = (x.point(q), x.point(q + step), x.point(q + 2 * step))
                let sum = b + c
                let middle = a + sum * -0.5
                let turn = (b - c).turnedBack * 0.866_025_403_784_438_6
                let out = q + 2 * stride * p
                if y.wants(out) { y.put(out, a + sum) }
                if y.wants(out + stride) { y.put(out + stride, kind.turn(middle + turn, w)) }
                if y.wants(out + 2 * stride) { y.put(out + 2 * stride, kind.turn(middle - turn, w + 1)) }
            }
        }
    }

    private static func radix4(
        _ span: Int, _ stride: Int, _ kind: some Twiddling<Scalar>, _ twiddles: UnsafePointer<Line>,
        _ x: some TransformInput<Scalar>, _ y: some TransformOutput<Scalar>
    ) {
        let step = stride * span
        for p in 0..<span {
            let w = twiddles + 3 * p
            for q in stride * p..<stride * (p + 1) {
                let (a, b, c, d) = (
                    x.point(q), x.point(q + step), x.point(q + 2 * step), x.point(q + 3 * step)
                )
                let (even, odd) = (a + c, b + d)
                let (difference, turn) = (a - c, (b - d).turnedBack)
                let out = q + 3 * stride * p
                if y.wants(out) { y.put(out, even + odd) }
                if y.wants(out + stride) { y.put(out + stride, kind.turn(difference + turn, w)) }
                if y.wants(out + 2 * stride) { y.put(out + 2 * stride, kind.turn(even - odd, w + 1)) }
                if y.wants(out + 3 * stride) { y.put(out + 3 * stride, kind.turn(difference - turn, w + 2)) }
            }
        }
    }

    private static func radix5(
        _ span: Int, _ stride: Int, _ kind: some Twiddling<Scalar>, _ twiddles: UnsafePointer<Line>,
        _ x: some TransformInput<Scalar>, _ y: some TransformOutput<Scalar>
    ) {
        let step = stride * span
        let (c1, c2, s1, s2): (Scalar, Scalar, Scalar, Scalar) = (
            0.309_016_994_374_947_4, -0.809_016_994_374_947_4, 0.951_056_516_295_153_5,
            0.587_785_252_292_473_1
        )
        for p in 0..<span {
            let w = twiddles + 4 * p
            for q in stride * p..<stride * (p + 1) {
                let a = x.point(q)
                let (b, c, d, e) = (
                    x.point(q + step), x.point(q + 2 * step), x.point(q + 3 * step), x.point(q + 4 * step)
                )
                let (sum1, sum2) = (b + e, c + d)
                let (difference1, difference2) = ((b - e).turnedBack, (c - d).turnedBack)
                let (even1, odd1) = (a + sum1 * c1 + sum2 * c2, difference1 * s1 + difference2 * s2)
                let (even2, odd2) = (a + sum1 * c2 + sum2 * c1, difference1 * s2 - difference2 * s1)
                let out = q + 4 * stride * p
                if y.wants(out) { y.put(out, a + sum1 + sum2) }
                if y.wants(out + stride) { y.put(out + stride, kind.turn(even1 + odd1, w)) }
                if y.wants(out + 2 * stride) { y.put(out + 2 * stride, kind.turn(even2 + odd2, w + 1)) }
                if y.wants(out + 3 * stride) { y.put(out + 3 * stride, kind.turn(even2 - odd2, w + 2)) }
                if y.wants(out + 4 * stride) { y.put(out + 4 * stride, kind.turn(even1 - odd1, w + 3)) }
            }
        }
    }
}

/// Whether a pass turns its outputs by twiddles, as a constant of the type.
private protocol Twiddling<Scalar> {
    associatedtype Scalar: ImagingScalar
    func turn(_ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>) -> ComplexLanes<
        Scalar
    >
}

private struct Turned<Scalar: ImagingScalar>: Twiddling {
    @inline(__always) func turn(
        _ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>
    ) -> ComplexLanes<Scalar> { value * twiddle.pointee }
}

private struct Plain<Scalar: ImagingScalar>: Twiddling {
    @inline(__always) func turn(
        _ value: ComplexLanes<Scalar>, _ twiddle: UnsafePointer<ComplexLanes<Scalar>>
    ) -> ComplexLanes<Scalar> { value }
}
