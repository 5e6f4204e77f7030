/// A gridding kernel, evaluated as one polynomial per cell of its support, all cells at once.
struct GriddingKernel: Sendable {
    /// Cells that it covers, 1 ... 8.
    let support: Int
    /// Coefficients of the polynomials in t (twice the offset from the support's middle), highest power first; lane =
    /// cell.
    let coefficients: [SIMD8<Float>]
    /// The function that it stands for; nil where one cell has weight 1.
    private let shape: KernelShape?

    init(_ shape: KernelShape) {
        support = shape.support
        self.shape = shape
        var lanes = [SIMD8<Float>](repeating: .zero, count: shape.support + 4)
        for cell in 0..<shape.support {
            let centre = Double(cell) - Double(shape.support - 1) / 2
            let powers = chebyshevFit(degree: shape.support + 3) { t in shape.value(at: centre - t / 2) }
            for (power, value) in powers.enumerated() { lanes[powers.count - 1 - power][cell] = Float(value) }
        }
        coefficients = lanes
    }

    /// The kernel of an axis along which nothing varies: one cell of weight 1.
    private init() {
        support = 1
        shape = nil
        coefficients = [SIMD8<Float>(1, 0, 0, 0, 0, 0, 0, 0)]
    }

    static let flat = GriddingKernel()

    /// Its Fourier transform at x turns per cell.
    func transform(_ x: Double) -> Double { shape?.transform(x) ?? 1 }
}
