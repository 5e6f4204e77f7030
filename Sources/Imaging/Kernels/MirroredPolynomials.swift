/// The polynomials of a kernel for eight samples at once, lane = sample.
///
/// The kernel is even, so cell W-1-j is cell j at -t: each pair of cells shares an even and an odd polynomial in t², and
/// their sum and difference are the two cells.
struct MirroredPolynomials: Sendable {
    /// Cells that the kernel covers.
    let support: Int
    /// Coefficients of the even and of the odd part, each highest power first, pair after pair, then the middle cell's even
    /// part if there is one.
    let coefficients: [Double]
    private let evenCount: Int
    private let oddCount: Int

    /// - Parameter cells: coefficients of each cell, lowest power first.
    init(_ cells: [[Double]]) {
        support = cells.count
        let powers = cells[0].count
        evenCount = (powers + 1) / 2
        oddCount = powers / 2
        var coefficients = [Double]()
        for (cell, lowestFirst) in cells.prefix((support + 1) / 2).enumerated() {
            let even = stride(from: 0, to: powers, by: 2).map { lowestFirst[$0] }
            let odd = stride(from: 1, to: powers, by: 2).map { lowestFirst[$0] }
            coefficients += even.reversed()
            if cell < support / 2 { coefficients += odd.reversed() }
        }
        self.coefficients = coefficients
    }

    /// The kernel at every cell of its support for eight samples, [cell].
    ///
    /// - Parameters:
    ///   - powers: `coefficients`, rounded.
    ///   - t: twice the samples' offset from the middle of the support, -1 ... 1.
    @inline(__always) func evaluate<Scalar: ImagingScalar>(
        _ powers: UnsafePointer<Scalar>, _ t: SIMD8<Scalar>, into cells: UnsafeMutablePointer<SIMD8<Scalar>>
    ) {
        Self.evaluate(powers, t, into: cells, support: support, even: evenCount, odd: oddCount)
    }

    /// The same for a support that is a constant: W + 4 powers, loops unrolled.
    @inline(__always) func evaluate<Scalar: ImagingScalar, let cells: Int>(
        _ powers: UnsafePointer<Scalar>, _ t: SIMD8<Scalar>, into kernel: UnsafeMutablePointer<SIMD8<Scalar>>,
        _: Support<cells>
    ) {
        Self.evaluate(powers, t, into: kernel, support: cells, even: (cells + 5) / 2, odd: (cells + 4) / 2)
    }

    @inline(__always) private static func evaluate<Scalar: ImagingScalar>(
        _ powers: UnsafePointer<Scalar>, _ t: SIMD8<Scalar>, into cells: UnsafeMutablePointer<SIMD8<Scalar>>,
        support: Int, even evenCount: Int, odd oddCount: Int
    ) {
        let square = t * t
        var powers = powers
        for pair in 0..<support / 2 {
            let even = horner(powers, evenCount, square)
            let odd = horner(powers + evenCount, oddCount, square) * t
            cells[pair] = even + odd
            cells[support &- 1 &- pair] = even - odd
            powers += evenCount &+ oddCount
        }
        if support & 1 == 1 { cells[support / 2] = horner(powers, evenCount, square) }
    }

    @inline(__always) private static func horner<Scalar: ImagingScalar>(
        _ powers: UnsafePointer<Scalar>, _ count: Int, _ x: SIMD8<Scalar>
    ) -> SIMD8<Scalar> {
        var value = Scalar.repeated(powers[0])
        for power in 1..<count { value = value.times(x, plus: Scalar.repeated(powers[power])) }
        return value
    }
}
