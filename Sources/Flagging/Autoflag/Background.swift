/// A masked running mean in time and frequency: two means along each axis make it close to a Gaussian.
final class Background {
    private let strategy: Strategy
    private let mask: Plane
    private let first: Plane
    private let second: Plane
    /// 1 / (sum of the mask under the kernel); 0 where too little of it is left.
    private let normalisation: Plane
    /// A row between zeros, for the means along frequency.
    private let row: Plane
    private static let pad = 32

    /// The least share of unmasked samples under the kernel.
    private static let leastShare: Float = 0.02

    /// Prepares fits under one mask: 1 where a sample counts, else 0.
    init(mask: Plane, strategy: Strategy) {
        self.mask = mask
        self.strategy = strategy
        first = Plane(rows: mask.rows, stride: mask.stride)
        second = Plane(rows: mask.rows, stride: mask.stride)
        normalisation = Plane(rows: mask.rows, stride: mask.stride)
        row = Plane(rows: 1, stride: mask.stride + 2 * Self.pad)
        smooth(mask)
        let (a, b) = strategy.frequencyWidths
        let whole = Float(strategy.timeWidth * strategy.timeWidth * a * b)
        let least = Plane.Lanes(repeating: Self.leastShare * whole)
        for index in Swift.stride(from: 0, to: mask.rows * mask.stride, by: Plane.lanes) {
            let sum = second.load(index)
            normalisation.store(index, (1 / sum).replacing(with: 0, where: sum .< least))
        }
    }

    /// Adds the power of what is left of a part (real or imaginary) after its background is taken off.
    func addResidualPower(of part: UnsafeMutablePointer<Float>, to power: Plane) {
        let count = mask.rows * mask.stride
        for index in Swift.stride(from: 0, to: count, by: Plane.lanes) {
            normalisedProduct(part, index)
        }
        smooth(first)
        for index in Swift.stride(from: 0, to: count, by: Plane.lanes) {
            let residual = part.lanes(index) - second.load(index) * normalisation.load(index)
            power.store(index, power.load(index) + residual * residual)
        }
    }

    @inline(__always)
    private func normalisedProduct(_ part: UnsafeMutablePointer<Float>, _ index: Int) {
        first.store(index, part.lanes(index) * mask.load(index))
    }

    /// Runs the four means over a plane; the result is in `second`.
    private func smooth(_ input: Plane) {
        meanAlongTime(input, second)
        meanAlongTime(second, first)
        let (a, b) = strategy.frequencyWidths
        for time in 0..<input.rows {
            let start = time * input.stride
            for index in Swift.stride(from: 0, to: input.stride, by: Plane.lanes) {
                row.store(Self.pad + index, first.load(start + index))
            }
            // The first mean looks back by half its length, the second ahead, so that together they are centred.
            double(a)
            double(b)
            let shift = Self.pad - a / 2 - b / 2 + 1
            for index in Swift.stride(from: 0, to: input.stride, by: Plane.lanes) {
                second.store(start + index, row.load(shift + index))
            }
            clearPad()
        }
    }

    /// Sums of `width` neighbours, starting at each sample of the padded row.
    private func double(_ width: Int) {
        var half = 1
        while half < width {
            for index in Swift.stride(from: 0, to: row.stride - Plane.lanes - half + 1, by: Plane.lanes) {
                row.store(index, row.load(index) + row.load(index + half))
            }
            half *= 2
        }
    }

    private func clearPad() {
        for index in Swift.stride(from: 0, to: Self.pad, by: Plane.lanes) {
            row.store(index, 0 * Plane.Lanes(repeating: 1))
            row.store(row.stride - Self.pad + index, Plane.Lanes(repeating: 0))
        }
    }

    /// A running sum down each column, a vector of channels at once.
    private func meanAlongTime(_ input: Plane, _ output: Plane) {
        let half = strategy.timeWidth / 2
        for column in Swift.stride(from: 0, to: input.stride, by: Plane.lanes) {
            var sum = Plane.Lanes(repeating: 0)
            for time in 0..<min(half, input.rows) { sum += input.load(time * input.stride + column) }
            for time in 0..<input.rows {
                if time + half < input.rows { sum += input.load((time + half) * input.stride + column) }
                output.store(time * input.stride + column, sum)
                if time >= half { sum -= input.load((time - half) * input.stride + column) }
            }
        }
    }
}
