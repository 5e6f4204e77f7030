#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Deconvolution {
    /// Groups of eight pixels that a minor loop takes at most: what stays in the second-level cache.
    private static let mostGroups = 8192
    /// How often a minor cycle looks at all scales again when each was cleaned: exact residuals correct the rest.
    private static let mostChecks = 3
    /// Share of a peak that a component takes in the automatic mask, unless that leaves less than the level.
    private static let settledGain = 0.4

    /// Takes components away until the strongest peak is at a limit, or none is above its level.
    mutating func minorCycles(to limit: Float) async throws -> MinorOutcome.End {
        var end = MinorOutcome.End.limit
        var checks = 0
        for _ in 0..<2000 {
            guard let scale = choice, biased(scale) > 1.02 * limit, let peak = peaks[scale] else {
                // Components of one scale may lift peaks of another; points by themselves wait for exact residuals.
                let stale = set.scales.indices.filter { images.stale[$0] }
                guard set.scales.count > 1, !stale.isEmpty, checks < Self.mostChecks else { break }
                checks += 1
                for scale in stale { try await refresh(scale) }
                continue
            }
            if images.stale[scale] {
                try await refresh(scale)
                continue
            }
            let outcome = try await round(scale, down(to: limit, scale, peak))
            end = outcome.end
            guard outcome.iterations > 0, end == .limit else { break }
        }
        model.paint(set.scales, width: field.width, height: field.height)
        return end
    }

    private mutating func refresh(_ scale: Int) async throws {
        try await images.refresh(scale)
        peaks[scale] = try await peak(scale)
    }

    /// Rank down to which a minor loop at a scale goes.
    private func down(to limit: Float, _ scale: Int, _ peak: Peak) -> Float {
        // Points need no convolution of their own: two steps at once.
        let steps: Float = set.scales[scale].spectrum == nil ? 2 : 1
        let share = set.scales.count > 1 ? pow(Float(1 - settings.scaleGain), steps) : 0
        return max(levels[scale], limit / set.scales[scale].bias, share * peak.rank)
    }

    /// What components of a scale take. Where the automatic mask has settled the places, what is left is to solve for
    /// their brightness, and a step of 1 would fall fastest.
    private func gain(_ scale: Int) -> MinorGain {
        MinorGain(
            least: settings.gain, most: isSettled ? max(settings.gain, Self.settledGain) : settings.gain,
            level: levels[scale])
    }

    /// One minor loop at a scale.
    private mutating func round(_ scale: Int, _ limit: Float) async throws -> MinorOutcome {
        let places = set.scales[scale]
        let (groups, floor) = try await groups(scale, limit)
        var loop = MinorLoop(
            MinorPixels(
                groups: groups, images: images.channels[scale], weights: weights, share: shares[scale],
                search: places.search))
        let rules = MinorRules(
            psf: places.psf, gain: gain(scale), fit: fits[scale],
            budget: settings.iterations - model.iterations, stopsAtNegative: settings.negative == .stops)
        let outcome = loop.run(rules, limit: floor)
        let found = loop.components()
        model.add(found, of: places, scale, width: field.width, iterations: outcome.iterations)
        images.take(found, at: scale)
        peaks[scale] = peaks[scale].map { Peak(value: $0.value, pixel: $0.pixel, rank: min($0.rank, floor)) }
        return outcome
    }

    /// The groups of pixels that a minor loop looks at, and the rank down to which it can go with so many.
    private func groups(_ scale: Int, _ limit: Float) async throws -> ([Int32], Float) {
        let search = set.scales[scale].search
        func above(_ floor: Float) async throws -> [Int32] {
            try await search.groups(images.joint[scale], shares[scale], above: floor)
        }
        guard let top = peaks[scale]?.rank else { return ([], limit) }
        // Where no other scale leads to another look, the limit holds wherever components may be.
        if isSettled, set.scales.count == 1 {
            let held = try await search.groups(shares[scale], shares[scale], above: 0)
            if held.count <= Self.mostGroups { return (held, limit) }
        }
        var floor = limit
        var groups = try await above(floor)
        while groups.count > Self.mostGroups, floor < 0.99 * top {
            floor = (floor * top).squareRoot()
            groups = try await above(floor)
        }
        // Pixels that subtraction lifts above the limit count too, if there is room for all that could be.
        if floor == limit, groups.count < Self.mostGroups / 2 {
            let more = try await above(0.75 * floor)
            if more.count <= Self.mostGroups { groups = more }
        }
        return (groups, floor)
    }
}
