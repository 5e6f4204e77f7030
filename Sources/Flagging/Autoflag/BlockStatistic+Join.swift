// An island over planes of one shape: what is summed stands before the row's end.

extension BlockStatistic {
    /// Sums the polarisations in units of their noise.
    func join(_ measured: [MeasuredPart], into image: Plane) {
        let factors = Plane(rows: measured.count, stride: image.stride)
        let offsets = Plane(rows: 1, stride: image.stride)
        weigh(measured.map(\.flooredNoise), measured.map(\.part.degrees), factors, offsets)
        for (row, part) in measured.enumerated() {
            for (channel, scale) in part.scale.enumerated() {
                factors.samples[row * factors.stride + channel] *= scale * scale
            }
        }
        let (sums, stride) = (image.samples, image.stride)
        let (first, others) = (
            measured[0].power.total.samples, measured.dropFirst().map(\.power.total.samples)
        )
        for row in Swift.stride(from: 0, to: image.count, by: stride) {
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                var sum = first.lanes(row + channel) * factors.samples.lanes(channel)
                for (number, other) in others.enumerated() {
                    sum += other.lanes(row + channel) * factors.samples.lanes((number + 1) * stride + channel)
                }
                sums.setLanes(row + channel, sum.squareRoot() - offsets.samples.lanes(channel))
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
}
