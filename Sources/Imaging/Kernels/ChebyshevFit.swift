#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
