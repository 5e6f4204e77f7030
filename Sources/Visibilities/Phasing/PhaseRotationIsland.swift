// An island of unsafe code: pointers stay within the span, the channels and the scratch row, whose counts are checked at its shore.

/// Multiplies the samples of each row by exp(+2πi ν/c path), all products alike; a path of 0 or one that is not finite
/// leaves its row as it is.
///
/// Each channel's phase is computed anew from its own frequency, in double precision up to the fraction of a turn, so a
/// sample's bits depend on its row and channel only. Phasors of 512 channels are made once for all products of a row.
/// - Parameters:
///   - visibilities: [baseline][polarisation][time][channel].
///   - frequencies: Hz, one per channel, in any order and spacing.
///   - paths: metres, [baseline][time].
func turnRows(
    _ visibilities: inout MutableSpan<Complex64>, _ shape: BlockShape, frequencies: [Double], paths: [Double]
) {
    precondition(
        visibilities.count >= shape.samples && frequencies.count == shape.channels
            && paths.count == shape.rows)
    let capacity = 512
    visibilities.withUnsafeMutableBufferPointer { visibilities in
        frequencies.withUnsafeBufferPointer { frequencies in
            withUnsafeTemporaryAllocation(of: PairedPhasors.self, capacity: capacity / 8) { scratch in
                guard let samples = visibilities.baseAddress, let channels = frequencies.baseAddress,
                    let phasors = scratch.baseAddress
                else { return }
                for row in paths.indices where paths[row].isFinite && paths[row] != 0 {
                    let (baseline, time) = (row / shape.times, row % shape.times)
                    let turnsPerHertz = paths[row] / Conventions.speedOfLight
                    for start in stride(from: 0, to: shape.channels, by: capacity) {
                        let count = min(capacity, shape.channels - start)
                        fill(phasors, channels + start, count, turnsPerHertz)
                        for product in 0..<shape.polarisations {
                            let plane = baseline * shape.polarisations + product
                            let first = (plane * shape.times + time) * shape.channels + start
                            multiply(samples + first, phasors, count)
                        }
                    }
                }
            }
        }
    }
}

/// Phasors of eight channels, each part twice, as pairs of floats lie in memory.
private struct PairedPhasors: BitwiseCopyable {
    /// Cosines: c₀ c₀ c₁ c₁ ...
    var cosines: SIMD16<Float>
    /// Sines: −s₀ s₀ −s₁ s₁ ...
    var sines: SIMD16<Float>
}

/// Makes the phasors of some channels; those beyond the last in its vector are of frequency 0.
private func fill(
    _ phasors: UnsafeMutablePointer<PairedPhasors>, _ frequencies: UnsafePointer<Double>, _ count: Int,
    _ turnsPerHertz: Double
) {
    for vector in 0..<(count + 7) / 8 {
        var frequency = SIMD8<Double>()
        if 8 * vector + 8 <= count {
            frequency = UnsafeRawPointer(frequencies + 8 * vector).loadUnaligned(as: SIMD8<Double>.self)
        } else {
            for lane in 0..<count - 8 * vector { frequency[lane] = frequencies[8 * vector + lane] }
        }
        let (cosine, sine) = phasor(turns: frequency * turnsPerHertz)
        var paired = PairedPhasors(cosines: SIMD16(), sines: SIMD16())
        paired.cosines.evenHalf = cosine
        paired.cosines.oddHalf = cosine
        paired.sines.evenHalf = -sine
        paired.sines.oddHalf = sine
        phasors[vector] = paired
    }
}

/// Multiplies samples by phasors: re c − im s and im c + re s.
private func multiply(
    _ samples: UnsafeMutablePointer<Complex64>, _ phasors: UnsafePointer<PairedPhasors>, _ count: Int
) {
    for vector in 0..<count / 8 {
        let place = UnsafeMutableRawPointer(samples + 8 * vector)
        let pairs = place.loadUnaligned(as: SIMD16<Float>.self)
        place.storeBytes(of: turned(pairs, phasors[vector]), as: SIMD16<Float>.self)
    }
    guard count % 8 != 0 else { return }
    var pairs = SIMD16<Float>()
    let (first, rest) = (count / 8 * 8, count % 8)
    for lane in 0..<rest {
        pairs[2 * lane] = samples[first + lane].real
        pairs[2 * lane + 1] = samples[first + lane].imaginary
    }
    pairs = turned(pairs, phasors[count / 8])
    for lane in 0..<rest { samples[first + lane] = Complex64(pairs[2 * lane], pairs[2 * lane + 1]) }
}

@inline(__always) private func turned(_ pairs: SIMD16<Float>, _ phasors: PairedPhasors) -> SIMD16<Float> {
    var swapped = SIMD16<Float>()
    swapped.evenHalf = pairs.oddHalf
    swapped.oddHalf = pairs.evenHalf
    return pairs * phasors.cosines + swapped * phasors.sines
}
