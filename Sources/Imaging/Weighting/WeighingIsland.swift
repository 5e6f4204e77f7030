// An island of unsafe code: Stokes I of two planes and weights of rows, eight samples at once; callers check ranges.

import Visibilities

/// Half the sum of two planes of equal length.
func meanOfPlanes(
    _ first: UnsafeBufferPointer<Complex64>, _ second: UnsafeBufferPointer<Complex64>,
    into mean: UnsafeMutableBufferPointer<Complex64>
) {
    guard let a = UnsafeRawPointer(first.baseAddress), let b = UnsafeRawPointer(second.baseAddress),
        let result = UnsafeMutableRawPointer(mean.baseAddress)
    else { return }
    let count = min(first.count, second.count, mean.count)
    let whole = count & ~7
    for offset in stride(from: 0, to: 8 * whole, by: 64) {
        let x = a.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        let y = b.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        result.storeBytes(of: (x + y) * 0.5, toByteOffset: offset, as: SIMD16<Float>.self)
    }
    for sample in whole..<count {
        let (x, y) = (first[sample], second[sample])
        mean[sample] = Complex64((x.real + y.real) * 0.5, (x.imaginary + y.imaginary) * 0.5)
    }
}

/// Weights and flag bits of a plane.
struct WeightedPlane {
    let weights: UnsafePointer<Float>
    let flags: UnsafePointer<UInt8>

    /// Eight weights, 0 where a flag is set or the weight is not a positive number.
    @inline(__always) func lanes(_ sample: Int) -> Lanes {
        let weight = UnsafeRawPointer(weights + sample).loadUnaligned(as: Lanes.self)
        let flag = UnsafeRawPointer(flags + sample).loadUnaligned(as: SIMD8<UInt8>.self)
        let good = (weight .> 0) .& (weight .< .infinity) .& (SIMD8<Int32>(truncatingIfNeeded: flag) .== 0)
        return Lanes.zero.replacing(with: weight, where: good)
    }
}

/// Weight of half the sum of two samples: 4 / (1/w + 1/w'); 0 when either is not a positive number.
@inline(__always) func stokesWeight(_ a: Float, _ b: Float, single: Bool) -> Float {
    guard a > 0, b > 0, a < .infinity, b < .infinity else { return 0 }
    return single ? a : 4 / (1 / a + 1 / b)
}

/// Weights of half the sums of two planes, as `stokesWeight`; 0 where either is flagged. With `single` both are one.
func combineWeights(
    _ a: WeightedPlane, _ b: WeightedPlane, single: Bool, into result: UnsafeMutablePointer<Float>, count: Int
) {
    let whole = count & ~7
    for sample in stride(from: 0, to: whole, by: 8) {
        let (x, y) = (a.lanes(sample), b.lanes(sample))
        // 4 / (1/0 + 1/w) is 0, as it must be.
        let combined = single ? x : 4 / (1 / x + 1 / y)
        UnsafeMutableRawPointer(result + sample).storeBytes(of: combined, as: Lanes.self)
    }
    for sample in whole..<count {
        let weight = stokesWeight(a.weights[sample], b.weights[sample], single: single)
        result[sample] = a.flags[sample] | b.flags[sample] == 0 ? weight : 0
    }
}

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
