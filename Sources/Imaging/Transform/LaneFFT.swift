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
struct LaneFFT: Sendable {
    let length: Int
    private let first: ShortFFT
    private let second: ShortFFT
    /// exp(-2πi k1 b / N), [b][k1]: real parts, then imaginary parts.
    private let twiddles: [Float]
    private let pitch: Int
    /// Columns gathered together, so that neighbouring lines of a tile are read together.
    private static let gatheredAtOnce = 4

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
        let roots = (0..<n2).flatMap { b in (0..<n1).map { k in unitRoot(k * b, length) } }
        twiddles = roots.map(\.x) + roots.map(\.y)
    }

    /// Lines of scratch that a transform needs.
    var scratchLines: Int {
        first.length * (pitch + Self.gatheredAtOnce) + 3 * max(first.length, second.length)
    }

    private typealias Source = UnsafePointer<ComplexLanes>
    private typealias Target = UnsafeMutablePointer<ComplexLanes>

    /// Transforms cells to pixels, exp(-2πi k n / N).
    ///
    /// - Parameters:
    ///   - tiles: length / 16 pointers to 16 lines.
    ///   - window: pixels wanted, at most `length`, with 0 among them or next to them.
    ///   - output: a line for each pixel of the window.
    ///   - scratch: `scratchLines` lines.
    func forward(
        _ tiles: [UnsafePointer<ComplexLanes>?], to window: Range<Int>,
        _ output: UnsafeMutablePointer<ComplexLanes>, scratch: UnsafeMutablePointer<ComplexLanes>
    ) {
        let (n1, n2) = (first.length, second.length)
        let middle = scratch
        let gathered = scratch + n1 * pitch
        let work = gathered + Self.gatheredAtOnce * n1
        for start in stride(from: 0, to: n2, by: Self.gatheredAtOnce) {
            let any = gather(tiles, start, into: gathered)
            for offset in 0..<Self.gatheredAtOnce {
                let b = start + offset
                if any {
                    turn(first.transform(gathered + offset * n1, work), b, into: middle + b)
                } else {
                    for k in 0..<n1 { middle[k * pitch + b] = .zero }
                }
            }
        }
        for k in 0..<n1 {
            let result = second.transform(middle + k * pitch, work)
            forEachPixel(k, window) { j, slot in output[slot] = result[j] }
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
        _ input: UnsafePointer<ComplexLanes>, from window: Range<Int>,
        _ tiles: [UnsafeMutablePointer<ComplexLanes>?], scratch: UnsafeMutablePointer<ComplexLanes>
    ) {
        let (n1, n2) = (first.length, second.length)
        let middle = scratch
        let gathered = scratch + n1 * pitch
        let work = gathered + max(n1, n2)
        // Real and imaginary parts change places on the way in and out: the forward transform's conjugate.
        for k in 0..<n1 {
            gathered.update(repeating: .zero, count: n2)
            forEachPixel(k, window) { j, slot in gathered[j] = input[slot].exchanged }
            turn(second.transform(gathered, work), k, alongRow: middle + k * pitch)
        }
        let tilesPerRow = n2 / 16
        for column in 0..<tilesPerRow {
            let wanted = stride(from: column, to: tiles.count, by: tilesPerRow).contains { tiles[$0] != nil }
            guard wanted else { continue }
            for b in 16 * column..<16 * column + 16 {
                for k in 0..<n1 { gathered[k] = middle[k * pitch + b] }
                let result = first.transform(gathered, work)
                for a in 0..<n1 { tiles[a * tilesPerRow + column]?[b & 15] = result[a].exchanged }
            }
        }
    }

    /// Gathers the points b, b + n2, b + 2 n2, ... of some neighbouring b; false if all are zeros.
    private func gather(_ tiles: [UnsafePointer<ComplexLanes>?], _ start: Int, into gathered: Target) -> Bool
    {
        let n1 = first.length
        let tilesPerRow = second.length / 16
        var any = false
        for a in 0..<n1 {
            let tile = tiles[a * tilesPerRow + start >> 4]
            if tile != nil { any = true }
            for offset in 0..<Self.gatheredAtOnce {
                gathered[offset * n1 + a] = tile.map { $0[(start + offset) & 15] } ?? .zero
            }
        }
        return any
    }

    /// Multiplies the first sweep's result by the twiddles of a b and writes it as a column.
    private func turn(_ result: Source, _ b: Int, into column: Target) {
        let n1 = first.length
        twiddles.withUnsafeBufferPointer { twiddles in
            for k in 0..<n1 {
                column[k * pitch] = result[k].turned(twiddles[b * n1 + k], twiddles[length + b * n1 + k])
            }
        }
    }

    /// Multiplies the second sweep's result by the twiddles of a k1 and writes it as a row.
    private func turn(_ result: Source, _ k: Int, alongRow row: Target) {
        let n1 = first.length
        twiddles.withUnsafeBufferPointer { twiddles in
            for b in 0..<second.length {
                row[b] = result[b].turned(twiddles[b * n1 + k], twiddles[length + b * n1 + k])
            }
        }
    }

    /// Calls a body with each j for which pixel k + n1 j lies in a window (modulo N), and the pixel's place in it.
    @inline(__always) private func forEachPixel(
        _ k: Int, _ window: Range<Int>, _ body: (_ j: Int, _ slot: Int) -> Void
    ) {
        let (n1, n2) = (first.length, second.length)
        var (j, slot) = (0, k - window.lowerBound)
        while slot < window.count {
            body(j, slot)
            j += 1
            slot += n1
        }
        j = max(j, (length + window.lowerBound - k + n1 - 1) / n1)
        slot = k + n1 * j - length - window.lowerBound
        while j < n2 {
            body(j, slot)
            j += 1
            slot += n1
        }
    }
}
