/// The image that the polarisations of a block make together: the sum of their powers in units of their noise, whose square root is close to
/// normal.
///
/// |rₚ|² over its noise variance Nₚ is chi-squared with 2 degrees of freedom. The sum over p with weights wₚ is again close to
/// chi-squared (Satterthwaite 1946), with k degrees; the image is √(2χ²) − √(2k−1), close to a unit normal distribution (Fisher 1925).
/// A polarisation whose residual holds more than its noise, as parallel hands do under fast sky fringes, or autocorrelations, loses its
/// weight.
///
/// A marked island over planes of one shape: powers are added up vector by vector as they are asked for.
final class JoinedPowers {
    private let measured: [MeasuredPart]
    private let powers: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    /// Of the powers, [part], and what is taken off the square root.
    private let factors: Plane
    private let offsets: Plane

    /// Of parts whose noise is known.
    init(_ measured: [MeasuredPart], stride: Int, clutterExcess: Float) {
        self.measured = measured
        powers = .allocate(capacity: measured.count)
        for (number, part) in measured.enumerated() {
            powers.advanced(by: number).initialize(to: part.power.total.samples)
        }
        factors = Plane(rows: measured.count, stride: stride)
        offsets = Plane(rows: 1, stride: stride)
        weigh(measured.map(\.flooredNoise), measured.map(\.part.degrees), clutterExcess)
        for (row, part) in measured.enumerated() {
            for (channel, scale) in part.scale.enumerated() {
                factors.samples[row * stride + channel] *= scale * scale
            }
        }
    }

    deinit { powers.deallocate() }

    /// A vector of the image on the grid of `BlockStatistic.unit`, by the first index of a row and the channel; not meaningful where a sample
    /// is missing.
    @inline(__always)
    func grid(_ row: Int, _ channel: Int) -> SIMD16<Int32> {
        let factors = factors.samples + channel
        var sum = powers[0].lanes(row + channel) * factors.lanes(0)
        for number in 1..<measured.count {
            sum += powers[number].lanes(row + channel) * factors.lanes(number * offsets.stride)
        }
        return BlockStatistic.grid(rootOfMagnitude(sum) - offsets.samples.lanes(channel))
    }

    /// Weights per channel: factors on the powers and the offset of the image.
    private func weigh(_ noises: [[Float]], _ degrees: [Float], _ clutterExcess: Float) {
        for channel in noises[0].indices {
            var least = Float.infinity
            for pol in noises.indices where noises[pol][channel] > 0 {
                least = min(least, noises[pol][channel] / degrees[pol])
            }
            guard least.isFinite else { continue }
            var first: Float = 0
            var second: Float = 0
            for pol in noises.indices where noises[pol][channel] > 0 && noises[pol][channel].isFinite {
                let excess = min(1, clutterExcess * least / (noises[pol][channel] / degrees[pol]))
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
}
