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
    /// A marked island: all planes have one shape.
    func fill(real: UnsafeMutablePointer<Float>, imaginary: UnsafeMutablePointer<Float>, mask: Plane) {
        let (samples, stride, mask) = (total.samples, total.stride, mask.samples)
        let groups = means.groups
        let zero = Plane.Lanes(repeating: 0)
        for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
            var (first, second) = ((zero, zero), (zero, zero))
            var (firstKept, secondKept) = (zero, zero)
            for (group, dumps) in groups.enumerated() {
                var (all, rapid) = (GroupMeans.Intake(), GroupMeans.Intake())
                for time in dumps {
                    let index = time * stride + channel
                    let (re, im, kept) = (real.lanes(index), imaginary.lanes(index), mask.lanes(index))
                    let power = re * re + im * im
                    samples.setLanes(index, power)
                    all.add(power, kept)
                    let bendRe = re - (second.0 + second.0) + first.0
                    let bendIm = im - (second.1 + second.1) + first.1
                    rapid.add((bendRe * bendRe + bendIm * bendIm) * (1 / 6), kept * (firstKept * secondKept))
                    (first, second) = (second, (re, im))
                    (firstKept, secondKept) = (secondKept, kept)
                }
                means.close(all, group: group, dumps: dumps.count, channel: channel)
                rapidMeans.close(rapid, group: group, dumps: dumps.count, channel: channel)
            }
        }
    }
}
