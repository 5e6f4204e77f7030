/// The power of what is left of a polarisation once its background is taken off.
struct ResidualPower {
    /// All of it, [time][padded channel].
    let total: Plane
    /// Its means over groups of dumps.
    let means: GroupMeans
    /// Those of the power of second differences along time, scaled to be the same for white noise: much less for whatever keeps its phase
    /// over a few dumps, sky or interference.
    let rapidMeans: GroupMeans

    /// Planes to be filled.
    init(rows: Int, stride: Int) {
        total = Plane(rows: rows, stride: stride, cleared: false)
        means = GroupMeans(rows: rows, stride: stride)
        rapidMeans = GroupMeans(rows: rows, stride: stride)
    }

    /// Fills all with the power of real and imaginary parts; means are over what the mask keeps, and where it keeps three dumps in a row.
    ///
    /// A marked island: all planes have one shape. Rows are taken one after the other, as what is far away comes ahead of time then.
    func fill(real: UnsafeMutablePointer<Float>, imaginary: UnsafeMutablePointer<Float>, mask: Plane) {
        let (samples, stride, mask) = (total.samples, total.stride, mask.samples)
        let intakes = (means.intake(), rapidMeans.intake())
        for (group, dumps) in means.groups.enumerated() {
            intakes.0.clear()
            intakes.1.clear()
            for time in dumps {
                let row = time * stride
                for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    let index = row + channel
                    let (re, im, kept) = (real.lanes(index), imaginary.lanes(index), mask.lanes(index))
                    let power = re * re + im * im
                    samples.setLanes(index, power)
                    intakes.0.add(power, kept, channel)
                    guard time >= 2 else { continue }
                    let (before, first) = (index - stride, index - 2 * stride)
                    let (middleRe, middleIm) = (real.lanes(before), imaginary.lanes(before))
                    let bendRe = re - (middleRe + middleRe) + real.lanes(first)
                    let bendIm = im - (middleIm + middleIm) + imaginary.lanes(first)
                    intakes.1.add(
                        (bendRe * bendRe + bendIm * bendIm) * (1 / 6),
                        kept * (mask.lanes(before) * mask.lanes(first)), channel)
                }
            }
            means.close(intakes.0, group: group, dumps: dumps.count)
            rapidMeans.close(intakes.1, group: group, dumps: dumps.count)
        }
    }
}
