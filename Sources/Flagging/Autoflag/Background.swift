/// A masked running mean in time and frequency: two means along each axis make it close to a Gaussian.
///
/// A marked island: all planes have the shape of the mask, the padded ones `pad` more channels on each side.
final class Background {
    private let strategy: Strategy
    private let mask: Plane
    private let first: Plane
    private let second: Plane
    /// 1 / (sum of the mask under the kernel); 0 where too little of it is left.
    private let normalisation: Plane
    private let padded: Plane
    private static let pad = 16
    /// Channels on each side of the kernel.
    private static let reach = 11
    /// Channels at each end of a band in which the background may leave more of the sky than elsewhere.
    static let ends = 16

    /// The least share of unmasked samples under the kernel.
    private static let leastShare: Float = 0.02

    /// Prepares fits under a mask: 1 where a sample counts, else 0.
    init(mask: Plane, strategy: Strategy) {
        self.mask = mask
        self.strategy = strategy
        first = Plane(rows: mask.rows, stride: mask.stride)
        second = Plane(rows: mask.rows, stride: mask.stride)
        normalisation = Plane(rows: mask.rows, stride: mask.stride)
        padded = Plane(rows: mask.rows, stride: mask.stride + 2 * Self.pad)
    }

    /// Takes note that the mask has changed.
    func renormalise() {
        first.samples.update(from: mask.samples, count: mask.count)
        smooth()
        let whole = Float(strategy.timeWidth * strategy.timeWidth) * Self.frequencyArea
        let least = Plane.Lanes(repeating: Self.leastShare * whole)
        for index in Swift.stride(from: 0, to: mask.count, by: Plane.lanes) {
            let sum = second.samples.lanes(index)
            normalisation.samples.setLanes(
                index, (1 / sum).replacing(with: Plane.Lanes(repeating: 0), where: sum .< least))
        }
    }

    /// Adds the power of what is left of a part (real or imaginary), times a scale per channel, after its background is taken off, and
    /// the power of its second differences along time, scaled to be that of white noise.
    func addResidualPower(
        of part: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>, to power: ResidualPower
    ) {
        let stride = mask.stride
        for row in Swift.stride(from: 0, to: mask.count, by: stride) {
            for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let index = row + column
                first.samples.setLanes(
                    index, part.lanes(index) * scale.lanes(column) * mask.samples.lanes(index))
            }
        }
        smooth()
        for row in Swift.stride(from: 0, to: mask.count, by: stride) {
            for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let index = row + column
                let background = second.samples.lanes(index) * normalisation.samples.lanes(index)
                let residual = part.lanes(index) * scale.lanes(column) - background
                first.samples.setLanes(index, residual)
                power.total.samples.setLanes(index, power.total.samples.lanes(index) + residual * residual)
                guard row >= 2 * stride else { continue }
                let middle = first.samples.lanes(index - stride)
                let bend = residual - (middle + middle) + first.samples.lanes(index - 2 * stride)
                power.rapid.samples.setLanes(index, power.rapid.samples.lanes(index) + bend * bend * (1 / 6))
            }
        }
    }

    /// Smooths `first` into `second`, unnormalised.
    private func smooth() {
        meanAlongTime(first.samples, second.samples)
        meanAlongTime(second.samples, first.samples)
        meanAlongFrequency()
    }

    /// A running sum down each column, a vector of channels at once.
    private func meanAlongTime(_ input: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        let half = strategy.timeWidth / 2
        let (rows, stride) = (mask.rows, mask.stride)
        for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
            var sum = Plane.Lanes(repeating: 0)
            for time in 0..<min(half, rows) { sum += input.lanes(time * stride + column) }
            for time in 0..<rows {
                if time + half < rows { sum += input.lanes((time + half) * stride + column) }
                output.setLanes(time * stride + column, sum)
                if time >= half { sum -= input.lanes((time - half) * stride + column) }
            }
        }
    }

    /// The product of the lengths of the two means along frequency.
    private static let frequencyArea: Float = 8 * 16

    /// Means of 8 and 16 channels, `first` to `second`, in three sweeps of few additions: with z a shift by one
    /// channel, (1+z+z²+z³), then (1+z⁴)²(1+z⁸), then (1+z+z²+z³) again. Sweeps run over the whole plane, so
    /// that what is loaded at odd offsets was stored long before.
    private func meanAlongFrequency() {
        let (stride, wide) = (mask.stride, padded.stride)
        let (input, middle) = (first.samples, padded.samples)
        // The three sweeps look ahead by 3, 16 and 3 channels: 11 of the 22 are taken back at the end.
        for time in 0..<mask.rows {
            let row = middle + time * wide
            for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                row.setLanes(Self.pad + index, input.lanes(time * stride + index))
            }
            row.setLanes(0, Plane.Lanes(repeating: 0))
            row.setLanes(wide - Self.pad, Plane.Lanes(repeating: 0))
        }
        sweep { $0.lanes($1) + $0.lanes($1 + 1) + ($0.lanes($1 + 2) + $0.lanes($1 + 3)) }
        sweep {
            let twice = $0.lanes($1 + 4) + $0.lanes($1 + 8) + $0.lanes($1 + 12)
            return $0.lanes($1) + $0.lanes($1 + 16) + (twice + twice)
        }
        sweep { $0.lanes($1) + $0.lanes($1 + 1) + ($0.lanes($1 + 2) + $0.lanes($1 + 3)) }
        for time in 0..<mask.rows {
            let row = middle + time * wide + Self.pad - Self.reach
            for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                second.samples.setLanes(time * stride + index, row.lanes(index))
            }
        }
    }

    /// Replaces every sample of the padded plane by a sum of those from it on, in place, ahead of what it reads.
    ///
    /// The last vector of a row lies in the padding and stays; what the vector before it sees beyond the row is not used.
    @inline(__always)
    private func sweep(_ sum: (UnsafeMutablePointer<Float>, Int) -> Plane.Lanes) {
        let wide = padded.stride
        for time in 0..<padded.rows {
            let row = padded.samples + time * wide
            for index in Swift.stride(from: 0, to: wide - Plane.lanes, by: Plane.lanes) {
                row.setLanes(index, sum(row, index))
            }
        }
    }
}
