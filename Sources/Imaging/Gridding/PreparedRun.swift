// An island of unsafe code: weighting and turning the samples of a run, eight channels at once.

import Visibilities

/// The arrays of a checked batch.
struct BatchPointers {
    let frequencies: UnsafePointer<Double>
    let uvw: UnsafePointer<UVW>
    let visibilities: UnsafePointer<Complex64>
    let weights: UnsafePointer<Float>
    let channels: Int
}

extension VisibilityBatch {
    /// Lends the arrays of a batch that has samples.
    func withPointers<Result>(_ body: (BatchPointers) -> Result) -> Result? {
        frequencies.withUnsafeBufferPointer { frequencies in
            uvw.withUnsafeBufferPointer { uvw in
                visibilities.withUnsafeBufferPointer { visibilities in
                    weights.withUnsafeBufferPointer { weights in
                        guard let frequency = frequencies.baseAddress, let uvw = uvw.baseAddress,
                            let visibility = visibilities.baseAddress, let weight = weights.baseAddress
                        else { return nil }
                        return body(
                            BatchPointers(
                                frequencies: frequency, uvw: uvw, visibilities: visibility, weights: weight,
                                channels: frequencies.count))
                    }
                }
            }
        }
    }
}

/// Sums over samples, lane by lane.
struct LaneSums {
    var weight = SIMD8<Double>()
    var weightedFrequency = SIMD8<Double>()
    var squaredWeight = SIMD8<Double>()
    var used = 0
    var flagged = 0

    var total: GridSums {
        var sums = GridSums()
        sums.weight = weight.sum()
        sums.weightedFrequency = weightedFrequency.sum()
        sums.squaredWeight = squaredWeight.sum()
        sums.used = used
        sums.flagged = flagged
        return sums
    }
}

/// Weighted visibilities of a run, turned by their w phase, ready to be spread; and the kernels' polynomials.
struct PreparedRun {
    static let capacity = 64
    private static let mostPowers = 12
    static let byteCount = 32 * (1 + 2 * mostPowers) + capacity * 8

    /// The kernel along u of one sample, in memory so that its cells can be read one by one.
    let kernelU: UnsafeMutablePointer<Lanes>
    private let realLanes: UnsafeMutablePointer<Lanes>
    private let planePowers: UnsafeMutablePointer<Lanes>
    /// Coefficients of the kernel along u and v, highest power first.
    let powers: UnsafePointer<Lanes>

    /// - Parameter bytes: `byteCount` bytes of scratch, aligned to a cache line.
    init(_ bytes: UnsafeMutableRawPointer, _ scheme: GriddingScheme) {
        let lanes = bytes.bindMemory(to: Lanes.self, capacity: Self.byteCount / 32)
        kernelU = lanes
        realLanes = lanes + 1
        planePowers = realLanes + Self.capacity / 4
        let powers = planePowers + Self.mostPowers
        // Leading zeros make it one length for any support: a loop that no branch ends.
        let planeCoefficients = scheme.planeKernel.coefficients
        planePowers.update(repeating: .zero, count: Self.mostPowers)
        for (power, value) in planeCoefficients.enumerated() {
            planePowers[Self.mostPowers - planeCoefficients.count + power] = value
        }
        for (power, value) in scheme.kernel.coefficients.enumerated() { powers[power] = value }
        self.powers = UnsafePointer(powers)
    }

    /// The kernel along w; lane = plane.
    @inline(__always) func planeKernel(_ t: Float) -> Lanes {
        horner(planePowers, count: Self.mostPowers, t)
    }

    /// Real parts by channel of the run.
    var real: UnsafePointer<Float> { UnsafeRawPointer(realLanes).assumingMemoryBound(to: Float.self) }
    /// Imaginary parts by channel of the run.
    var imaginary: UnsafePointer<Float> { real + Self.capacity }

    /// Weights and turns the samples of some channels (at most `capacity`); those that are flagged or no numbers
    /// become 0. With `unit`, every visibility is 1.
    func fill(
        _ batch: BatchPointers, row: Int, channels: Range<Int>, turnsPerHertz: Double, sign: Float,
        unit: Bool,
        _ sums: inout LaneSums
    ) {
        var start = channels.lowerBound
        var slot = 0
        while start < channels.upperBound {
            let count = min(8, channels.upperBound - start)
            var lanes = Samples()
            if start + 8 <= batch.channels {
                lanes.load(batch, row, start)
                if count < 8 { lanes.weight.replace(with: 0, where: Self.laneNumbers .>= Int32(count)) }
            } else {
                lanes.load(batch, row, start, count: count)
            }
            lanes.imaginary *= sign
            let size = lanes.real * lanes.real + lanes.imaginary * lanes.imaginary
            let good = (lanes.weight .> 0) .& (lanes.weight .< .infinity) .& (size .< .infinity)
            let weight = Lanes.zero.replacing(with: lanes.weight, where: good)
            let real = unit ? Lanes(repeating: 1) : Lanes.zero.replacing(with: lanes.real, where: good)
            let imaginary = unit ? .zero : Lanes.zero.replacing(with: lanes.imaginary, where: good)
            let (cosine, sine) = phasor(turns: lanes.frequency * turnsPerHertz)
            realLanes[slot] = weight * (real * cosine - imaginary * sine)
            realLanes[slot + Self.capacity / 8] = weight * (real * sine + imaginary * cosine)
            let ones = SIMD8<Int32>.zero.replacing(with: 1, where: good)
            let used = Int(ones.wrappedSum())
            sums.used += used
            sums.flagged += count - used
            let exact = SIMD8<Double>(weight)
            sums.weight += exact
            sums.weightedFrequency += exact * lanes.frequency
            sums.squaredWeight += exact * exact
            start += count
            slot += 1
        }
    }

    private static var laneNumbers: SIMD8<Int32> { SIMD8(0, 1, 2, 3, 4, 5, 6, 7) }
}

/// Samples of eight channels.
private struct Samples {
    var real = Lanes()
    var imaginary = Lanes()
    var weight = Lanes()
    var frequency = SIMD8<Double>()

    /// Loads eight channels.
    @inline(__always) mutating func load(_ batch: BatchPointers, _ row: Int, _ start: Int) {
        let sample = row * batch.channels + start
        let pairs = UnsafeRawPointer(batch.visibilities + sample).loadUnaligned(as: SIMD16<Float>.self)
        real = pairs.evenHalf
        imaginary = pairs.oddHalf
        weight = UnsafeRawPointer(batch.weights + sample).loadUnaligned(as: Lanes.self)
        frequency = UnsafeRawPointer(batch.frequencies + start).loadUnaligned(as: SIMD8<Double>.self)
    }

    /// Loads fewer than eight channels; the other lanes have weight 0.
    mutating func load(_ batch: BatchPointers, _ row: Int, _ start: Int, count: Int) {
        for lane in 0..<count {
            let sample = row * batch.channels + start + lane
            real[lane] = batch.visibilities[sample].real
            imaginary[lane] = batch.visibilities[sample].imaginary
            weight[lane] = batch.weights[sample]
            frequency[lane] = batch.frequencies[start + lane]
        }
    }
}
