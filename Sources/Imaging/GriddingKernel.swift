#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A gridding kernel: the exponential of a semicircle with a free exponent,
/// φ(d) = exp(β W ((1 - (2d/W)²)^e - 1)), over W cells (Arras, Reinecke, Westermann & Ensslin 2021, A&A 646, A58).
///
/// It is evaluated as one polynomial per cell of the support, all cells at once.
struct GriddingKernel: Sendable {
    /// Cells that it covers, 1 ... 8.
    let support: Int
    /// Shape parameters β and e.
    let beta: Double
    let exponent: Double
    /// Coefficients of the polynomials in t (twice the offset from the support's middle), highest power first; lane =
    /// cell.
    let coefficients: [SIMD8<Float>]

    init(_ entry: KernelEntry) {
        support = entry.support
        beta = entry.beta
        exponent = entry.exponent
        var lanes = [SIMD8<Float>](repeating: .zero, count: entry.support + 4)
        for cell in 0..<entry.support {
            let centre = Double(cell) - Double(entry.support - 1) / 2
            let powers = chebyshevFit(degree: entry.support + 3) { t in
                Self.value(
                    at: centre - t / 2, support: entry.support, beta: entry.beta, exponent: entry.exponent)
            }
            for (power, value) in powers.enumerated() { lanes[powers.count - 1 - power][cell] = Float(value) }
        }
        coefficients = lanes
    }

    /// The kernel of an axis along which nothing varies: one cell of weight 1.
    private init() {
        support = 1
        beta = 0
        exponent = 0.5
        coefficients = [SIMD8<Float>(1, 0, 0, 0, 0, 0, 0, 0)]
    }

    static let flat = GriddingKernel()

    /// φ at a distance in cells.
    static func value(at distance: Double, support: Int, beta: Double, exponent: Double) -> Double {
        let x = 2 * distance / Double(support)
        let inside = 1 - x * x
        guard inside > 0 else { return inside > -1e-9 ? exp(-beta * Double(support)) : 0 }
        return exp(beta * Double(support) * (pow(inside, exponent) - 1))
    }

    /// Its Fourier transform ∫ φ(d) cos(2π x d) dd at x turns per cell, by Gauss-Legendre quadrature.
    static func transform(_ x: Double, _ support: Int, _ beta: Double, _ exponent: Double) -> Double {
        let half = Double(support) / 2
        var sum = 0.0
        for (node, weight) in zip(Quadrature.nodes, Quadrature.weights) {
            let distance = node * half
            sum +=
                weight * half * cos(2 * .pi * x * distance)
                * value(at: distance, support: support, beta: beta, exponent: exponent)
        }
        return sum
    }

    /// The transform of this kernel.
    func transform(_ x: Double) -> Double {
        support > 1 ? Self.transform(x, support, beta, exponent) : 1
    }
}

/// Gauss-Legendre quadrature on [-1, 1].
enum Quadrature {
    private static let rule = legendre(48)
    static var nodes: [Double] { rule.nodes }
    static var weights: [Double] { rule.weights }

    /// Roots of the Legendre polynomial by Newton's method from the asymptotic ones.
    private static func legendre(_ n: Int) -> (nodes: [Double], weights: [Double]) {
        var nodes = [Double]()
        var weights = [Double]()
        for k in 0..<n {
            var x = cos(.pi * (Double(k) + 0.75) / (Double(n) + 0.5))
            var slope = 0.0
            for _ in 0..<20 {
                var (p, previous) = (1.0, 0.0)
                for j in 0..<n {
                    (p, previous) = ((Double(2 * j + 1) * x * p - Double(j) * previous) / Double(j + 1), p)
                }
                slope = Double(n) * (x * p - previous) / (x * x - 1)
                x -= p / slope
            }
            nodes.append(x)
            weights.append(2 / ((1 - x * x) * slope * slope))
        }
        return (nodes, weights)
    }
}

/// Monomial coefficients, lowest power first, of the Chebyshev interpolant of a function on [-1, 1].
func chebyshevFit(degree: Int, _ function: (Double) -> Double) -> [Double] {
    let nodes = 2 * (degree + 1)
    let samples = (0..<nodes).map { k in
        let angle = .pi * (Double(k) + 0.5) / Double(nodes)
        return (angle: angle, value: function(cos(angle)))
    }
    var powers = [Double](repeating: 0, count: degree + 1)
    // T(0) = 1, T(1) = t, T(k+1) = 2 t T(k) - T(k-1), as monomials.
    var (chebyshev, previous) = ([1.0], [Double]())
    for k in 0...degree {
        let scale = (k == 0 ? 1.0 : 2.0) / Double(nodes)
        let coefficient = scale * samples.reduce(0) { $0 + $1.value * cos(Double(k) * $1.angle) }
        for (power, value) in chebyshev.enumerated() { powers[power] += coefficient * value }
        var next = [0.0] + chebyshev.map { k == 0 ? $0 : 2 * $0 }
        for (power, value) in previous.enumerated() { next[power] -= value }
        (chebyshev, previous) = (next, chebyshev)
    }
    return powers
}
