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
    /// exp(-2πi k1 n2 / N), [n2][k1].
    private let twiddles: [SIMD2<Float>]
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
        twiddles = (0..<n2).flatMap { b in (0..<n1).map { k in unitRoot(k * b, length) } }
    }

    /// Lines of scratch that a transform needs.
    var scratchLines: Int { first.length * pitch + 3 * max(first.length, second.length) }

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
        let work = gathered + max(n1, n2)
        let tilesPerRow = n2 / 16
        for b in 0..<n2 {
            var any = false
            for a in 0..<n1 {
                if let tile = tiles[a * tilesPerRow + b >> 4] {
                    gathered[a] = tile[b & 15]
                    any = true
                } else {
                    gathered[a] = .zero
                }
            }
            if any {
                let result = first.transform(gathered, work)
                twiddles.withUnsafeBufferPointer { twiddles in
                    for k in 0..<n1 { middle[k * pitch + b] = result[k] * twiddles[b * n1 + k] }
                }
            } else {
                for k in 0..<n1 { middle[k * pitch + b] = .zero }
            }
        }
        for k in 0..<n1 {
            let result = second.transform(middle + k * pitch, work)
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
}

/// exp(-2πi k / n).
func unitRoot(_ k: Int, _ n: Int) -> SIMD2<Float> {
    let angle = -2 * Double.pi * Double(k % n) / Double(n)
    return SIMD2(Float(cos(angle)), Float(sin(angle)))
}
