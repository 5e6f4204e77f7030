// An island of unsafe code: short transforms of cache lines between buffers that the caller provides.

/// A transform of some dozens of points by Stockham's autosorting passes of radix 4, 2, 3 and 5.
struct ShortFFT: Sendable {
    private struct Pass: Sendable {
        let radix: Int
        /// Points of the sub-transforms over the radix.
        let span: Int
        /// Sub-transforms side by side.
        let stride: Int
        /// exp(-2πi p k / (radix span)) in all lanes, [p][k - 1].
        let twiddles: [ComplexLanes]
    }

    let length: Int
    private let passes: [Pass]

    init(_ length: Int) {
        self.length = length
        var passes = [Pass]()
        var (rest, stride) = (length, 1)
        while rest > 1 {
            let radix = [4, 2, 3, 5].first { rest % $0 == 0 } ?? rest
            let span = rest / radix
            let twiddles = (0..<span).flatMap { p in
                (1..<radix).map { ComplexLanes(repeating: unitRoot(p * $0, rest)) }
            }
            passes.append(Pass(radix: radix, span: span, stride: stride, twiddles: twiddles))
            (rest, stride) = (span, stride * radix)
        }
        self.passes = passes
    }

    /// Transforms `length` lines; `work` has room for twice as many and holds the result.
    func transform(
        _ input: UnsafePointer<ComplexLanes>, _ work: UnsafeMutablePointer<ComplexLanes>
    ) -> UnsafePointer<ComplexLanes> {
        var source = input
        var target = work
        for pass in passes {
            pass.twiddles.withUnsafeBufferPointer { twiddles in
                switch pass.radix {
                case 2: Self.radix2(pass.span, pass.stride, twiddles, source, target)
                case 3: Self.radix3(pass.span, pass.stride, twiddles, source, target)
                case 4: Self.radix4(pass.span, pass.stride, twiddles, source, target)
                default: Self.radix5(pass.span, pass.stride, twiddles, source, target)
                }
            }
            source = UnsafePointer(target)
            target = target == work ? work + length : work
        }
        return source
    }

    private typealias Source = UnsafePointer<ComplexLanes>
    private typealias Target = UnsafeMutablePointer<ComplexLanes>
    private typealias Twiddles = UnsafeBufferPointer<ComplexLanes>

    private static func radix2(_ span: Int, _ stride: Int, _ twiddles: Twiddles, _ x: Source, _ y: Target) {
        for p in 0..<span {
            let w = twiddles[p]
            for q in stride * p..<stride * (p + 1) {
                let (a, b) = (x[q], x[q + stride * span])
                let out = y + q + stride * p
                out[0] = a + b
                out[stride] = (a - b) * w
            }
        }
    }

    private static func radix3(_ span: Int, _ stride: Int, _ twiddles: Twiddles, _ x: Source, _ y: Target) {
        let step = stride * span
        for p in 0..<span {
            let (w1, w2) = (twiddles[2 * p], twiddles[2 * p + 1])
            for q in stride * p..<stride * (p + 1) {
                let (a, b, c) = (x[q], x[q + step], x[q + 2 * step])
                let sum = b + c
                let middle = a + sum * -0.5
                let turn = (b - c).turnedBack * 0.866_025_4
                let out = y + q + 2 * stride * p
                out[0] = a + sum
                out[stride] = (middle + turn) * w1
                out[2 * stride] = (middle - turn) * w2
            }
        }
    }

    private static func radix4(_ span: Int, _ stride: Int, _ twiddles: Twiddles, _ x: Source, _ y: Target) {
        let step = stride * span
        for p in 0..<span {
            let (w1, w2, w3) = (twiddles[3 * p], twiddles[3 * p + 1], twiddles[3 * p + 2])
            for q in stride * p..<stride * (p + 1) {
                let (a, b, c, d) = (x[q], x[q + step], x[q + 2 * step], x[q + 3 * step])
                let (even, odd) = (a + c, b + d)
                let (difference, turn) = (a - c, (b - d).turnedBack)
                let out = y + q + 3 * stride * p
                out[0] = even + odd
                out[stride] = (difference + turn) * w1
                out[2 * stride] = (even - odd) * w2
                out[3 * stride] = (difference - turn) * w3
            }
        }
    }

    private static func radix5(_ span: Int, _ stride: Int, _ twiddles: Twiddles, _ x: Source, _ y: Target) {
        let step = stride * span
        let (c1, c2, s1, s2): (Float, Float, Float, Float) = (
            0.309_017, -0.809_017, 0.951_056_5, 0.587_785_25
        )
        for p in 0..<span {
            for q in stride * p..<stride * (p + 1) {
                let a = x[q]
                let (sum1, sum2) = (x[q + step] + x[q + 4 * step], x[q + 2 * step] + x[q + 3 * step])
                let difference1 = (x[q + step] - x[q + 4 * step]).turnedBack
                let difference2 = (x[q + 2 * step] - x[q + 3 * step]).turnedBack
                let (even1, odd1) = (a + sum1 * c1 + sum2 * c2, difference1 * s1 + difference2 * s2)
                let (even2, odd2) = (a + sum1 * c2 + sum2 * c1, difference1 * s2 - difference2 * s1)
                let out = y + q + 4 * stride * p
                out[0] = a + sum1 + sum2
                out[stride] = (even1 + odd1) * twiddles[4 * p]
                out[2 * stride] = (even2 + odd2) * twiddles[4 * p + 1]
                out[3 * stride] = (even2 - odd2) * twiddles[4 * p + 2]
                out[4 * stride] = (even1 - odd1) * twiddles[4 * p + 3]
            }
        }
    }
}
