#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The elliptical Gaussian that stands for a point spread function's main lobe.
public struct RestoringBeam: Sendable, Hashable {
    /// Full width at half maximum of the long axis, radians.
    public let major: Double
    /// Full width at half maximum of the short axis, radians.
    public let minor: Double
    /// Position angle of the long axis, north through east, in [0, π), radians.
    public let positionAngle: Double
    /// Whether the fit failed and the second moments of the main lobe stand in for it.
    public let fromMoments: Bool

    /// Fits exp(-(a x² + b x y + c y²)) to the connected pixels above 0.35 around the centre by least squares
    /// (Gauss-Newton from the lobe's logarithms).
    ///
    /// - Throws: `ImagingError.unsampledBeam` when the lobe has too few pixels or no width.
    public init(fitting psf: [Float], _ geometry: ImageGeometry) throws(ImagingError) {
        let lobe = try MainLobe(psf, geometry)
        if let form = lobe.fit() {
            self.init(form, cell: geometry.cell, fromMoments: false)
        } else if let form = lobe.moments() {
            self.init(form, cell: geometry.cell, fromMoments: true)
        } else {
            throw .unsampledBeam("the main lobe has \(lobe.pixels.count) pixels; take a smaller cell")
        }
    }

    /// Axes of a positive definite form in pixels.
    private init(_ form: QuadraticForm, cell: Double, fromMoments: Bool) {
        let mean = (form.xx + form.yy) / 2
        let spread = (((form.xx - form.yy) / 2) * ((form.xx - form.yy) / 2) + form.xy * form.xy / 4)
            .squareRoot()
        let toWidth = { (value: Double) in 2 * (log(2.0) / value).squareRoot() * cell }
        major = toWidth(mean - spread)
        minor = toWidth(mean + spread)
        // Direction of least curvature: tan 2θ = b / (a - c) turned by a right angle; x east, y north.
        let fromEast = 0.5 * atan2(-form.xy, form.yy - form.xx)
        var angle = .pi / 2 - fromEast
        angle -= (angle / .pi).rounded(.down) * .pi
        positionAngle = angle < .pi ? angle : 0
        self.fromMoments = fromMoments
    }
}

/// xx x² + xy x y + yy y², x towards the east, y towards the north, in pixels.
private struct QuadraticForm {
    var xx: Double
    var xy: Double
    var yy: Double

    /// Positive definite, and finite.
    var isEllipse: Bool { xx > 0 && yy > 0 && 4 * xx * yy - xy * xy > 1e-9 * xx * yy && (xx + yy).isFinite }

    func value(_ x: Double, _ y: Double) -> Double { xx * x * x + xy * x * y + yy * y * y }
}

/// The connected pixels around the centre above a level.
private struct MainLobe {
    var pixels: [(x: Double, y: Double, value: Double)] = []
    private static let level: Float = 0.35

    init(_ psf: [Float], _ geometry: ImageGeometry) throws(ImagingError) {
        let (width, height) = (geometry.width, geometry.height)
        guard psf.count == width * height else {
            throw .shape("a point spread function of \(psf.count) pixels for \(width) x \(height)")
        }
        guard psf[height / 2 * width + width / 2] > 0.5 else {
            throw .unsampledBeam("the point spread function does not peak at its centre")
        }
        var seen: Set<Int> = [height / 2 * width + width / 2]
        var queue = Array(seen)
        while let pixel = queue.popLast() {
            let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
            guard row > 0, column > 0, row < height - 1, column < width - 1 else {
                throw .unsampledBeam("the main lobe reaches the image's edge; take a larger image or cell")
            }
            pixels.append((Double(width / 2 - column), Double(row - height / 2), Double(psf[pixel])))
            for next in [pixel - 1, pixel + 1, pixel - width, pixel + width]
            where psf[next] > Self.level && seen.insert(next).inserted {
                queue.append(next)
            }
        }
        pixels.sort { ($0.y, $0.x) < ($1.y, $1.x) }
    }

    /// Gauss-Newton on the values, from the weighted fit of their logarithms; nil when it does not settle.
    func fit() -> QuadraticForm? {
        guard pixels.count >= 6 else { return nil }
        let start = solve { _, _, value in (value, -value * log(min(value, 1))) }
        guard var form = start, form.isEllipse else { return nil }
        for _ in 0..<50 {
            let current = form
            guard
                let step = solve({ x, y, value in
                    let model = exp(-current.value(x, y))
                    return (-model, value - model)
                })
            else { return nil }
            form = QuadraticForm(xx: form.xx + step.xx, xy: form.xy + step.xy, yy: form.yy + step.yy)
            guard form.isEllipse else { return nil }
            if abs(step.xx) + abs(step.xy) + abs(step.yy) < 1e-10 * (form.xx + form.yy) { return form }
        }
        return nil
    }

    /// The form whose Gaussian has the lobe's second moments; nil for a lobe without width.
    func moments() -> QuadraticForm? {
        var (sum, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0)
        for (x, y, value) in pixels {
            sum += value
            xx += value * x * x
            xy += value * x * y
            yy += value * y * y
        }
        // A Gaussian cut at a level L keeps (1 - L + L ln L) / (1 - L) of its variance.
        let level = Double(Self.level)
        let kept = (1 - level + level * log(level)) / (1 - level)
        (xx, xy, yy) = (xx / sum / kept, xy / sum / kept, yy / sum / kept)
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-6 else { return nil }
        let form = QuadraticForm(
            xx: yy / determinant / 2, xy: -xy / determinant, yy: xx / determinant / 2)
        return form.isEllipse ? form : nil
    }

    /// Least squares of derivative · (xx x² + xy x y + yy y²) = right side over the pixels.
    private func solve(_ equation: (Double, Double, Double) -> (derivative: Double, right: Double))
        -> QuadraticForm?
    {
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 3)
        for (x, y, value) in pixels {
            let (derivative, right) = equation(x, y, value)
            let basis = [x * x * derivative, x * y * derivative, y * y * derivative, right]
            for i in 0..<3 { for j in 0..<4 { matrix[i][j] += basis[i] * basis[j] } }
        }
        for i in 0..<3 {
            guard abs(matrix[i][i]) > 1e-12 else { return nil }
            for k in 0..<3 where k != i {
                let factor = matrix[k][i] / matrix[i][i]
                for j in i..<4 { matrix[k][j] -= factor * matrix[i][j] }
            }
        }
        return QuadraticForm(
            xx: matrix[0][3] / matrix[0][0], xy: matrix[1][3] / matrix[1][1], yy: matrix[2][3] / matrix[2][2])
    }
}
