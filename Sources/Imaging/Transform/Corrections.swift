/// What undoes the kernels' taper: one factor per column and row, and a polynomial of n - 1.
struct Corrections<Scalar: ImagingScalar>: Sendable {
    typealias Lanes = SIMD8<Scalar>

    /// 1 / φ̂ of the columns, eight to a strip.
    let columns: [Lanes]
    let rows: [Scalar]
    /// l² of the columns.
    let squaredL: [SIMD8<Double>]
    private let squaredM: [Double]
    private let centre: Double
    /// 1 / (1 + n) as a polynomial of l² + m² scaled to -1 ... 1, highest power first: no square root per pixel.
    private let depthPowers: LaneBuffer<Double>
    private let depthScale: Double
    /// Middle of the range of l² + m².
    private let middle: Double
    /// 1 / φ̂ along w as a polynomial in the square of (n - 1 + n0) scaled to 1, highest power first.
    private let planePowers: LaneBuffer<Scalar>
    private let planeScale: Double

    init(_ scheme: GriddingScheme, _ image: ImageGeometry) {
        let strips = (image.width + 7) / 8
        var columns = [Lanes](repeating: .zero, count: strips)
        var squaredL = [SIMD8<Double>](repeating: .zero, count: strips)
        for column in 0..<image.width {
            let x = Double(column - image.width / 2) / Double(scheme.cellsU)
            columns[column / 8][column % 8] = Scalar(1 / scheme.kernel.transform(x))
            squaredL[column / 8][column % 8] = image.l(column) * image.l(column)
        }
        self.columns = columns
        self.squaredL = squaredL
        rows = (0..<image.height).map {
            Scalar(1 / scheme.kernel.transform(Double($0 - image.height / 2) / Double(scheme.cellsV)))
        }
        squaredM = (0..<image.height).map { image.m($0) * image.m($0) }
        centre = scheme.centre
        let radii = image.squaredRadii
        middle = (radii.lowerBound + radii.upperBound) / 2
        let halfRange = (radii.upperBound - radii.lowerBound) / 2
        depthScale = halfRange > 0 ? 1 / halfRange : 0
        let (middle, precision) = (middle, Double(Scalar.ulpOfOne))
        depthPowers = powers(within: min(1e-15, precision / 20) / radii.upperBound) { t in
            1 / (1 + (1 - middle - halfRange * t).squareRoot())
        }
        let reach = (image.depths.upperBound - image.depths.lowerBound) / 2
        planeScale = scheme.planeStep > 0 ? 1 / reach : 0
        planePowers = powers(within: precision / 20) { t in
            1 / scheme.planeKernel.transform(((t + 1) / 2).squareRoot() * reach * scheme.planeStep)
        }
    }

    /// n - 1 + n0 of eight columns in a row.
    @inline(__always) func depth(_ l2: SIMD8<Double>, _ row: Int) -> SIMD8<Double> {
        let q = l2 + SIMD8(repeating: squaredM[row])
        let t = (q - middle) * depthScale
        var inverse = depthPowers.lanes[0]
        for power in 1..<depthPowers.count { inverse = inverse.times(t, plus: depthPowers.lanes[power]) }
        return centre - q * inverse
    }

    /// 1 / φ̂ along w at some depths.
    @inline(__always) func plane(_ depth: SIMD8<Double>) -> Lanes {
        let q = Scalar.rounded(depth * planeScale)
        let t = q * q * 2 - Scalar.repeated(1)
        var value = planePowers.lanes[0]
        for power in 1..<planePowers.count { value = value.times(t, plus: planePowers.lanes[power]) }
        return value
    }
}

/// The powers, highest first and each in all lanes, of a polynomial of the least degree that follows a smooth function on
/// [-1, 1] within a tolerance.
private func powers<Scalar: ImagingScalar>(
    within tolerance: Double, _ function: (Double) -> Double
) -> LaneBuffer<Scalar> {
    var powers = [Double]()
    for degree in 1...40 {
        powers = chebyshevFit(degree: degree, function)
        // The highest power stands for the last Chebyshev polynomial, half as large for each degree.
        if abs(powers[degree]) < tolerance * Double(1 << degree) { break }
    }
    let buffer = LaneBuffer<Scalar>(powers.count)
    for (place, power) in powers.reversed().enumerated() {
        buffer.lanes[place] = SIMD8(repeating: Scalar(power))
    }
    return buffer
}
