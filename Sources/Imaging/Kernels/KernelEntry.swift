#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One kernel of the table: shape, oversampling it is made for, and errors.
struct KernelEntry: Sendable {
    let shape: KernelShape
    let oversampling: Double
    /// Root mean square of the relative aliasing √(Σ φ̂(x + k)²) / φ̂(x) over the kept part of one axis,
    /// |x| ≤ 1 / (2 oversampling), polynomials for the kernel.
    let error: Double
    /// The worst of it, at the image's edge or near it.
    let worstError: Double
    /// Root mean square of φ̂(0) / φ̂(x) over the kept part: by how much the image is raised, and rounding errors with it.
    let taper: Double
    /// The same at the image's edge.
    let edgeTaper: Double

    init(
        _ support: Int, _ oversampling: Double, _ beta: Double, _ exponent: Double, _ error: Double,
        _ worst: Double
    ) {
        shape = KernelShape(support: support, beta: beta, exponent: exponent)
        self.oversampling = oversampling
        self.error = error
        worstError = worst
        let (shape, peak) = (shape, shape.transform(0))
        let squares = (0...4).map { pow(peak / shape.transform(Double($0) / (8 * oversampling)), 2) }
        edgeTaper = squares[4].squareRoot()
        // Simpson's rule.
        taper = ((squares[0] + 4 * squares[1] + 2 * squares[2] + 4 * squares[3] + squares[4]) / 12)
            .squareRoot()
    }
}
