/// Noise variances per channel that neither bursts nor steady interference in some of the channels can capture.
struct ChannelNoise {
    let strategy: Strategy

    /// Dumps whose powers are averaged before the median over such groups is taken.
    static let group = 8
    /// Median over mean of the sum of eight exponentially distributed powers.
    private static let medianOverMean: Float = 0.9588

    /// Noise powers per polarisation and channel.
    ///
    /// Where a band of interference covers most channels, their median is the interference. Its power is then the same
    /// from channel to channel, while powers of noise are exponentially distributed, and so are the magnitudes of their
    /// differences, with the same mean. When differences are far below powers in the cleanest of polarisations that
    /// include cross hands, where a lone source on the sky cannot do that, they are the noise of all.
    ///
    /// - Parameter bends: 1 where second differences count; nil when there are none, which is before a background is known.
    func noises(of residuals: [ResidualPower], degrees: [Float], mask: Plane, bends: Plane?, channels: Int)
        -> [[Float]]
    {
        let powers = residuals.map(\.total)
        let raw = powers.map { self.powers(of: $0, mask: mask, channels: channels) }
        var levels = refined(raw.map(bounded), raw: raw, degrees: degrees)
        if let bends {
            let rapid = residuals.map { self.powers(of: $0.rapid, mask: bends, channels: channels) }
            let fine = refined(rapid.map(bounded), raw: rapid, degrees: degrees)
            levels = levels.indices.map { scaled(fine[$0], to: raw[$0], or: levels[$0]) }
        }
        guard powers.count > 2, channels > 1 else { return levels }
        let middles = levels.indices.map { ChannelQuantiles.median(levels[$0]) / degrees[$0] }
        guard let cleanest = middles.indices.min(by: { middles[$0] < middles[$1] }), degrees[cleanest] > 1,
            !areUnpolarised(middles)
        else {
            return levels
        }
        let spread = ChannelQuantiles.median(
            differences(of: powers[cleanest], mask: mask, channels: channels))
        guard spread < strategy.steadyShare * ChannelQuantiles.median(levels[cleanest]) else { return levels }
        return powers.indices.map { pol in
            zip(bounded(differences(of: powers[pol], mask: mask, channels: channels)), levels[pol]).map {
                min($0, $1)
            }
        }
    }

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
        let ratios = levels[0].indices.map { channel in
            clean.reduce(Float(0)) { $0 + raw[$1][channel] / levels[$1][channel] } / Float(clean.count)
        }
        let coarse = levels[0].indices.map { channel in clean.reduce(Float(0)) { $0 + levels[$1][channel] } }
        let factors = BandShape.factors(ratios, coarse: coarse)
        return levels.map { zip($0, factors).map { $0 * $1 } }
    }

    /// As `powers`, of the magnitudes of differences between neighbouring channels.
    private func differences(of power: Plane, mask: Plane, channels: Int) -> [Float] {
        let difference = Plane(rows: power.rows, stride: power.stride)
        let both = Plane(rows: power.rows, stride: power.stride)
        for row in Swift.stride(from: 0, to: power.count, by: power.stride) {
            for index in row..<row + channels - 1 {
                difference.samples[index] = abs(power.samples[index + 1] - power.samples[index])
                both.samples[index] = mask.samples[index] * mask.samples[index + 1]
            }
        }
        var found = powers(of: difference, mask: both, channels: channels)
        found[channels - 1] = found[channels - 2]
        return found
    }

    /// The power of each channel: the median over groups of dumps of the mean over what the mask keeps; infinite
    /// where no group keeps enough.
    func powers(of power: Plane, mask: Plane, channels: Int) -> [Float] {
        let groups = (power.rows + Self.group - 1) / Self.group
        let means = Plane(rows: groups, stride: power.stride)
        let counts = Plane(rows: 1, stride: power.stride)
        for column in Swift.stride(from: 0, to: power.stride, by: Plane.lanes) {
            var kept = Plane.Lanes(repeating: 0)
            for group in 0..<groups {
                let rows = group * Self.group..<min((group + 1) * Self.group, power.rows)
                let mean = Self.mean(of: power, mask, rows, column)
                means.samples.setLanes(group * power.stride + column, mean)
                kept.replace(with: kept + 1, where: mean .< Plane.Lanes(repeating: .infinity))
            }
            Self.sort(means, column)
            counts.samples.setLanes(column, kept)
        }
        let found: [Float] = (0..<channels).map { channel in
            let count = Int(counts.samples[channel])
            guard count > 0 else { return .infinity }
            let upper = means.samples[count / 2 * power.stride + channel]
            let lower = means.samples[(count - 1) / 2 * power.stride + channel]
            return (lower + upper) / (count > 2 ? 2 * Self.medianOverMean : 2)
        }
        return power.rows < 3 ? Self.meansOfNeighbours(found, reach: Self.group / 2 / power.rows) : found
    }

    /// Means over the finite ones of neighbouring channels: quantiles of powers of one or two dumps would be far from their mean.
    private static func meansOfNeighbours(_ powers: [Float], reach: Int) -> [Float] {
        powers.indices.map { channel in
            let near = powers[max(0, channel - reach)...min(powers.count - 1, channel + reach)].filter(
                \.isFinite)
            return near.isEmpty ? .infinity : near.reduce(0, +) / Float(near.count)
        }
    }

    /// Means of some rows; infinite where the mask keeps fewer than three (or all, if there are not so many).
    private static func mean(of power: Plane, _ mask: Plane, _ rows: Range<Int>, _ column: Int) -> Plane.Lanes
    {
        var sum = Plane.Lanes(repeating: 0)
        var count = Plane.Lanes(repeating: 0)
        for time in rows {
            let kept = mask.samples.lanes(time * power.stride + column)
            sum += kept * power.samples.lanes(time * power.stride + column)
            count += kept
        }
        let least = Plane.Lanes(repeating: Float(min(3, rows.count)))
        return (sum / count).replacing(with: Plane.Lanes(repeating: .infinity), where: count .< least)
    }

    /// Sorts the rows of each channel, ascending (odd-even transposition).
    private static func sort(_ means: Plane, _ column: Int) {
        for round in 0..<means.rows {
            for row in Swift.stride(from: round % 2, to: means.rows - 1, by: 2) {
                let index = row * means.stride + column
                let (a, b) = (means.samples.lanes(index), means.samples.lanes(index + means.stride))
                means.samples.setLanes(index, lesser(a, b))
                means.samples.setLanes(index + means.stride, greater(a, b))
            }
        }
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
