// An island of unsafe code: short transforms of cache lines in scratch that the caller provides.

/// A transform of some dozens of points by Stockham's autosorting passes of radix 8, 4, 2, 3 and 5.
///
/// The first pass takes its points from wherever they are, and the last one, which has no twiddles, leaves out what
/// nobody wants: the caller's copies and products are part of them.
struct ShortFFT<Scalar: ImagingScalar>: Sendable {
    typealias Line = ComplexLanes<Scalar>

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
            let radix = [8, 4, 2, 3, 5].first { rest % $0 == 0 } ?? rest
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
    ///
    /// - Precondition: source, work and target do not overlap: a pass of radix 8 reads points again after it has written
    ///   some of its outputs.
    @inline(__always) func transform(
        _ source: some TransformInput<Scalar>, _ work: UnsafeMutablePointer<Line>,
        to target: some TransformOutput<Scalar>
    ) {
        let last = passes.count - 1
        let lines = UnsafePointer(twiddles.lines)
        guard last > 0 else { return passes[0].run(Plain<Scalar>(), lines, source, target) }
        passes[0].runFirst(lines, source, Lines(work))
        var (filled, free) = (work, work + length)
        for index in 1..<last {
            passes[index].run(Turned<Scalar>(), lines, Lines(filled), Lines(free))
            (filled, free) = (free, filled)
        }
        passes[last].run(Plain<Scalar>(), lines, Lines(filled), target)
    }
}

/// A pass from `radix` sub-transforms of `span` points to one; `stride` of them side by side.
private struct Pass: BitwiseCopyable, Sendable {
    let radix: Int
    let span: Int
    let stride: Int
    /// First of its twiddles exp(-2πi p k / (radix span)), [p][k - 1].
    let twiddle: Int

    /// The first pass of several: nothing is side by side yet.
    @inline(__always) func runFirst<Scalar>(
        _ lines: UnsafePointer<ComplexLanes<Scalar>>, _ x: some TransformInput<Scalar>,
        _ y: some TransformOutput<Scalar>
    ) {
        let w = lines + twiddle
        switch radix {
        case 2: for p in 0..<span { radix2(p, span, 2 &* p, 1, Turned(), w + p, x, y) }
        case 3: for p in 0..<span { radix3(p, span, 3 &* p, 1, Turned(), w + 2 &* p, x, y) }
        case 4: for p in 0..<span { radix4(p, span, 4 &* p, 1, Turned(), w + 3 &* p, x, y) }
        case 8: for p in 0..<span { radix8(p, span, 8 &* p, 1, Turned(), w + 7 &* p, x, y) }
        default: for p in 0..<span { radix5(p, span, 5 &* p, 1, Turned(), w + 4 &* p, x, y) }
        }
    }

    func run<Scalar>(
        _ kind: some Twiddling<Scalar>, _ lines: UnsafePointer<ComplexLanes<Scalar>>,
        _ x: some TransformInput<Scalar>, _ y: some TransformOutput<Scalar>
    ) {
        let (w, step, ahead) = (lines + twiddle, stride &* span, stride &* (radix &- 1))
        switch radix {
        case 2: forEach { p, q in radix2(q, step, q &+ ahead &* p, stride, kind, w + p, x, y) }
        case 3: forEach { p, q in radix3(q, step, q &+ ahead &* p, stride, kind, w + 2 &* p, x, y) }
        case 4: forEach { p, q in radix4(q, step, q &+ ahead &* p, stride, kind, w + 3 &* p, x, y) }
        case 8: forEach { p, q in radix8(q, step, q &+ ahead &* p, stride, kind, w + 7 &* p, x, y) }
        default: forEach { p, q in radix5(q, step, q &+ ahead &* p, stride, kind, w + 4 &* p, x, y) }
        }
    }

    /// Calls a body with each sub-transform's point p and place q of the first of its inputs.
    @inline(__always) private func forEach(_ body: (_ p: Int, _ q: Int) -> Void) {
        var q = 0
        for p in 0..<span {
            let end = q &+ stride
            while q < end {
                body(p, q)
                q &+= 1
            }
        }
    }
}
