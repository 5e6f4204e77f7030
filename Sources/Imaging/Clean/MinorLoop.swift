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

/// Högbom's loop over the few pixels above a limit only (Clark 1980, sect. 2), part by part: many components are taken
/// around the strongest peak before they are taken away from the pixels farther off, each place once.
struct MinorLoop {
    /// Share of the strongest peak down to which one part is cleaned before the next: almost the order of peaks.
    private static let share: Float = 0.9
    /// How far peaks may rise above the first one: what one part gains may lift another for a while.
    private static let rise: Float = 4
    private var pixels: MinorPixels
    private let channels: Int
    /// What components took, [group][channel].
    private let fluxes: LaneBuffer<Float>

    init(_ pixels: MinorPixels) {
        self.pixels = pixels
        channels = pixels.channels
        fluxes = LaneBuffer<Float>(pixels.groups * channels)
        fluxes.clear()
    }

    /// Takes components away until the highest rank is at a limit.
    mutating func run(_ rules: MinorRules, limit: Float) -> MinorOutcome {
        var outcome = MinorOutcome()
        var ceiling = Float.infinity
        while outcome.end == .limit, let (group, lane, rank) = pixels.strongest(), rank > limit {
            if ceiling == .infinity { ceiling = Self.rise * rank }
            let (row, column) = pixels.position(group, lane)
            var part = MinorPart(of: pixels, row, column)
            part.run(rules, limit: max(limit, Self.share * rank), ceiling: ceiling, &outcome)
            take(part, rules.psf)
        }
        return outcome
    }

    /// Takes a part's components away from all other pixels.
    private mutating func take(_ part: MinorPart, _ psf: PSFTable) {
        var found = PointComponents()
        part.pixels.eachTaken(part.fluxes) { group, lane, row, column in
            found.append(row, column, channels) { part.fluxes.lanes[group * channels + $0][lane] }
        }
        pixels.subtract(found, psf)
        pixels.restore(part.groups, from: part.pixels)
        for (index, group) in part.groups.enumerated() {
            for channel in 0..<channels {
                fluxes.lanes[group * channels + channel] += part.fluxes.lanes[index * channels + channel]
            }
        }
    }

    /// Components found.
    func components() -> ScaleComponents {
        var result = ScaleComponents(channels: channels)
        pixels.eachTaken(fluxes) { group, lane, row, column in
            result.append(row * pixels.search.width + column) { fluxes.lanes[group * channels + $0][lane] }
        }
        return result
    }
}
