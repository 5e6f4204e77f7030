/// Takes the residuals of some dumps of a baseline, polarisation by polarisation, to the ring of its emitters.
struct EmitterIntake {
    private let ring: EmitterRing
    private let sums: EmitterSums
    /// The dump of the first row of what it is given.
    private let start: Int

    /// For the dumps whose delays, in seconds, are given.
    init(ring: EmitterRing, axis: BandAxis, dumps: Range<Int>, delays: [Double], start: Int) {
        self.ring = ring
        self.start = start
        let fringes = EmitterFringes(delays: delays, axis: axis, stride: ring.stride)
        let middle = axis.first + Double(ring.channels / 2) * axis.step
        sums = EmitterSums(
            dumps: dumps, slots: ring.slots, fringes: fringes, turns: delays.map { $0 * middle })
    }

    /// Adds the residuals of one polarisation.
    func add(_ residuals: (real: Plane, imaginary: Plane), slot: Int, mask: Plane) {
        sums.add(residuals, slot: slot, mask: mask, start: start)
    }

    /// Hands the sums over in units of their noise; polarisations in which sky is left lose their weight.
    func finish(_ measured: [MeasuredPart], mask: Plane, clutterExcess: Float) {
        sums.count(mask, start: start)
        var factors: [Plane?] = Array(repeating: nil, count: ring.slots)
        let noises = measured.map(\.flooredNoise)
        var least = [Float](repeating: .infinity, count: ring.channels)
        for noise in noises {
            for channel in least.indices where noise[channel] > 0 && noise[channel] < least[channel] {
                least[channel] = noise[channel]
            }
        }
        for (part, noise) in zip(measured, noises) {
            let (factor, scale) = (Plane(rows: 1, stride: ring.stride), part.scale)
            for channel in least.indices where noise[channel] > 0 && noise[channel] < .infinity {
                let weight = min(1, clutterExcess * least[channel] / noise[channel])
                factor.samples[channel] = weight * scale[channel] / noise[channel].squareRoot()
            }
            factors[part.part.slot] = factor
        }
        ring.add(sums, factors: factors)
    }
}
