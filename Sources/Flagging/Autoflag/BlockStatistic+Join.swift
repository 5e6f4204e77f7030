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
        sums.update(repeating: 0, count: image.count)
        for (pol, part) in measured.enumerated() {
            let (source, scale) = (part.power.total.samples, factors.samples + pol * stride)
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
}
