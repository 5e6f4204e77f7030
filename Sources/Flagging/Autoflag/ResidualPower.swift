/// The power of what is left of a polarisation once its background is taken off.
struct ResidualPower {
    /// All of it, [time][padded channel].
    let total: Plane
    /// Its means over groups of dumps.
    let means: GroupMeans
    /// Those of the power of second differences along time, scaled to be the same for white noise: much less for whatever keeps its phase
    /// over a few dumps, sky or interference.
    let rapidMeans: GroupMeans
    /// The last two dumps of what is left, real, then imaginary.
    private let recent: Plane
    /// What masks the dumps before the first.
    private let nothing: Plane

    /// Dumps that are taken at once; a background has a row for so many.
    static let step = GroupMeans.step
    /// The mean power of second differences of white noise of power 1.
    private static let bendPower: Float = 6

    /// Planes to be filled.
    init(rows: Int, stride: Int) {
        total = Plane(rows: rows, stride: stride, cleared: false)
        means = GroupMeans(rows: rows, stride: stride)
        rapidMeans = GroupMeans(rows: rows, stride: stride)
        recent = Plane(rows: 4, stride: stride, cleared: false)
        nothing = Plane(rows: 1, stride: stride)
    }

    /// Fills powers and their means with what a part itself has.
    ///
    /// - Returns: the part's sums over every `step` dumps.
    func fill(_ part: PolarisationParts, mask: Plane) -> (real: Plane, imaginary: Plane) {
        let stride = total.stride
        let steps = (total.rows + Self.step - 1) / Self.step
        let sums = (
            real: Plane(rows: steps, stride: stride, cleared: false),
            imaginary: Plane(rows: steps, stride: stride, cleared: false)
        )
        let intake = means.intake()
        for (group, dumps) in means.groups.enumerated() {
            intake.clear()
            for first in Swift.stride(from: dumps.lowerBound, to: dumps.upperBound, by: Self.step) {
                let rows = first * stride..<min(first + Self.step, dumps.upperBound) * stride
                for channel in Swift.stride(from: 0, to: stride, by: Half.scalarCount) {
                    var (sum, power, kept) = (Pair(), Half(repeating: 0), Half(repeating: 0))
                    for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: stride) {
                        let index = row + channel
                        let sample = Pair(
                            real: part.real.half(index), imaginary: part.imaginary.half(index))
                        let mask = mask.samples.half(index)
                        let own = sample.power
                        total.samples.setHalf(index, own)
                        power += mask * own
                        kept += mask
                        sum.real += sample.real
                        sum.imaginary += sample.imaginary
                    }
                    intake.take(half: power, kept, channel)
                    let place = first / Self.step * stride + channel
                    sums.real.samples.setHalf(place, sum.real)
                    sums.imaginary.samples.setHalf(place, sum.imaginary)
                }
            }
            means.close(intake, group: group, dumps: dumps.count)
        }
        return sums
    }

    /// Fills all with what is left of a part times a scale; means are over what the mask keeps, and where it keeps three dumps in a row.
    ///
    /// A marked island: planes have one shape, but for the background's.
    ///
    /// - Parameters:
    ///   - background: what is taken off, between the middles of every `step` dumps.
    ///   - residuals: where to put what is left; nowhere if it is not given.
    func fill(
        _ part: PolarisationParts, scale: UnsafeMutablePointer<Float>,
        less background: (real: Plane, imaginary: Plane), mask: Plane,
        into residuals: (real: Plane, imaginary: Plane)?
    ) {
        let intakes = (means.intake(), rapidMeans.intake())
        recent.samples.update(repeating: 0, count: recent.count)
        for (group, dumps) in means.groups.enumerated() {
            intakes.0.clear()
            intakes.1.clear()
            for first in Swift.stride(from: dumps.lowerBound, to: dumps.upperBound, by: Self.step) {
                let step = Step(
                    first: first, part: part, scale: scale,
                    background: (background.real.samples, background.imaginary.samples),
                    lastBackground: background.real.rows - 1, mask: mask.samples,
                    residuals: residuals.map { ($0.real.samples, $0.imaginary.samples) })
                let count = min(Self.step, dumps.upperBound - first)
                // Calls of their own, so that whole steps become a loop without branches.
                if count == Self.step {
                    take(step, Self.step, intakes)
                } else {
                    take(step, count, intakes)
                }
            }
            means.close(intakes.0, group: group, dumps: dumps.count)
            rapidMeans.close(intakes.1, group: group, dumps: dumps.count, scale: 1 / Self.bendPower)
        }
    }

    /// What the dumps of a step are made from; the planes are the caller's.
    private struct Step {
        typealias Samples = UnsafeMutablePointer<Float>

        let first: Int
        let part: PolarisationParts
        let scale: Samples
        let background: (real: Samples, imaginary: Samples)
        /// The last row of the background.
        let lastBackground: Int
        let mask: Samples
        let residuals: (real: Samples, imaginary: Samples)?
    }

    /// Complex lanes.
    private struct Pair {
        var real = Half(repeating: 0)
        var imaginary = Half(repeating: 0)

        /// Finite, for what is masked counts as so much times 0.
        @inline(__always)
        var power: Half {
            lesser(real * real + imaginary * imaginary, Half(repeating: .greatestFiniteMagnitude))
        }
    }

    @inline(__always)
    private func take(_ step: Step, _ count: Int, _ intakes: (GroupMeans.Intake, GroupMeans.Intake)) {
        let stride = total.stride
        let top = step.first * stride
        let masks = (
            step.first < 2 ? nothing.samples : step.mask + top - 2 * stride,
            step.first < 1 ? nothing.samples : step.mask + top - stride
        )
        let middle = step.first / Self.step
        let (before, here, after) = (
            max(middle - 1, 0) * stride, middle * stride, min(middle + 1, step.lastBackground) * stride
        )
        let recent = recent.samples
        for channel in Swift.stride(from: 0, to: stride, by: Half.scalarCount) {
            var (first, second) = (
                Pair(real: recent.half(channel), imaginary: recent.half(2 * stride + channel)),
                Pair(real: recent.half(stride + channel), imaginary: recent.half(3 * stride + channel))
            )
            var (firstKept, secondKept) = (masks.0.half(channel), masks.1.half(channel))
            let scale = step.scale.half(channel)
            let lines = (
                Line(step.background.real + channel, before, here, after),
                Line(step.background.imaginary + channel, before, here, after)
            )
            var (sum, kept) = (Half(repeating: 0), Half(repeating: 0))
            var (rapidSum, rapidKept) = (sum, sum)
            for number in 0..<count {
                let index = top + number * stride + channel
                let residual = Pair(
                    real: scale * step.part.real.half(index) - lines.0.value(number),
                    imaginary: scale * step.part.imaginary.half(index) - lines.1.value(number))
                let power = residual.power
                let mask = step.mask.half(index)
                total.samples.setHalf(index, power)
                sum += mask * power
                kept += mask
                let bend = Pair(
                    real: residual.real - (second.real + second.real) + first.real,
                    imaginary: residual.imaginary - (second.imaginary + second.imaginary) + first.imaginary)
                let all = mask * (firstKept * secondKept)
                rapidSum += all * bend.power
                rapidKept += all
                (first, second, firstKept, secondKept) = (second, residual, secondKept, mask)
                if let residuals = step.residuals {
                    residuals.real.setHalf(index, residual.real)
                    residuals.imaginary.setHalf(index, residual.imaginary)
                }
            }
            recent.setHalf(channel, first.real)
            recent.setHalf(stride + channel, second.real)
            recent.setHalf(2 * stride + channel, first.imaginary)
            recent.setHalf(3 * stride + channel, second.imaginary)
            intakes.0.take(half: sum, kept, channel)
            intakes.1.take(half: rapidSum, rapidKept, channel)
        }
    }

    /// A background between the middles of steps of four dumps.
    private struct Line {
        private let here: Half
        /// Eighths of the way from the middle before, and to the middle after.
        private let rise: (Half, Half)

        @inline(__always)
        init(_ samples: UnsafeMutablePointer<Float>, _ before: Int, _ here: Int, _ after: Int) {
            self.here = samples.half(here)
            rise = (
                0.125 * (self.here - samples.half(before)), 0.125 * (samples.half(after) - self.here)
            )
        }

        @inline(__always)
        func value(_ number: Int) -> Half {
            switch number {
            case 0: here - 3 * rise.0
            case 1: here - rise.0
            case 2: here + rise.1
            default: here + 3 * rise.1
            }
        }
    }
}
