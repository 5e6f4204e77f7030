/// Turns the polarisations of one baseline over a block of dumps into one real image in units of its own noise.
///
/// Per polarisation a background is taken off, and the noise found of what is left; ``JoinedPowers`` is what they make together. That is done
/// again and again, each time on what the image before does not mask.
struct BlockStatistic {
    let strategy: Strategy
    let threshold: Double

    /// Grid steps of the image per standard deviation.
    static let unit: Float = 256

    /// Where the difference of hands has its sums, after all polarisations.
    let differenceSlot: Int
    /// Whether nothing was tracked, so that the sky drifts by.
    let isDrifting: Bool
    /// Of the scan's blocks before.
    let history: LevelHistory

    /// Makes the image, not meaningful where a sample is missing.
    ///
    /// - Parameters:
    ///   - valid: 1 where all parts have a sample, else 0, [time][padded channel].
    ///   - emitters: what takes the sums over emitters on the ground.
    func image(
        of parts: [PolarisationParts], valid: Plane, channels: Int, emitters: EmitterIntake?
    ) -> JoinedPowers {
        let mask = Plane(rows: valid.rows, stride: valid.stride, cleared: false)
        mask.samples.update(from: valid.samples, count: valid.count)
        var measured = parts.map {
            MeasuredPart($0, rows: valid.rows, stride: valid.stride, channels: channels)
        }
        // The planes of the difference live as long as their pointers are used.
        var difference: SkyDifference?
        defer { withExtendedLifetime(difference) {} }
        if parts.count == 2 {
            difference = differenceOfHands(parts[0], parts[1], mask, channels, strategy.skyCorrelation)
            if let difference {
                measured.append(
                    MeasuredPart(
                        difference.part(slot: differenceSlot), rows: valid.rows, stride: valid.stride,
                        channels: channels))
            }
        }
        let background = Background(mask: mask)
        let work = ThresholdImage(times: valid.rows, channels: channels, cleared: false)
        for (pass, sensitivity) in strategy.sensitivities.enumerated() {
            // The sky of the parallel hands of four products goes where it is all there is in them, or where the background leaves some.
            if pass == 1 {
                difference = difference ?? mergeHands(&measured, mask, strategy.soleSkyCorrelation)
            }
            measure(&measured, mask, pass > 0 ? background : nil, nil)
            if pass == 1, difference == nil, ParallelHands(measured)?.haveExcess(strategy.skyExcess) == true {
                difference = mergeHands(&measured, mask, strategy.skyCorrelation)
                if difference != nil { measure(&measured, mask, background, nil) }
            }
            if pass == 1, isDrifting { measureByChannel(&measured, mask, valid, background) }
            remask(mask, image: join(measured, mask), valid: valid, work, sensitivity)
        }
        measure(&measured, mask, background, emitters)
        return join(measured, mask)
    }

    private func join(_ measured: [MeasuredPart], _ mask: Plane) -> JoinedPowers {
        JoinedPowers(measured, stride: mask.stride, clutterExcess: strategy.clutterExcess)
    }

    /// Puts the difference of two parallel hands among four products in their place, if an unpolarised sky dominates them.
    private func mergeHands(_ measured: inout [MeasuredPart], _ mask: Plane, _ leastCorrelation: Float)
        -> SkyDifference?
    {
        guard let hands = ParallelHands(measured) else { return nil }
        let (first, second) = (measured[hands.first], measured[hands.second])
        let difference = differenceOfHands(first.part, second.part, mask, first.scale.count, leastCorrelation)
        guard let difference else { return nil }
        // It is as noisy as the weaker hand, to whose gain the stronger is brought.
        let weaker = difference.isOfSecond ? first : second
        measured =
            hands.others.map { measured[$0] } + [weaker.replaced(by: difference.part(slot: differenceSlot))]
        return difference
    }

    /// Finds the powers of the parts and their noise, with or without a background taken off.
    private func measure(
        _ measured: inout [MeasuredPart], _ mask: Plane, _ background: Background?, _ emitters: EmitterIntake?
    ) {
        background?.renormalise()
        let residuals = emitters.map { _ in
            (
                real: Plane(rows: mask.rows, stride: mask.stride, cleared: false),
                imaginary: Plane(rows: mask.rows, stride: mask.stride, cleared: false)
            )
        }
        for index in measured.indices {
            guard let background else {
                measured[index].findPower(mask: mask)
                continue
            }
            // What is divided by its noise has the same weight in the background on both sides of a slope of the band.
            measured[index].whiten(byChannel: isDrifting)
            measured[index].findPower(less: background, into: residuals)
            if let residuals { emitters?.add(residuals, slot: measured[index].part.slot, mask: mask) }
        }
        let found = ChannelNoise(strategy: strategy).noises(
            of: measured.map(\.power), degrees: measured.map(\.part.degrees), mask: mask,
            hasBackground: background != nil,
            channels: measured[0].scale.count)
        let powers = background == nil ? history.bound(found, slots: measured.map(\.part.slot)) : found
        for index in measured.indices { measured[index].take(powers[index]) }
        emitters?.finish(measured, mask: mask, clutterExcess: strategy.clutterExcess)
    }

    /// Takes each channel's own mean along time off instead, where the background leaves sky and that leaves none: the sky drifts slowly
    /// by, but channels are so far apart that it has another phase in each.
    private func measureByChannel(
        _ measured: inout [MeasuredPart], _ mask: Plane, _ valid: Plane, _ background: Background
    ) {
        guard mask.rows >= strategy.fewestDriftDumps, measured.contains(where: holdsSky) else { return }
        let before = Plane(rows: mask.rows, stride: mask.stride, cleared: false)
        before.samples.update(from: mask.samples, count: mask.count)
        unmaskSky(mask, valid)
        background.ownMeans = ownMeans(of: measured, valid)
        background.isOfEachChannel = true
        measure(&measured, mask, background, nil)
        guard measured.contains(where: holdsSky) else { return }
        mask.samples.update(from: before.samples, count: mask.count)
        background.isOfEachChannel = false
        measure(&measured, mask, background, nil)
    }

    /// What stood out of the first image was sky for the most part, but for the dumps that stood out in most channels.
    private func unmaskSky(_ mask: Plane, _ valid: Plane) {
        for row in Swift.stride(from: 0, to: mask.count, by: mask.stride) {
            let (marks, samples) = (mask.samples + row, valid.samples + row)
            var (kept, all) = (Plane.Lanes(repeating: 0), Plane.Lanes(repeating: 0))
            for channel in Swift.stride(from: 0, to: mask.stride, by: Plane.lanes) {
                kept += marks.lanes(channel)
                all += samples.lanes(channel)
            }
            if 2 * kept.sum() >= all.sum() { marks.update(from: samples, count: mask.stride) }
        }
    }

    /// 0 for channels that are far above those around, else 1: what is steady there is a carrier, and no sky.
    private func ownMeans(of measured: [MeasuredPart], _ valid: Plane) -> Plane {
        let means = Plane(rows: 1, stride: valid.stride)
        for channel in measured[0].scale.indices { means.samples[channel] = 1 }
        for part in measured {
            let levels = GroupMeans(of: part.power.total, mask: valid).levels(channels: part.scale.count)
            let around = ChannelQuantiles.centredMedians(levels, reach: strategy.gainReach)
            for channel in levels.indices where levels[channel] > strategy.carrierRise * around[channel] {
                means.samples[channel] = 0
            }
        }
        return means
    }

    /// Whether what is left of a part changes slowly with time in most channels.
    private func holdsSky(_ part: MeasuredPart) -> Bool {
        let channels = part.scale.count
        let all = part.power.means.levels(channels: channels)
        let rapid = part.power.rapidMeans.levels(channels: channels)
        var (known, slow) = (0, 0)
        for channel in 0..<channels where all[channel].isFinite && rapid[channel].isFinite {
            known += 1
            if all[channel] > strategy.rapidShare * rapid[channel] { slow += 1 }
        }
        return Double(slow) > strategy.slowShare * Double(known)
    }

    /// What is left of two parallel hands of a cross baseline once an unpolarised sky cancels, if it dominates.
    private func differenceOfHands(
        _ a: PolarisationParts, _ b: PolarisationParts, _ mask: Plane, _ channels: Int,
        _ leastCorrelation: Float
    ) -> SkyDifference? {
        guard a.degrees > 1, b.degrees > 1 else { return nil }
        return SkyDifference(
            a, b, mask: mask, channels: channels, strategy: strategy, leastCorrelation: leastCorrelation)
    }

    /// Masks what SumThreshold finds in the image, from the start.
    private func remask(
        _ mask: Plane, image: JoinedPowers, valid: Plane, _ work: ThresholdImage, _ sensitivity: Double
    ) {
        let marks = valid.samples
        work.refill { row, channel in
            let kept = marks.lanes(row + channel) .> Plane.Lanes(repeating: 0)
            let zero = SIMD16<Int32>(repeating: 0)
            return (
                zero.replacing(with: image.grid(row, channel), where: kept),
                zero.replacing(with: SIMD16<Int32>(repeating: 1), where: kept)
            )
        }
        let least = sensitivity * threshold * strategy.base
        var operation = SumThreshold(timeThreshold: least, twoSided: false)
        operation.declineLength = min(256, mask.rows)
        operation.spread = WindowSpread(significance: least, unit: Double(Self.unit))
        operation.find(in: work, unit: Double(Self.unit))
        for index in Swift.stride(from: 0, to: mask.count, by: Plane.lanes) {
            let found = work.found.lanes(index) .< SIMD16<Int32>(repeating: 0)
            mask.samples.setLanes(
                index, marks.lanes(index).replacing(with: Plane.Lanes(repeating: 0), where: found))
        }
    }

    /// Samples of the image on the grid, cut at what is above every threshold.
    @inline(__always)
    static func grid(_ samples: Plane.Lanes) -> SIMD16<Int32> {
        let (least, most) = (Plane.Lanes(repeating: -limit), Plane.Lanes(repeating: limit))
        // A NaN compares as false and becomes the least.
        let cut = lesser(greater(least, samples * unit), most)
        // Adding 1.5 x 2^23 leaves the rounded integer in the low bits of the significand.
        return unsafeBitCast(cut + 12_582_912, to: SIMD16<Int32>.self) &- 0x4B40_0000
    }

    /// Largest value on the grid: far above every threshold, and 256 of them add up to less than 2³¹.
    private static let limit: Float = 2_097_152
}
