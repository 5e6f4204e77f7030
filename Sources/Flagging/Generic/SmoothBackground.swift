import Foundation

/// The background of an image: means of three time steps over what counts, smoothed by a Gaussian in both directions, what is masked
/// left out of it.
///
/// A marked island: planes have `margin` rows and `pad` channels of zeros around them.
final class SmoothBackground {
    private static let step = 3
    private static let (margin, pad) = (10, 16)
    /// exp(-x²/2s²) from the middle on: 21 bins of time with 2s² = 5, 31 channels with 2s² = 10.
    private static let inTime = (0...10).map { Float(exp(-Double($0 * $0) / 5)) }
    private static let inFrequency = (0...15).map { Float(exp(-Double($0 * $0) / 10)) }

    private let bins: Int
    private let stride: Int
    /// Means of what counts, then the numerator; 1 where something counts, then the denominator.
    private let sums: Plane
    private let weights: Plane
    private let scratch: Plane

    init(times: Int, channels: Int) {
        bins = (times + Self.step - 1) / Self.step
        stride = Plane.stride(channels: channels) + 2 * Self.pad
        let (rows, stride) = (bins + 2 * Self.margin, stride)
        sums = Plane(rows: rows, stride: stride)
        weights = Plane(rows: rows, stride: stride)
        scratch = Plane(rows: rows, stride: stride)
    }

    static func byteCount(times: Int, channels: Int) -> Int {
        let rows = (times + step - 1) / step + 2 * margin
        return 3 * 4 * rows * (Plane.stride(channels: channels) + 2 * pad)
    }

    /// Takes the background of an image's amplitudes off them.
    func subtract(_ mask: ImageMask, to residual: UnsafeMutablePointer<Float>) {
        bin(mask)
        smooth(sums)
        smooth(weights)
        for bin in 0..<bins {
            let row = (bin + Self.margin) * stride + Self.pad
            for column in Swift.stride(from: 0, to: mask.channels, by: Plane.lanes) {
                let weight = weights.samples.lanes(row + column)
                let quotient = unsafeBitCast(
                    sums.samples.lanes(row + column) / weight, to: ImageMask.Lanes.self)
                let background = unsafeBitCast(quotient & ImageMask.present(weight), to: Plane.Lanes.self)
                for time in bin * Self.step..<min((bin + 1) * Self.step, mask.times) {
                    let index = time * mask.stride + column
                    residual.setLanes(index, mask.amplitudes.lanes(index) - background)
                }
            }
        }
    }

    /// Means over the samples that count of each bin, 0 where there are none.
    private func bin(_ mask: ImageMask) {
        sums.samples.update(repeating: 0, count: sums.count)
        weights.samples.update(repeating: 0, count: weights.count)
        let one = unsafeBitCast(Plane.Lanes(repeating: 1), to: ImageMask.Lanes.self)
        mask.visit { index, time, column, kept in
            let target = (time / Self.step + Self.margin) * stride + Self.pad + column
            let bits = unsafeBitCast(mask.amplitudes.lanes(index), to: ImageMask.Lanes.self) & kept
            sums.samples.setLanes(
                target, sums.samples.lanes(target) + unsafeBitCast(bits, to: Plane.Lanes.self))
            weights.samples.setLanes(
                target, weights.samples.lanes(target) + unsafeBitCast(one & kept, to: Plane.Lanes.self))
        }
        for index in Swift.stride(
            from: Self.margin * stride, to: (Self.margin + bins) * stride, by: Plane.lanes)
        {
            let count = weights.samples.lanes(index)
            let isThere = ImageMask.present(count)
            let mean = unsafeBitCast(sums.samples.lanes(index) / count, to: ImageMask.Lanes.self) & isThere
            sums.samples.setLanes(index, unsafeBitCast(mean, to: Plane.Lanes.self))
            weights.samples.setLanes(index, unsafeBitCast(one & isThere, to: Plane.Lanes.self))
        }
    }

    private func smooth(_ plane: Plane) {
        let (input, middle) = (plane.samples, scratch.samples)
        for row in Self.margin..<Self.margin + bins {
            for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let index = row * stride + column
                middle.setLanes(index, Self.convolve(input + index, Self.inTime, stride))
            }
            for column in Swift.stride(from: Self.pad, to: stride - Self.pad, by: Plane.lanes) {
                // The row itself is still needed by those after it: what is smooth stands in the rows above the margin.
                let index = row * stride + column
                middle.setLanes(
                    index - Self.margin * stride, Self.convolve(middle + index, Self.inFrequency, 1))
            }
        }
        for row in Self.margin..<Self.margin + bins {
            for column in Swift.stride(from: Self.pad, to: stride - Self.pad, by: Plane.lanes) {
                let index = row * stride + column
                input.setLanes(index, middle.lanes(index - Self.margin * stride))
            }
        }
    }

    /// A symmetric kernel, from its middle on, over samples that lie so far apart.
    @inline(__always)
    private static func convolve(_ samples: UnsafeMutablePointer<Float>, _ kernel: [Float], _ step: Int)
        -> Plane.Lanes
    {
        var sum = samples.lanes(0) * kernel[0]
        for distance in 1..<kernel.count {
            sum += (samples.lanes(-distance * step) + samples.lanes(distance * step)) * kernel[distance]
        }
        return sum
    }
}
