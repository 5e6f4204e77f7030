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
/// cell a n2 + b, pixel k1 + n1 k2. The way back runs the sweeps in the opposite order.
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

    /// Lines of scratch that a transform needs.
    var scratchLines: Int {
        first.length * pitch + 2 * max(first.length, second.length)
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
        let (n1, n2) = (first.length, second.length)
        let middle = scratch
        let work = scratch + n1 * pitch
        let tilesPerRow = n2 / 16
        let given = residues(tilesPerRow) { tiles[$0] != nil }
        tiles.withUnsafeBufferPointer { tiles in
            twiddles.withUnsafeBufferPointer { twiddles in
                for b in 0..<n2 {
                    let column = middle + b
                    if given[b >> 4] {
                        first.transform(
                            GivenCells(tiles: tiles, first: b >> 4, step: tilesPerRow, line: b & 15), work,
                            to: TurnedLines(lines: column, pitch: pitch, twiddles: twiddles, first: b * n1))
                    } else {
                        for k in 0..<n1 { column[k * pitch] = .zero }
                    }
                }
            }
        }
        for k in 0..<n1 {
            let pixels = PixelComb(k, step: n1, length: length, window)
            second.transform(
                Lines(middle + k * pitch), work, to: WantedPixels(lines: output, comb: pixels))
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
        let (n1, n2) = (first.length, second.length)
        let middle = scratch
        let work = scratch + n1 * pitch
        let tilesPerRow = n2 / 16
        let wanted = residues(tilesPerRow) { tiles[$0] != nil }
        // Real and imaginary parts change places on the way in and out: the forward transform's conjugate.
        twiddlesBack.withUnsafeBufferPointer { twiddles in
            for k in 0..<n1 {
                let pixels = PixelComb(k, step: n1, length: length, window)
                let turned = TurnedLines(
                    lines: middle + k * pitch, pitch: 1, twiddles: twiddles, first: k * n2)
                second.transform(GivenPixels(lines: input, comb: pixels), work, to: turned)
            }
        }
        tiles.withUnsafeBufferPointer { tiles in
            for b in 0..<n2 where wanted[b >> 4] {
                first.transform(
                    Column(lines: UnsafePointer(middle + b), pitch: pitch), work,
                    to: WantedCells(tiles: tiles, first: b >> 4, step: tilesPerRow, line: b & 15))
            }
        }
    }

    /// Whether any of the tiles t, t + step, t + 2 step, ... is there, for each t below a step.
    private func residues(_ step: Int, _ isThere: (Int) -> Bool) -> [Bool] {
        (0..<step).map { first in stride(from: first, to: length / 16, by: step).contains(where: isThere) }
    }
}
