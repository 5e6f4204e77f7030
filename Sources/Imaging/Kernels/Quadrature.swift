#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gauss-Legendre quadrature of even functions on [-1, 1]: 96 points, of which the positive ones stand for both.
enum Quadrature {
    private static let rule = positiveLegendre(96)
    static var nodes: [Double] { rule.nodes }
    static var weights: [Double] { rule.weights }

    /// Positive roots of the Legendre polynomial of even degree by Newton's method from the asymptotic ones.
    private static func positiveLegendre(_ n: Int) -> (nodes: [Double], weights: [Double]) {
        var nodes = [Double]()
        var weights = [Double]()
        for k in 0..<n / 2 {
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
            weights.append(4 / ((1 - x * x) * slope * slope))
        }
        return (nodes, weights)
    }
}
