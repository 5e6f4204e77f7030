/// A masked running mean in time and frequency, close to a Gaussian, taken off one polarisation after the other.
///
/// It changes slowly with time: sums over `step` dumps are smoothed, and straight lines between their middles are taken off. That is two running
/// means along time, and two along frequency.
///
/// A marked island: planes of samples have the shape of the mask, planes of sums a row for every `step` dumps. Means along frequency go through a
/// few rows at once, so that what lies between their sweeps stays in the first-level cache.
final class Background {
    /// Whether each channel has a background of its own: where neighbours differ more than the sky changes with time, their mean is none.
    var isOfEachChannel = false
    /// Then 0 for channels whose own mean is not taken off, else 1; nil to take it off all.
    var ownMeans: Plane?

    private let mask: Plane
    /// Sums of the mask.
    private let counts: Plane
    /// 1 / (sum of the mask under the kernel); 0 where too little of it is left.
    private let normalisation: Plane
    /// Sums of the unmasked samples of a part, real and imaginary, then of what is smooth of them.
    private let sums: (real: Plane, imaginary: Plane)
    private let smooth: (real: Plane, imaginary: Plane)
    /// Some rows with `pad` more channels on each side.
    private let rows: Plane

    /// Dumps that are summed.
    static let step = ResidualPower.step
    /// Channels at each end of a band in which the background may leave more of the sky than elsewhere.
    static let ends = 16
    private static let pad = 16
    /// Channels on each side of the kernel.
    private static let reach = 11
    /// The lengths of both running means along time in steps: 24 dumps.
    private static let timeLength = 6
    /// The product of the lengths of the two means along frequency.
    private static let frequencyArea: Float = 8 * 16
    /// The least share of unmasked samples under the kernel.
    private static let leastShare: Float = 0.02
    /// Vectors that are swept at once at least: what one sweep has stored is out of the way when the next loads it at odd offsets.
    private static let sweptVectors = 128

    /// Prepares fits under a mask: 1 where a sample counts, else 0.
    init(mask: Plane) {
        self.mask = mask
        let steps = (mask.rows + Self.step - 1) / Self.step
        func plane() -> Plane { Plane(rows: steps, stride: mask.stride, cleared: false) }
        counts = plane()
        normalisation = plane()
        sums = (plane(), plane())
        smooth = (plane(), plane())
        let wide = mask.stride + 2 * Self.pad
        rows = Plane(rows: min(steps, max(1, Self.sweptVectors * Plane.lanes / wide)), stride: wide)
    }

    /// Takes note that the mask has changed.
    func renormalise() {
        let channels = isOfEachChannel ? 1 : Self.frequencyArea
        let whole = Float(Self.step * Self.timeLength * Self.timeLength) * channels
        let least = Plane.Lanes(repeating: Self.leastShare * whole)
        let zero = Plane.Lanes(repeating: 0)
        let (mask, normalisation) = (mask.samples, normalisation.samples)
        eachStep { index, channel, dumps in
            var sum = zero
            for dump in dumps { sum += mask.lanes(dump + channel) }
            counts.samples.setLanes(index, sum)
        }
        mean(of: counts) { index, sum in
            normalisation.setLanes(index, (1 / sum).replacing(with: zero, where: sum .< least))
        }
        guard isOfEachChannel, let ownMeans else { return }
        for row in Swift.stride(from: 0, to: self.normalisation.count, by: self.mask.stride) {
            for channel in Swift.stride(from: 0, to: self.mask.stride, by: Plane.lanes) {
                let factor = ownMeans.samples.lanes(channel)
                normalisation.setLanes(row + channel, factor * normalisation.lanes(row + channel))
            }
        }
    }

    /// Takes the background off a part: its residual times a scale per channel, and the powers of that and of its second
    /// differences along time, scaled to be that of white noise.
    ///
    /// - Parameters:
    ///   - summed: sums over every `step` dumps, masked or not, which save a look at all of them where nothing is masked.
    ///   - residuals: where to put what is left; nowhere if it is not given.
    func findResiduals(
        of part: PolarisationParts, summed: (real: Plane, imaginary: Plane)?,
        scale: UnsafeMutablePointer<Float>, power: ResidualPower,
        into residuals: (real: Plane, imaginary: Plane)?
    ) {
        let (mask, normalisation) = (mask.samples, normalisation.samples)
        eachStep { index, channel, dumps in
            var real = Plane.Lanes(repeating: 0)
            var imaginary = real
            let missing = counts.samples.lanes(index) - Float(Self.step)
            if let summed, !ThresholdLines.isAnySet(unsafeBitCast(missing, to: SIMD16<Int32>.self) &>> 31) {
                real = summed.real.samples.lanes(index)
                imaginary = summed.imaginary.samples.lanes(index)
            } else {
                for dump in dumps {
                    let kept = mask.lanes(dump + channel)
                    real += kept * part.real.lanes(dump + channel)
                    imaginary += kept * part.imaginary.lanes(dump + channel)
                }
            }
            let scale = scale.lanes(channel)
            sums.real.samples.setLanes(index, scale * real)
            sums.imaginary.samples.setLanes(index, scale * imaginary)
        }
        mean(of: sums.real) { smooth.real.samples.setLanes($0, $1 * normalisation.lanes($0)) }
        mean(of: sums.imaginary) { smooth.imaginary.samples.setLanes($0, $1 * normalisation.lanes($0)) }
        power.fill(part, scale: scale, less: smooth, mask: self.mask, into: residuals)
    }

    /// Calls with the index of a vector of sums, its channel, and the indices of the rows of dumps that it sums.
    @inline(__always)
    private func eachStep(_ body: (Int, Int, StrideTo<Int>) -> Void) {
        let stride = mask.stride
        for row in 0..<normalisation.rows {
            let from = row * Self.step * stride
            let dumps = Swift.stride(
                from: from, to: min(from + Self.step * stride, mask.count), by: stride)
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                body(row * stride + channel, channel, dumps)
            }
        }
    }

    /// Means along time, then of 8 and 16 channels in three sweeps of few additions: with z a shift by one channel, (1+z+z²+z³), then
    /// (1+z⁴)²(1+z⁸), then (1+z+z²+z³) again, which look ahead by 3, 16 and 3 channels: 11 of the 22 are taken back.
    @inline(__always)
    private func mean(of sums: Plane, _ output: (Int, Plane.Lanes) -> Void) {
        let (stride, wide, buffer) = (sums.stride, rows.stride, rows.samples)
        guard !isOfEachChannel else {
            for row in 0..<sums.rows {
                meanAlongTime(sums, row: row, into: buffer)
                for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    output(row * stride + index, buffer.lanes(index))
                }
            }
            return
        }
        for first in Swift.stride(from: 0, to: sums.rows, by: rows.rows) {
            let count = min(rows.rows, sums.rows - first)
            for row in 0..<count {
                meanAlongTime(sums, row: first + row, into: buffer + row * wide + Self.pad)
                buffer.setLanes(row * wide, Plane.Lanes(repeating: 0))
                buffer.setLanes((row + 1) * wide - Self.pad, Plane.Lanes(repeating: 0))
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
                    output((first + row) * stride + index, buffer.lanes(from + index))
                }
            }
        }
    }

    /// Two running means of six rows, one after the other, are one with weights that decline in steps on both sides.
    private func meanAlongTime(_ sums: Plane, row: Int, into target: UnsafeMutablePointer<Float>) {
        let (stride, top) = (sums.stride, sums.samples + row * sums.stride)
        let isInside = row >= Self.timeLength - 1 && row + Self.timeLength <= sums.rows
        for index in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
            let here = top + index
            var sum = Float(Self.timeLength) * here.lanes(0)
            if isInside {
                sum += 5 * (here.lanes(-stride) + here.lanes(stride))
                sum += 4 * (here.lanes(-2 * stride) + here.lanes(2 * stride))
                sum += 3 * (here.lanes(-3 * stride) + here.lanes(3 * stride))
                sum += 2 * (here.lanes(-4 * stride) + here.lanes(4 * stride))
                sum += here.lanes(-5 * stride) + here.lanes(5 * stride)
            } else {
                for distance in 1..<Self.timeLength {
                    let weight = Float(Self.timeLength - distance)
                    if row >= distance { sum += weight * here.lanes(-distance * stride) }
                    if row + distance < sums.rows { sum += weight * here.lanes(distance * stride) }
                }
            }
            target.setLanes(index, sum)
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
