/// Turns the polarisations of one baseline over a block of dumps into one real image in units of its own noise.
///
/// Per polarisation p the background is taken off; |rₚ|² over its noise variance Nₚ is chi-squared with 2 degrees of
/// freedom. The sum over p with weights wₚ is again close to chi-squared (Satterthwaite 1946), with k degrees; the image is
/// √(2χ²) − √(2k−1), close to a unit normal distribution (Fisher 1925). A polarisation whose residual holds more than its noise,
/// as parallel hands do under fast sky fringes, or autocorrelations, loses its weight.
struct BlockStatistic {
    let strategy: Strategy
    let threshold: Double

    /// Grid steps of the image per standard deviation.
    static let unit: Float = 256

    /// Least noise power relative to the level of the data: below it, single precision is all there is.
    private static let rounding: Float = 1e-10

    /// Makes the image, not meaningful where a sample is missing.
    ///
    /// - Parameter valid: 1 where all parts have a sample, else 0, [time][padded channel].
    func image(of parts: [PolarisationParts], valid: Plane, channels: Int) -> Plane {
        let image = Plane(rows: valid.rows, stride: valid.stride)
        let mask = Plane(rows: valid.rows, stride: valid.stride)
        mask.samples.update(from: valid.samples, count: valid.count)
        var parts = parts
        var powers = parts.map { _ in Plane(rows: valid.rows, stride: valid.stride) }
        let difference = differenceOfHands(parts, mask: mask, channels: channels)
        if let difference {
            parts.append(
                PolarisationParts(
                    real: difference.real.samples, imaginary: difference.imaginary.samples, degrees: 2))
            powers.append(Plane(rows: valid.rows, stride: valid.stride))
        }
        // The planes of the difference live as long as their pointers are used.
        defer { withExtendedLifetime(difference) {} }
        let background = Background(mask: mask, strategy: strategy)
        let work = ThresholdImage(times: valid.rows, channels: channels)
        let estimator = ChannelNoise(strategy: strategy)
        var levels: [[Float]] = []
        var noises = parts.map { _ in [Float](repeating: .infinity, count: channels) }
        for pass in 0...strategy.sensitivities.count {
            findPowers(powers, of: parts, background: pass > 0 ? background : nil)
            let found = estimator.noises(
                of: powers, degrees: parts.map(\.degrees), mask: mask, channels: channels)
            // A channel that is masked altogether keeps the noise found before.
            noises = found.indices.map { pol in
                zip(found[pol], noises[pol]).map { $0 < .infinity ? $0 : $1 }
            }
            if pass == 0 { levels = noises }
            let floored = zip(noises, levels).map { zip($0, $1).map { max($0, Self.rounding * $1) } }
            join(powers, floored, parts.map(\.degrees), into: image)
            if pass < strategy.sensitivities.count {
                remask(mask, image: image, valid: valid, work, strategy.sensitivities[pass])
            }
        }
        return image
    }

    /// What is left of two parallel hands of a cross baseline once an unpolarised sky cancels, if it dominates.
    private func differenceOfHands(_ parts: [PolarisationParts], mask: Plane, channels: Int) -> SkyDifference?
    {
        guard parts.count == 2, parts.allSatisfy({ $0.degrees > 1 }) else { return nil }
        return SkyDifference(parts[0], parts[1], mask: mask, channels: channels, strategy: strategy)
    }

    /// The powers of the parts, with or without a background taken off.
    private func findPowers(_ powers: [Plane], of parts: [PolarisationParts], background: Background?) {
        background?.renormalise()
        for (power, part) in zip(powers, parts) {
            if let background {
                power.samples.update(repeating: 0, count: power.count)
                background.addResidualPower(of: part.real, to: power)
                if part.degrees > 1 { background.addResidualPower(of: part.imaginary, to: power) }
                continue
            }
            for index in Swift.stride(from: 0, to: power.count, by: Plane.lanes) {
                let (real, imaginary) = (part.real.lanes(index), part.imaginary.lanes(index))
                power.samples.setLanes(index, real * real + imaginary * imaginary)
            }
        }
    }

    /// Sums the polarisations in units of their noise.
    private func join(_ powers: [Plane], _ noises: [[Float]], _ degrees: [Float], into image: Plane) {
        let factors = Plane(rows: powers.count, stride: image.stride)
        let offsets = Plane(rows: 1, stride: image.stride)
        weigh(noises, degrees, factors, offsets)
        let (sums, stride) = (image.samples, image.stride)
        sums.update(repeating: 0, count: image.count)
        for (pol, power) in powers.enumerated() {
            let (source, scale) = (power.samples, factors.samples + pol * stride)
            for time in 0..<image.rows {
                for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    let index = time * stride + column
                    sums.setLanes(index, sums.lanes(index) + source.lanes(index) * scale.lanes(column))
                }
            }
        }
        for time in 0..<image.rows {
            for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let index = time * stride + column
                sums.setLanes(index, sums.lanes(index).squareRoot() - offsets.samples.lanes(column))
            }
        }
    }

    /// Weights per channel: factors on the powers and the offset of the image.
    private func weigh(_ noises: [[Float]], _ degrees: [Float], _ factors: Plane, _ offsets: Plane) {
        for channel in noises[0].indices {
            var least = Float.infinity
            for pol in noises.indices where noises[pol][channel] > 0 {
                least = min(least, noises[pol][channel] / degrees[pol])
            }
            guard least.isFinite else { continue }
            var first: Float = 0
            var second: Float = 0
            for pol in noises.indices where noises[pol][channel] > 0 && noises[pol][channel].isFinite {
                let excess = min(1, strategy.clutterExcess * least / (noises[pol][channel] / degrees[pol]))
                let weight = excess * excess
                first += weight * degrees[pol]
                second += weight * weight * degrees[pol]
                factors.samples[pol * factors.stride + channel] = weight * degrees[pol] / noises[pol][channel]
            }
            for pol in noises.indices {
                factors.samples[pol * factors.stride + channel] *= 2 * first / second
            }
            offsets.samples[channel] = (2 * first * first / second - 1).squareRoot()
        }
    }

    /// Masks what SumThreshold finds in the image, from the start.
    private func remask(
        _ mask: Plane, image: Plane, valid: Plane, _ work: ThresholdImage, _ sensitivity: Double
    ) {
        let (values, marks) = (image.samples, valid.samples)
        work.refill { index in
            let kept = marks.lanes(index) .> Plane.Lanes(repeating: 0)
            let zero = SIMD16<Int32>(repeating: 0)
            return (
                zero.replacing(with: Self.grid(values.lanes(index)), where: kept),
                zero.replacing(with: SIMD16<Int32>(repeating: 1), where: kept)
            )
        }
        let operation = SumThreshold(timeThreshold: sensitivity * threshold * strategy.base, twoSided: false)
        operation.find(in: work, unit: Double(Self.unit))
        for index in Swift.stride(from: 0, to: mask.count, by: Plane.lanes) {
            let found = work.found.lanes(index) .< SIMD16<Int32>(repeating: 0)
            mask.samples.setLanes(
                index, marks.lanes(index).replacing(with: Plane.Lanes(repeating: 0), where: found))
        }
    }

    /// Samples of the image on the grid, cut at what is above every threshold.
    @inline(__always)
    static func grid(_ samples: Plane.Lanes) -> SIMD16<Int32> {
        let (least, most) = (Plane.Lanes(repeating: -limit), Plane.Lanes(repeating: limit))
        // A NaN compares as false and becomes the least.
        let cut = lesser(greater(least, samples * unit), most)
        // Adding 1.5 x 2^23 leaves the rounded integer in the low bits of the significand.
        return unsafeBitCast(cut + 12_582_912, to: SIMD16<Int32>.self) &- 0x4B40_0000
    }

    /// Largest value on the grid: far above every threshold, and 256 of them add up to less than 2³¹.
    private static let limit: Float = 2_097_152
}
