/// A masked running mean in time and frequency: two means along each axis make it close to a Gaussian.
///
/// A marked island: all planes have the shape of the mask. Means along frequency go through a few rows at once, so that what lies between
/// their sweeps stays in the first-level cache.
final class Background {
    private let strategy: Strategy
    private let mask: Plane
    /// Means along time; then of no use.
    private let alongTime: Plane
    /// 1 / (sum of the mask under the kernel); 0 where too little of it is left.
    private let normalisation: Plane
    /// The running sums along time, and the last rows of the first of them.
    private let running: Plane
    private let ring: Plane
    /// Some rows with `pad` more channels on each side.
    private let rows: Plane
    /// What is left of the real and the imaginary part that were last taken off a background.
    let residuals: (real: Plane, imaginary: Plane)

    private static let pad = 16
    /// Channels on each side of the kernel.
    private static let reach = 11
    /// Channels at each end of a band in which the background may leave more of the sky than elsewhere.
    static let ends = 16
    /// The product of the lengths of the two means along frequency.
    private static let frequencyArea: Float = 8 * 16
    /// The least share of unmasked samples under the kernel.
    private static let leastShare: Float = 0.02
    /// Vectors that are swept at once at least: what one sweep has stored is out of the way when the next loads it at odd offsets.
    private static let sweptVectors = 128

    /// Prepares fits under a mask: 1 where a sample counts, else 0.
    init(mask: Plane, strategy: Strategy) {
        self.mask = mask
        self.strategy = strategy
        func plane() -> Plane { Plane(rows: mask.rows, stride: mask.stride, cleared: false) }
        alongTime = plane()
        normalisation = plane()
        residuals = (plane(), plane())
        running = Plane(rows: 2, stride: mask.stride, cleared: false)
        ring = Plane(rows: strategy.timeWidth + 1, stride: mask.stride, cleared: false)
        let wide = mask.stride + 2 * Self.pad
        let atOnce = min(mask.rows, max(1, Self.sweptVectors * Plane.lanes / wide))
        rows = Plane(rows: atOnce, stride: wide)
    }

    /// Takes note that the mask has changed.
    func renormalise() {
        let whole = Float(strategy.timeWidth * strategy.timeWidth) * Self.frequencyArea
        let least = Plane.Lanes(repeating: Self.leastShare * whole)
        let zero = Plane.Lanes(repeating: 0)
        let (mask, normalisation) = (mask.samples, normalisation.samples)
        meanAlongTime({ mask.lanes($0) }, factor: { _ in Plane.Lanes(repeating: 1) })
        meanAlongFrequency { index, _, sum in
            normalisation.setLanes(index, (1 / sum).replacing(with: zero, where: sum .< least))
        }
    }

    /// Takes the background off a part: its residual times a scale per channel, and the powers of that and of its second
    /// differences along time, scaled to be that of white noise.
    func findResiduals(
        of part: PolarisationParts, scale: UnsafeMutablePointer<Float>, power: ResidualPower
    ) {
        subtract(from: part.real, scale: scale, into: residuals.real.samples)
        guard part.degrees > 1 else {
            residuals.imaginary.samples.update(repeating: 0, count: mask.count)
            return power.fill(
                real: residuals.real.samples, imaginary: residuals.imaginary.samples, mask: mask)
        }
        subtract(from: part.imaginary, scale: scale, into: residuals.imaginary.samples)
        power.fill(real: residuals.real.samples, imaginary: residuals.imaginary.samples, mask: mask)
    }

    private func subtract(
        from part: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>,
        into residual: UnsafeMutablePointer<Float>
    ) {
        let (mask, normalisation) = (mask.samples, normalisation.samples)
        meanAlongTime({ part.lanes($0) * mask.lanes($0) }, factor: { scale.lanes($0) })
        meanAlongFrequency { index, channel, sum in
            let background = sum * normalisation.lanes(index)
            residual.setLanes(index, part.lanes(index) * scale.lanes(channel) - background)
        }
    }

    /// Two running sums along time, times a factor per channel.
    ///
    /// The first runs ahead of the second by half its length; what the second takes back is kept in a ring of rows. Rows are taken one
    /// after the other, as what is far away comes ahead of time then.
    @inline(__always)
    private func meanAlongTime(_ input: (Int) -> Plane.Lanes, factor: (Int) -> Plane.Lanes) {
        let half = strategy.timeWidth / 2
        let (count, stride) = (mask.rows, mask.stride)
        let (first, second) = (running.samples, running.samples + stride)
        running.samples.update(repeating: 0, count: running.count)
        for time in 0..<min(half, count) {
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                first.setLanes(channel, first.lanes(channel) + input(time * stride + channel))
            }
        }
        for time in 0..<count + half {
            let middle = time - half
            let fresh = ring.samples + time % ring.rows * stride
            let old = ring.samples + (max(middle - half, 0)) % ring.rows * stride
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                var sum = second.lanes(channel)
                if time < count {
                    var ahead = first.lanes(channel)
                    if time + half < count { ahead += input((time + half) * stride + channel) }
                    fresh.setLanes(channel, ahead)
                    if time >= half {
                        first.setLanes(channel, ahead - input(middle * stride + channel))
                    } else {
                        first.setLanes(channel, ahead)
                    }
                    sum += ahead
                }
                guard middle >= 0 else {
                    second.setLanes(channel, sum)
                    continue
                }
                alongTime.samples.setLanes(middle * stride + channel, sum * factor(channel))
                second.setLanes(channel, middle >= half ? sum - old.lanes(channel) : sum)
            }
        }
    }

    /// Means of 8 and 16 channels in three sweeps of few additions: with z a shift by one channel, (1+z+z²+z³), then
    /// (1+z⁴)²(1+z⁸), then (1+z+z²+z³) again, which look ahead by 3, 16 and 3 channels: 11 of the 22 are taken back.
    @inline(__always)
    private func meanAlongFrequency(_ output: (Int, Int, Plane.Lanes) -> Void) {
        let (stride, wide, buffer) = (mask.stride, rows.stride, rows.samples)
        for first in Swift.stride(from: 0, to: mask.rows, by: rows.rows) {
            let count = min(rows.rows, mask.rows - first)
            for row in 0..<count {
                let (from, to) = ((first + row) * stride, row * wide)
                for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    buffer.setLanes(to + Self.pad + index, alongTime.samples.lanes(from + index))
                }
                buffer.setLanes(to, Plane.Lanes(repeating: 0))
                buffer.setLanes(to + wide - Self.pad, Plane.Lanes(repeating: 0))
            }
            sweep(count) { $0.lanes($1) + $0.lanes($1 + 1) + ($0.lanes($1 + 2) + $0.lanes($1 + 3)) }
            sweep(count) {
                let twice = $0.lanes($1 + 4) + $0.lanes($1 + 8) + $0.lanes($1 + 12)
                return $0.lanes($1) + $0.lanes($1 + 16) + (twice + twice)
            }
            sweep(count) { $0.lanes($1) + $0.lanes($1 + 1) + ($0.lanes($1 + 2) + $0.lanes($1 + 3)) }
            for row in 0..<count {
                let from = row * wide + Self.pad - Self.reach
                for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    output((first + row) * stride + index, index, buffer.lanes(from + index))
                }
            }
        }
    }

    /// Replaces every sample of some padded rows by a sum of those from it on, in place, ahead of what it reads.
    ///
    /// The last vector of a row lies in the padding and stays; what the vector before it sees beyond the row is not used.
    @inline(__always)
    private func sweep(_ count: Int, _ sum: (UnsafeMutablePointer<Float>, Int) -> Plane.Lanes) {
        let wide = rows.stride
        for start in 0..<count {
            let row = rows.samples + start * wide
            for index in Swift.stride(from: 0, to: wide - Plane.lanes, by: Plane.lanes) {
                row.setLanes(index, sum(row, index))
            }
        }
    }
}
