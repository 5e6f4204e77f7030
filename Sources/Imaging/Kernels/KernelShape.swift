#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The function of a gridding kernel: the exponential of a semicircle with a free exponent,
/// φ(d) = exp(β W ((1 - (2d/W)²)^e - 1)), over W cells (Arras, Reinecke, Westermann & Ensslin 2021, A&A 646, A58).
struct KernelShape: Sendable {
    /// Cells that it covers: W.
    let support: Int
    /// β.
    let beta: Double
    /// e.
    let exponent: Double

    /// φ at a distance in cells.
    func value(at distance: Double) -> Double {
        let x = 2 * distance / Double(support)
        let inside = 1 - x * x
        guard inside > 0 else { return inside > -1e-9 ? exp(-beta * Double(support)) : 0 }
        return exp(beta * Double(support) * (pow(inside, exponent) - 1))
    }

    /// Its Fourier transform ∫ φ(d) cos(2π x d) dd at x turns per cell, by Gauss-Legendre quadrature.
    func transform(_ x: Double) -> Double {
        let half = Double(support) / 2
        var sum = 0.0
        for (node, weight) in zip(Quadrature.nodes, Quadrature.weights) {
            let distance = node * half
            sum += weight * half * cos(2 * .pi * x * distance) * value(at: distance)
        }
        return sum
    }
}
