// An island of unsafe code: weights of rows, eight samples at once; callers check ranges.

/// What weighing sums up, lane by lane.
struct WeighingSums {
    /// Σ w² / ω.
    var variance = SIMD8<Double>()
    /// Σ ω.
    var visibilityWeight = SIMD8<Double>()

    /// Multiplies a row of visibility weights by factors; what is no positive number becomes 0.
    mutating func weigh(_ weights: UnsafeMutablePointer<Float>, factors: UnsafePointer<Float>, count: Int) {
        let whole = count & ~7
        for channel in stride(from: 0, to: whole, by: 8) {
            let natural = UnsafeRawPointer(weights + channel).loadUnaligned(as: Lanes.self)
            let factor = UnsafeRawPointer(factors + channel).loadUnaligned(as: Lanes.self)
            UnsafeMutableRawPointer(weights + channel).storeBytes(of: add(natural, factor), as: Lanes.self)
        }
        guard whole < count else { return }
        var (natural, factor) = (Lanes(), Lanes())
        for lane in 0..<count - whole {
            natural[lane] = weights[whole + lane]
            factor[lane] = factors[whole + lane]
        }
        let weight = add(natural, factor)
        for lane in 0..<count - whole { weights[whole + lane] = weight[lane] }
    }

    /// Sums up eight samples and returns their imaging weights.
    @inline(__always) private mutating func add(_ natural: Lanes, _ factor: Lanes) -> Lanes {
        let good = (natural .> 0) .& (natural .< .infinity)
        let visible = Lanes.zero.replacing(with: natural, where: good)
        let weight = visible * factor
        variance += SIMD8<Double>(weight) * SIMD8<Double>(factor)
        visibilityWeight += SIMD8<Double>(visible)
        return weight
    }
}
