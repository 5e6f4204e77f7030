// An island of unsafe code: Fourier transforms of cache lines in scratch that the caller provides.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Fourier transforms of eight lanes at once between tiles of 16 cells, of which absent ones are zeros and neither read
/// nor written, and a window of pixels around the middle.
///
/// N = n1 x n2 in two sweeps whose short transforms stay in the first-level cache (Bailey 1990's four-step scheme):
/// cell a n2 + b, pixel k1 + n1 k2. The pixels of one k1 are a comb: the second sweep makes one comb after the other. The
/// way back runs the sweeps in the opposite order.
struct LaneFFT<Scalar: ImagingScalar>: Sendable {
    typealias Line = ComplexLanes<Scalar>

    let length: Int
    private let first: ShortFFT<Scalar>
    private let second: ShortFFT<Scalar>
    /// exp(-2πi k1 b / N), [b][k1].
    private let twiddles: [SIMD2<Scalar>]
    /// The same, [k1][b].
    private let twiddlesBack: [SIMD2<Scalar>]
    private let pitch: Int

    /// - Precondition: the length is a multiple of 32 without prime factors above 5.
    init(_ length: Int) {
        self.length = length
        // The second factor is the multiple of 16 next to the square root.
        let units = length / 16
        let divisors = (1...units).filter { units % $0 == 0 }
        let ideal = Double(length).squareRoot() / 16
        let n2 = 16 * (divisors.min { abs(log(Double($0) / ideal)) < abs(log(Double($1) / ideal)) } ?? 1)
        let n1 = length / n2
        first = ShortFFT(n1)
        second = ShortFFT(n2)
        pitch = n2 | 1
        let roots: [SIMD2<Scalar>] = (0..<n2).flatMap { b in (0..<n1).map { k in unitRoot(k * b, length) } }
        twiddles = roots
        twiddlesBack = (0..<n1).flatMap { k in (0..<n2).map { b in roots[b * n1 + k] } }
    }

    /// Combs of pixels.
    var combs: Int { first.length }
    /// Pixels of a comb, in the window or not.
    var teeth: Int { second.length }

    /// Lines of scratch that a transform needs: between the sweeps, in a sweep, and those of an absent tile.
    var scratchLines: Int {
        first.length * pitch + 2 * max(first.length, second.length) + BlockMap.edge
    }

    /// Transforms cells to pixels, exp(-2πi k n / N).
    ///
    /// - Parameters:
    ///   - tiles: length / 16 pointers to 16 lines.
    ///   - window: pixels wanted, at most `length`, with 0 among them or next to them; others are not computed.
    ///   - output: a line for each pixel of the window.
    ///   - scratch: `scratchLines` lines.
    func forward(
        _ tiles: [UnsafePointer<Line>?], to window: Range<Int>,
        _ output: UnsafeMutablePointer<Line>, scratch: UnsafeMutablePointer<Line>
    ) {
        transformCells(tiles, scratch: scratch)
        for k in 0..<combs {
            let pixels = WantedPixels(lines: output, comb: comb(k, window))
            transformComb(k, to: pixels, scratch: scratch)
        }
    }

    /// Transforms pixels to cells, exp(+2πi k n / N): the adjoint of `forward`.
    ///
    /// - Parameters:
    ///   - input: a line for each pixel of the window.
    ///   - window: pixels given; the others are zeros.
    ///   - tiles: length / 16 pointers to room for 16 lines.
    ///   - scratch: `scratchLines` lines.
    func backward(
        _ input: UnsafePointer<Line>, from window: Range<Int>,
        _ tiles: [UnsafeMutablePointer<Line>?], scratch: UnsafeMutablePointer<Line>
    ) {
        for k in 0..<combs {
            transformBack(k, from: GivenPixels(lines: input, comb: comb(k, window)), scratch: scratch)
        }
        transformBack(tiles, scratch: scratch)
    }

    /// The pixels of a comb in a window.
    func comb(_ k: Int, _ window: Range<Int>) -> PixelComb {
        PixelComb(k, step: combs, length: length, window)
    }

    /// The first sweep of `forward`.
    func transformCells(_ tiles: [UnsafePointer<Line>?], scratch: UnsafeMutablePointer<Line>) {
        let (n1, middle) = (first.length, scratch)
        let work = scratch + n1 * pitch
        let absent = work + 2 * max(n1, second.length)
        absent.update(repeating: .zero, count: BlockMap.edge)
        let step = second.length / BlockMap.edge
        let given = residues(step) { tiles[$0] != nil }
        let sources = tiles.map { $0 ?? UnsafePointer(absent) }
        sources.withUnsafeBufferPointer { sources in
            twiddles.withUnsafeBufferPointer { twiddles in
                guard let sources = sources.baseAddress, let twiddles = twiddles.baseAddress else { return }
                for b in 0..<second.length {
                    let (tile, line) = (b >> 4, b & 15)
                    let column = middle + b
                    guard given[tile] else {
                        for k in 0..<n1 { column[k &* pitch] = .zero }
                        continue
                    }
                    let cells = GivenCells(tiles: sources, tile: tile, step: step, line: line)
                    first.transform(
                        cells, work,
                        to: TurnedLines(lines: column, pitch: pitch, twiddles: twiddles + b &* n1))
                }
            }
        }
    }

    /// The second sweep of `forward`, of one comb.
    @inline(__always) func transformComb(
        _ k: Int, to target: some TransformOutput<Scalar>, scratch: UnsafeMutablePointer<Line>
    ) {
        second.transform(Lines(scratch + k &* pitch), scratch + first.length &* pitch, to: target)
    }

    /// The first sweep of `backward`, of one comb.
    ///
    /// Real and imaginary parts change places on the way in and out: the forward transform's conjugate.
    @inline(__always) func transformBack(
        _ k: Int, from source: some TransformInput<Scalar>, scratch: UnsafeMutablePointer<Line>
    ) {
        twiddlesBack.withUnsafeBufferPointer { twiddles in
            guard let twiddles = twiddles.baseAddress else { return }
            let turned = TurnedLines(
                lines: scratch + k &* pitch, pitch: 1, twiddles: twiddles + k &* second.length)
            second.transform(source, scratch + first.length &* pitch, to: turned)
        }
    }

    /// The second sweep of `backward`.
    func transformBack(_ tiles: [UnsafeMutablePointer<Line>?], scratch: UnsafeMutablePointer<Line>) {
        let step = second.length / BlockMap.edge
        let wanted = residues(step) { tiles[$0] != nil }
        tiles.withUnsafeBufferPointer { tiles in
            for b in 0..<second.length where wanted[b >> 4] {
                first.transform(
                    Column(lines: UnsafePointer(scratch + b), pitch: pitch),
                    scratch + first.length * pitch,
                    to: WantedCells(tiles: tiles, first: b >> 4, step: step, line: b & 15))
            }
        }
    }

    /// Whether any of the tiles t, t + step, t + 2 step, ... is there, for each t below a step.
    private func residues(_ step: Int, _ isThere: (Int) -> Bool) -> [Bool] {
        (0..<step).map { first in stride(from: first, to: length / 16, by: step).contains(where: isThere) }
    }
}
