/// A gridding kernel, evaluated as one polynomial per cell of its support.
struct GriddingKernel: Sendable {
    /// Cells that it covers, 1 ... 16.
    let support: Int
    /// Coefficients of the polynomials in t (twice the offset from the support's middle), lowest power first,
    /// [cell][power].
    let powers: [[Double]]
    /// The same for several samples at once: what grids and degrids asks for it again for every tile.
    let mirrored: MirroredPolynomials
    /// The function that it stands for; nil where one cell has weight 1.
    private let shape: KernelShape?

    /// The polynomials of a shape, of degree W + 3: what they miss of it is far below its aliasing.
    init(_ shape: KernelShape) {
        support = shape.support
        self.shape = shape
        powers = (0..<shape.support).map { cell in
            let centre = Double(cell) - Double(shape.support - 1) / 2
            return chebyshevFit(degree: shape.support + 3) { t in shape.value(at: centre - t / 2) }
        }
        mirrored = MirroredPolynomials(powers)
    }

    /// The kernel of an axis along which nothing varies: one cell of weight 1.
    private init() {
        support = 1
        shape = nil
        powers = [[1]]
        mirrored = MirroredPolynomials(powers)
    }

    static let flat = GriddingKernel()

    /// Its Fourier transform at x turns per cell.
    func transform(_ x: Double) -> Double { shape?.transform(x) ?? 1 }
}
