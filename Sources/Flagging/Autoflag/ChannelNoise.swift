/// Noise variances per channel that neither bursts nor steady interference in some of the channels can capture.
struct ChannelNoise {
    let strategy: Strategy

    /// Noise powers per polarisation and channel.
    ///
    /// Where a band of interference covers most channels, their median is the interference. Its power is then the same
    /// from channel to channel, while powers of noise are exponentially distributed, and so are the magnitudes of their
    /// differences, with the same mean. When differences are far below powers in the cleanest of polarisations that
    /// include cross hands, where a lone source on the sky cannot do that, they are the noise of all.
    ///
    /// - Parameter hasBackground: whether one was taken off; before, second differences tell nothing.
    func noises(
        of residuals: [ResidualPower], degrees: [Float], mask: Plane, hasBackground: Bool, channels: Int
    ) -> [[Float]] {
        let raw = residuals.map { $0.means.levels(channels: channels) }
        var levels = refined(raw.map(bounded), raw: raw, degrees: degrees)
        if hasBackground {
            let rapid = residuals.map { $0.rapidMeans.levels(channels: channels) }
            let fine = refined(rapid.map(bounded), raw: rapid, degrees: degrees)
            levels = levels.indices.map { scaled(fine[$0], to: raw[$0], or: levels[$0]) }
        }
        let powers = residuals.map(\.total)
        guard powers.count > 2, channels > 1 else { return levels }
        let middles = levels.indices.map { ChannelQuantiles.median(levels[$0]) / degrees[$0] }
        guard let cleanest = middles.indices.min(by: { middles[$0] < middles[$1] }), degrees[cleanest] > 1,
            !areUnpolarised(middles)
        else {
            return levels
        }
        let few = max(1, mask.rows / Self.rowsThatTell)
        let spread = ChannelQuantiles.median(
            differences(of: powers[cleanest], mask: mask, every: few, channels: channels))
        guard spread < strategy.steadyShare * ChannelQuantiles.median(levels[cleanest]) else { return levels }
        return powers.indices.map { pol in
            let found = differences(of: powers[pol], mask: mask, every: 1, channels: channels)
            return zip(bounded(found), levels[pol]).map { min($0, $1) }
        }
    }

    /// Dumps that tell whether differences are small.
    private static let rowsThatTell = 16

    /// Whether four products hold a smooth sky that leaks into the cross hands: they are then far below the parallel hands, while of a
    /// carrier, fully polarised, the cross hands' powers have the same product as those of the parallel hands.
    private func areUnpolarised(_ levels: [Float]) -> Bool {
        guard levels.count == 4 else { return false }
        let sorted = levels.sorted()
        return sorted[0] / sorted[2] * (sorted[1] / sorted[3]) < strategy.leastPolarised
    }

    /// Levels of second differences, in which slow interference hardly counts, scaled to the powers that most channels have; the powers' own
    /// levels where sky is left in them, which these must include: where it dominates, and at the ends of the band, where the background is
    /// one-sided.
    private func scaled(_ fine: [Float], to raw: [Float], or levels: [Float]) -> [Float] {
        let ratios = zip(raw, fine).map { $0 / $1 }
        let wide = ChannelQuantiles.wideQuantiles(
            ratios, reach: strategy.boundReach, quantile: strategy.scaleQuantile)
        return fine.indices.map { channel in
            let scale = wide[channel]
            guard scale < strategy.rapidShare, fine[channel].isFinite else { return levels[channel] }
            let inside = min(channel, fine.count - 1 - channel)
            guard inside < Background.ends else { return scale * fine[channel] }
            let level = max(scale * fine[channel], levels[channel])
            return inside < strategy.uncertainEnd ? level * strategy.endFactor : level
        }
    }

    /// Gives levels the fine shape that is seen in the cleanest polarisations together.
    private func refined(_ levels: [[Float]], raw: [[Float]], degrees: [Float]) -> [[Float]] {
        let middles = levels.indices.map { ChannelQuantiles.median(levels[$0]) / degrees[$0] }
        let least = middles.filter { $0 > 0 }.min() ?? 0
        let clean = middles.indices.filter {
            middles[$0] > 0 && middles[$0] <= strategy.clutterExcess * least
        }
        guard !clean.isEmpty else { return levels }
        var ratios = [Float](repeating: 0, count: levels[0].count)
        var coarse = ratios
        for (power, level) in clean.map({ (raw[$0], levels[$0]) }) {
            for channel in ratios.indices {
                ratios[channel] += power[channel] / level[channel]
                coarse[channel] += level[channel]
            }
        }
        for channel in ratios.indices { ratios[channel] /= Float(clean.count) }
        let factors = BandShape.factors(ratios, coarse: coarse)
        return levels.map { zip($0, factors).map { $0 * $1 } }
    }

    /// The levels of magnitudes of differences between neighbouring channels, in every so many dumps: an island over planes of one stride.
    private func differences(of power: Plane, mask: Plane, every step: Int, channels: Int) -> [Float] {
        let rows = (power.rows + step - 1) / step
        let difference = Plane(rows: rows, stride: power.stride, cleared: false)
        let both = Plane(rows: rows, stride: power.stride, cleared: false)
        for row in 0..<rows {
            let (from, to) = (row * step * power.stride, row * power.stride)
            for channel in Swift.stride(from: 0, to: power.stride, by: Plane.lanes) {
                let index = from + channel
                let change = Self.next(power, index) - power.samples.lanes(index)
                difference.samples.setLanes(to + channel, greater(change, 0 - change))
                both.samples.setLanes(to + channel, mask.samples.lanes(index) * Self.next(mask, index))
            }
        }
        var found = GroupMeans(of: difference, mask: both).levels(channels: channels)
        found[channels - 1] = found[channels - 2]
        return found
    }

    /// The vector that begins a channel later; at the end of the plane its last lane is repeated.
    @inline(__always)
    private static func next(_ plane: Plane, _ index: Int) -> Plane.Lanes {
        guard index + Plane.lanes == plane.count else { return plane.samples.lanes(index + 1) }
        var lanes = plane.samples.lanes(index)
        for lane in 1..<Plane.lanes { lanes[lane - 1] = lanes[lane] }
        return lanes
    }

    /// Bounds each channel's power by that of its neighbours.
    ///
    /// A running median over a window that shrinks towards the ends, so that it stays centred on a sloping band edge;
    /// and never more than a multiple of a wide running quantile, which interference across dozens of channels does
    /// not reach.
    func bounded(_ powers: [Float]) -> [Float] {
        let near = ChannelQuantiles.centredMedians(powers, reach: strategy.noiseReach)
        let wide = ChannelQuantiles.wideQuantiles(
            powers, reach: strategy.boundReach, quantile: strategy.boundQuantile)
        return near.indices.map { min(near[$0], strategy.boundFactor * wide[$0]) }
    }
}
