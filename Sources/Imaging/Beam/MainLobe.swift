#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// xx x² + xy x y + yy y², x towards the east, y towards the north, in pixels.
struct QuadraticForm {
    var xx: Double
    var xy: Double
    var yy: Double

    /// Positive definite, and finite.
    var isEllipse: Bool { xx > 0 && yy > 0 && 4 * xx * yy - xy * xy > 1e-9 * xx * yy && (xx + yy).isFinite }

    /// Area of the ellipse on which it is 1.
    var area: Double { .pi / (xx * yy - xy * xy / 4).squareRoot() }

    func value(_ x: Double, _ y: Double) -> Double { xx * x * x + xy * x * y + yy * y * y }
}

/// The connected pixels around the centre above a level.
struct MainLobe {
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

    /// All pixels within two full widths at half maximum of a Gaussian.
    init(_ psf: [Float], _ geometry: ImageGeometry, within form: QuadraticForm) {
        let (width, height) = (geometry.width, geometry.height)
        let edge = 16 * log(2.0)
        // Half the height and width of the ellipse form = edge.
        let determinant = form.xx * form.yy - form.xy * form.xy / 4
        let reach = (
            x: (edge * form.yy / determinant).squareRoot(), y: (edge * form.xx / determinant).squareRoot()
        )
        let (left, below) = (min(reach.x, Double(width / 2 - 1)), min(reach.y, Double(height / 2 - 1)))
        for row in -Int(below)...Int(below) {
            for column in -Int(left)...Int(left) where form.value(Double(-column), Double(row)) <= edge {
                let value = psf[(row + height / 2) * width + column + width / 2]
                pixels.append((Double(-column), Double(row), Double(value)))
            }
        }
    }

    /// Gauss-Newton from the weighted fit of the values' logarithms; nil when it does not settle.
    func fit() -> QuadraticForm? {
        guard pixels.count >= 6 else { return nil }
        let start = solve { _, _, value in (value, -value * log(min(value, 1))) }
        guard let start, start.isEllipse else { return nil }
        return settled(start)
    }

    /// The fit from another one; nil when it does not settle near it. The foot of natural weights makes its area up to
    /// twice that of the lobe's upper part.
    func refined(_ start: QuadraticForm) -> QuadraticForm? {
        guard let form = settled(start) else { return nil }
        return (0.25...4).contains(form.area / start.area) ? form : nil
    }

    /// Gauss-Newton on the values; nil when it does not settle.
    private func settled(_ start: QuadraticForm) -> QuadraticForm? {
        var form = start
        for _ in 0..<200 {
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
