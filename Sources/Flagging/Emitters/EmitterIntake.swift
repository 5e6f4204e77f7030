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
        for part in measured { factors[part.part.slot] = Plane(rows: 1, stride: ring.stride) }
        for channel in 0..<ring.channels {
            let noises = measured.map { $0.flooredNoise(channel) }
            let least = noises.filter { $0 > 0 }.min() ?? 0
            for (part, noise) in zip(measured, noises) where noise > 0 && noise < .infinity {
                let weight = min(1, clutterExcess * least / noise)
                factors[part.part.slot]?.samples[channel] = weight * part.scale[channel] / noise.squareRoot()
            }
        }
        ring.add(sums, factors: factors)
    }
}
