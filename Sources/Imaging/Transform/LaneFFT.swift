#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Forward Fourier transforms exp(-2πi k n / N) of eight lanes at once, pruned at both ends: tiles of 16 zeros are not
/// read, and only the outputs -h ..< h are kept.
///
/// N = n1 x n2 in two sweeps whose short transforms stay in the first-level cache (Bailey 1990's four-step scheme).
struct LaneFFT: Sendable {
    let length: Int
    private let first: ShortFFT
    private let second: ShortFFT
    /// exp(-2πi k1 n2 / N), [n2][k1]: real parts, then imaginary parts.
    private let twiddles: [Float]
    private let pitch: Int
    /// Columns of the first sweep gathered together, so that neighbouring lines of a tile are read together.
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
        first.length * (pitch + Self.gatheredAtOnce) + 2 * max(first.length, second.length)
    }

    /// Transforms one sequence given as pointers to tiles of 16 lines (nil: zeros).
    ///
    /// - Parameters:
    ///   - tiles: length / 16 pointers.
    ///   - half: h; outputs -h ..< h are written in this order.
    ///   - output: 2 h lines.
    ///   - scratch: `scratchLines` lines.
    func transform(
        _ tiles: UnsafePointer<UnsafePointer<ComplexLanes>?>, half: Int,
        into output: UnsafeMutablePointer<ComplexLanes>, scratch: UnsafeMutablePointer<ComplexLanes>
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
            keep(second.transform(middle + k * pitch, work), k, half: half, into: output)
        }
    }

    /// Gathers the points b, b + n2, b + 2 n2, ... of some neighbouring b; false if all are zeros.
    private func gather(
        _ tiles: UnsafePointer<UnsafePointer<ComplexLanes>?>, _ start: Int,
        into gathered: UnsafeMutablePointer<ComplexLanes>
    ) -> Bool {
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

    /// Multiplies the first sweep's result by the twiddles and writes it as a column.
    private func turn(
        _ result: UnsafePointer<ComplexLanes>, _ b: Int, into column: UnsafeMutablePointer<ComplexLanes>
    ) {
        let n1 = first.length
        twiddles.withUnsafeBufferPointer { twiddles in
            for k in 0..<n1 {
                let (x, y) = (twiddles[b * n1 + k], twiddles[length + b * n1 + k])
                let value = result[k]
                column[k * pitch] = ComplexLanes(
                    value.real * x - value.imaginary * y, value.imaginary * x + value.real * y)
            }
        }
    }

    /// Writes the outputs k, k + n1, ... that lie in -half ..< half.
    private func keep(
        _ result: UnsafePointer<ComplexLanes>, _ k: Int, half: Int,
        into output: UnsafeMutablePointer<ComplexLanes>
    ) {
        let (n1, n2) = (first.length, second.length)
        var (j, index) = (0, k)
        while index < half {
            output[index + half] = result[j]
            j += 1
            index += n1
        }
        j = max(j, (length - half - k + n1 - 1) / n1)
        index = k + n1 * j - (length - half)
        while j < n2 {
            output[index] = result[j]
            j += 1
            index += n1
        }
    }
}
