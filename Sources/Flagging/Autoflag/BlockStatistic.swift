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

    /// Real and imaginary part of one polarisation over the rows of a block.
    struct Parts {
        let real: UnsafeMutablePointer<Float>
        let imaginary: UnsafeMutablePointer<Float>
        /// 2, or 1 for real data (parallel hands of an autocorrelation).
        let degrees: Float
    }

    /// Makes the image; 0 where a sample is missing.
    ///
    /// - Parameter valid: 1 where all parts have a sample, else 0, [time][padded channel].
    func image(of parts: [Parts], valid: Plane, channels: Int) -> Plane {
        let image = Plane(rows: valid.rows, stride: valid.stride)
        let mask = Plane(rows: valid.rows, stride: valid.stride)
        mask.samples.update(from: valid.samples, count: valid.rows * valid.stride)
        var levels: [[Float]] = []
        for pass in 0...strategy.sensitivities.count {
            let powers = residualPowers(of: parts, mask: mask, subtract: pass > 0)
            var noises = powers.map { noise(of: $0, mask: mask, channels: channels) }
            if pass == 0 { levels = noises }
            for pol in noises.indices {
                noises[pol] = zip(noises[pol], levels[pol]).map { max($0, Self.rounding * $1) }
            }
            join(powers, noises, parts.map(\.degrees), into: image, valid: valid)
            if pass < strategy.sensitivities.count {
                remask(mask, image: image, valid: valid, channels: channels, strategy.sensitivities[pass])
            }
        }
        return image
    }

    private func residualPowers(of parts: [Parts], mask: Plane, subtract: Bool) -> [Plane] {
        let background = subtract ? Background(mask: mask, strategy: strategy) : nil
        return parts.map { part in
            let power = Plane(rows: mask.rows, stride: mask.stride)
            if let background {
                background.addResidualPower(of: part.real, to: power)
                background.addResidualPower(of: part.imaginary, to: power)
                return power
            }
            for index in Swift.stride(from: 0, to: mask.rows * mask.stride, by: Plane.lanes) {
                let (real, imaginary) = (part.real.lanes(index), part.imaginary.lanes(index))
                power.store(index, real * real + imaginary * imaginary)
            }
            return power
        }
    }

    /// The mean power of each channel, robust against what the mask has left in.
    private func noise(of power: Plane, mask: Plane, channels: Int) -> [Float] {
        let groups = (power.rows + ChannelNoise.group - 1) / ChannelNoise.group
        let means = Plane(rows: groups, stride: power.stride)
        for group in 0..<groups {
            let rows = group * ChannelNoise.group..<min((group + 1) * ChannelNoise.group, power.rows)
            for column in Swift.stride(from: 0, to: power.stride, by: Plane.lanes) {
                var sum = Plane.Lanes(repeating: 0)
                var count = Plane.Lanes(repeating: 0)
                for time in rows {
                    let kept = mask.load(time * power.stride + column)
                    sum += kept * power.load(time * power.stride + column)
                    count += kept
                }
                let few = count .< Float(min(3, rows.count))
                means.store(group * power.stride + column, (sum / count).replacing(with: -1, where: few))
            }
        }
        var column: [Float] = []
        return ChannelNoise(strategy: strategy).bounded(
            (0..<channels).map { channel in
                column.removeAll(keepingCapacity: true)
                for group in 0..<groups {
                    let mean = means.samples[group * power.stride + channel]
                    if mean >= 0 { column.append(mean) }
                }
                return ChannelNoise.robustPower(&column)
            })
    }

    /// Sums the polarisations in units of their noise.
    private func join(
        _ powers: [Plane], _ noises: [[Float]], _ degrees: [Float], into image: Plane, valid: Plane
    ) {
        let factors = Plane(rows: powers.count, stride: image.stride)
        let offsets = Plane(rows: 1, stride: image.stride)
        for channel in noises[0].indices {
            weigh(noises.map { $0[channel] }, degrees, channel, factors, offsets)
        }
        for time in 0..<image.rows {
            for column in Swift.stride(from: 0, to: image.stride, by: Plane.lanes) {
                let index = time * image.stride + column
                var sum = Plane.Lanes(repeating: 0)
                for (pol, power) in powers.enumerated() {
                    sum += power.load(index) * factors.load(pol * image.stride + column)
                }
                image.store(index, (sum.squareRoot() - offsets.load(column)) * valid.load(index))
            }
        }
    }

    /// Weights of one channel: factors on the powers and the offset of the image.
    private func weigh(
        _ noise: [Float], _ degrees: [Float], _ channel: Int, _ factors: Plane, _ offsets: Plane
    ) {
        var least = Float.infinity
        for (power, degree) in zip(noise, degrees) where power > 0 { least = min(least, power / degree) }
        guard least.isFinite else { return }
        var first: Float = 0
        var second: Float = 0
        for (pol, (power, degree)) in zip(noise, degrees).enumerated() where power > 0 && power.isFinite {
            let excess = min(1, strategy.clutterExcess * least / (power / degree))
            let weight = excess * excess
            first += weight * degree
            second += weight * weight * degree
            factors.samples[pol * factors.stride + channel] = weight * degree / power
        }
        let scale = 2 * first / second
        for pol in noise.indices { factors.samples[pol * factors.stride + channel] *= scale }
        offsets.samples[channel] = (2 * first * first / second - 1).squareRoot()
    }

    /// Masks what SumThreshold finds in the image, from the start.
    private func remask(_ mask: Plane, image: Plane, valid: Plane, channels: Int, _ sensitivity: Double) {
        let work = ThresholdImage(times: image.rows, channels: channels)
        for index in 0..<image.rows * image.stride where valid.samples[index] > 0 {
            work.value[index] = Self.grid(image.samples[index])
            work.live[index] = 1
        }
        work.find(
            SumThreshold(timeThreshold: sensitivity * threshold * strategy.base, twoSided: false),
            unit: Double(Self.unit))
        for index in 0..<image.rows * image.stride {
            mask.samples[index] = work.found[index] == 0 ? valid.samples[index] : 0
        }
    }

    /// A sample of the image on the grid, within 16 bits and never the mark of a missing one.
    static func grid(_ sample: Float) -> Int32 { Int32(min(max(sample * unit, -32767), 32767).rounded()) }
}
