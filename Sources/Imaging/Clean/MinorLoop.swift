// An island of unsafe code: fluxes that one thread owns.

/// What ends a minor loop.
struct MinorOutcome: Sendable {
    enum End: Sendable { case limit, budget, negative, rising }
    var iterations = 0
    var end = End.limit
}

/// Share of a peak that a component takes.
struct MinorGain: Sendable {
    let least: Double
    let most: Double
    /// Rank that the image is cleaned down to in the end.
    let level: Float

    /// The greatest share that leaves a peak at the level, within the limits: large steps would end anywhere below it.
    func share(_ rank: Float) -> Double { min(most, max(least, 1 - Double(level / rank))) }
}

/// Högbom's loop over the few pixels above a limit only (Clark 1980, sect. 2): peak, component, subtraction of the
/// point spread function among them, in one sweep an iteration that also finds the next peak.
struct MinorLoop {
    private var pixels: MinorPixels
    private let channels: Int
    /// What components took, [group][channel].
    private let fluxes: LaneBuffer<Float>
    /// Of the component at hand, by channel.
    private var brightness: [Double]
    private var steps: [Float]

    init(_ pixels: MinorPixels) {
        self.pixels = pixels
        channels = pixels.channels
        fluxes = LaneBuffer<Float>(pixels.groups * channels)
        fluxes.clear()
        brightness = [Double](repeating: 0, count: channels)
        steps = [Float](repeating: 0, count: channels)
    }

    /// Takes components away until the highest rank is at a limit.
    ///
    /// - Parameters:
    ///   - psf: what a component of unit flux looks like in the images.
    ///   - gain: what components take.
    ///   - fit: spectra of components.
    ///   - budget: most components.
    ///   - stopsAtNegative: ends at the first one below zero.
    mutating func run(
        _ psf: PSFTable, limit: Float, gain: MinorGain, fit: SpectralFit, budget: Int, stopsAtNegative: Bool
    ) -> MinorOutcome {
        var outcome = MinorOutcome()
        var ceiling = Float.infinity
        while let (group, lane, rank) = pixels.strongest(), rank > limit {
            if ceiling == .infinity { ceiling = 2 * rank }
            if rank >= ceiling {
                outcome.end = .rising
            } else if stopsAtNegative, pixels.mean(group, lane) < 0 {
                outcome.end = .negative
            } else if outcome.iterations >= budget {
                outcome.end = .budget
            }
            guard outcome.end == .limit else { break }
            take(psf, group, lane, gain.share(rank), fit)
            outcome.iterations += 1
        }
        return outcome
    }

    /// Takes a share of a pixel's brightness away, as the spectra of components allow.
    private mutating func take(
        _ psf: PSFTable, _ group: Int, _ lane: Int, _ gain: Double, _ fit: SpectralFit
    ) {
        for channel in 0..<channels {
            brightness[channel] = Double(pixels.value(group, lane, channel))
        }
        fit.apply(&brightness)
        for channel in 0..<channels {
            steps[channel] = Float(gain * brightness[channel])
            fluxes.lanes[group * channels + channel][lane] += steps[channel]
        }
        let (row, column) = pixels.position(group, lane)
        pixels.subtract(psf, row, column, steps)
    }

    /// Components found.
    func components() -> ScaleComponents {
        var result = ScaleComponents(channels: channels)
        for group in 0..<pixels.groups {
            for lane in 0..<8
            where (0..<channels).contains(where: { fluxes.lanes[group * channels + $0][lane] != 0 }) {
                let (row, column) = pixels.position(group, lane)
                result.append(row * pixels.search.width + column) {
                    fluxes.lanes[group * channels + $0][lane]
                }
            }
        }
        return result
    }
}
