/// The second of two parallel hands less the first times a complex gain per channel: an unpolarised sky cancels in it,
/// however fast its fringes, while interference, polarised otherwise, does not.
///
/// A marked island over planes of the mask's shape. Takes the part of cross hands, which see interference without the sky, in data that have none.
struct SkyDifference {
    let real: Plane
    let imaginary: Plane
    /// Whether it is the first hand less the second, which is the stronger one.
    let isOfSecond: Bool

    /// The difference as a polarisation of its own; its planes must outlive it.
    func part(slot: Int) -> PolarisationParts {
        PolarisationParts(real: real.samples, imaginary: imaginary.samples, degrees: 2, slot: slot)
    }

    /// Nil when the sky does not dominate: then the difference tells nothing that the hands themselves do not.
    init?(
        _ a: PolarisationParts, _ b: PolarisationParts, mask: Plane, channels: Int, strategy: Strategy,
        leastCorrelation: Float
    ) {
        var gains: (real: [Float], imaginary: [Float]) = ([], [])
        var correlations: [Float] = []
        gains.real.reserveCapacity(channels)
        gains.imaginary.reserveCapacity(channels)
        correlations.reserveCapacity(channels)
        var (a, b) = (a, b)
        var sums = Self.products(a, b, mask)
        // The stronger hand is the first, so that their order in the file does not matter.
        isOfSecond = Self.total(sums, row: 2) < Self.total(sums, row: 3)
        if isOfSecond {
            swap(&a, &b)
            sums = Self.swapped(sums)
        }
        for channel in 0..<channels {
            let place = sums.samples + channel
            let (real, imaginary) = (place[0], place[sums.stride])
            let (first, second) = (place[2 * sums.stride], place[3 * sums.stride])
            gains.real.append(first > 0 ? real / first : .infinity)
            gains.imaginary.append(first > 0 ? imaginary / first : .infinity)
            correlations.append((real * real + imaginary * imaginary) / first / second)
        }
        let middle = ChannelQuantiles.median(correlations)
        guard middle < .infinity, middle > leastCorrelation else { return nil }
        real = Plane(rows: mask.rows, stride: mask.stride, cleared: false)
        imaginary = Plane(rows: mask.rows, stride: mask.stride, cleared: false)
        subtract(a, b, gains: (Self.smooth(gains.real, strategy), Self.smooth(gains.imaginary, strategy)))
    }

    /// A running median: a carrier's own ratio of the hands must not become the gain of its channel.
    private static func smooth(_ gains: [Float], _ strategy: Strategy) -> [Float] {
        ChannelQuantiles.centredMedians(gains, reach: strategy.gainReach)
    }

    private static let rowsAtOnce = 4

    /// Sums over the unmasked dumps of each channel, in rows: real and imaginary part of b a*, |a|², |b|².
    private static func products(_ a: PolarisationParts, _ b: PolarisationParts, _ mask: Plane) -> Plane {
        let sums = Plane(rows: 4, stride: mask.stride)
        let stride = mask.stride
        // A few rows at once: what is far away comes ahead of time then, and sums are seldom put away.
        for first in Swift.stride(from: 0, to: mask.rows, by: rowsAtOnce) {
            let rows = first * stride..<min(first + rowsAtOnce, mask.rows) * stride
            for column in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let place = sums.samples + column
                var (crossReal, crossImaginary) = (place.lanes(0), place.lanes(stride))
                var (first, second) = (place.lanes(2 * stride), place.lanes(3 * stride))
                for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: stride) {
                    let index = row + column
                    let kept = mask.samples.lanes(index)
                    let (ar, ai) = (a.real.lanes(index) * kept, a.imaginary.lanes(index) * kept)
                    let (br, bi) = (b.real.lanes(index), b.imaginary.lanes(index))
                    crossReal += br * ar + bi * ai
                    crossImaginary += bi * ar - br * ai
                    first += ar * ar + ai * ai
                    second += (br * br + bi * bi) * kept
                }
                place.setLanes(0, crossReal)
                place.setLanes(stride, crossImaginary)
                place.setLanes(2 * stride, first)
                place.setLanes(3 * stride, second)
            }
        }
        return sums
    }

    /// The products of the parts the other way round.
    private static func swapped(_ sums: Plane) -> Plane {
        let swapped = Plane(rows: 4, stride: sums.stride, cleared: false)
        for channel in Swift.stride(from: 0, to: sums.stride, by: Plane.lanes) {
            let (from, to) = (sums.samples + channel, swapped.samples + channel)
            to.setLanes(0, from.lanes(0))
            to.setLanes(sums.stride, -from.lanes(sums.stride))
            to.setLanes(2 * sums.stride, from.lanes(3 * sums.stride))
            to.setLanes(3 * sums.stride, from.lanes(2 * sums.stride))
        }
        return swapped
    }

    private static func total(_ sums: Plane, row: Int) -> Float {
        (0..<sums.stride).reduce(0) { $0 + sums.samples[row * sums.stride + $1] }
    }

    private func subtract(
        _ a: PolarisationParts, _ b: PolarisationParts, gains: (real: [Float], imaginary: [Float])
    ) {
        let factors = Plane(rows: 2, stride: real.stride)
        for channel in gains.real.indices
        where gains.real[channel].isFinite && gains.imaginary[channel].isFinite {
            factors.samples[channel] = gains.real[channel]
            factors.samples[factors.stride + channel] = gains.imaginary[channel]
        }
        for row in Swift.stride(from: 0, to: real.count, by: real.stride) {
            for column in Swift.stride(from: 0, to: real.stride, by: Plane.lanes) {
                let index = row + column
                let (gr, gi) = (factors.samples.lanes(column), factors.samples.lanes(factors.stride + column))
                let (ar, ai) = (a.real.lanes(index), a.imaginary.lanes(index))
                real.samples.setLanes(index, b.real.lanes(index) - (gr * ar - gi * ai))
                imaginary.samples.setLanes(index, b.imaginary.lanes(index) - (gr * ai + gi * ar))
            }
        }
    }
}
