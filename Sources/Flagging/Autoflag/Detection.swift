/// Decides a hop on the statistic of one baseline: SumThreshold over the hop with its margins, the same on sums of square blocks, then
/// growth where samples around show signs of interference.
struct Detection {
    let strategy: Strategy
    let settings: AutoflagSettings

    /// What found the samples of some channels of a hop, as in `FlagHop.mask`, judged on the dumps in `seen` and all channels of the ring.
    func mask(
        of hop: Range<Int>, channels: Range<Int>, from ring: StatisticRing, _ emitters: EmitterRing?,
        seen: Range<Int>
    ) -> [UInt8] {
        let samples = ring.row(of: seen.lowerBound)
        let work = Self.image(of: samples, times: seen.count, channels: ring.channels)
        let rows = hop.lowerBound - seen.lowerBound..<hop.upperBound - seen.lowerBound
        let evidence = Evidence(
            of: work, rows: rows, significance: strategy.growthSignificance * settings.threshold)
        find(in: work, firstDump: seen.lowerBound)
        if let emitters { find(emitters, touching: hop, seen: seen, in: work) }
        let grown = grown(from: work, samples, rows: rows)
        return Array(unsafeUninitializedCapacity: rows.count * channels.count) { mask, count in
            for time in rows {
                let (row, signs) = (time * ring.stride, evidence.marks(time: time))
                for channel in channels {
                    let index = row + channel
                    let isGrown = grown.state[index] == RankImage.flagged && signs[channel] != 0
                    let found = work.found[index]
                    let mark = found == 0 && isGrown ? Detector.growth.mark : found
                    mask[count] =
                        samples[index] != StatisticRing.absent ? UInt8(truncatingIfNeeded: -mark) : 0
                    count += 1
                }
            }
        }
    }

    /// The statistic as SumThreshold takes it, samples that some polarisation lacks missing.
    private static func image(
        of samples: UnsafeMutablePointer<Int32>, times: Int, channels: Int
    ) -> ThresholdImage {
        let image = ThresholdImage(times: times, channels: channels, cleared: false)
        image.refill { row, channel in
            let values = samples.lanes(row + channel)
            let kept = values .> SIMD16<Int32>(repeating: StatisticRing.incomplete)
            let zero = SIMD16<Int32>(repeating: 0)
            return (
                zero.replacing(with: values, where: kept),
                zero.replacing(with: SIMD16<Int32>(repeating: 1), where: kept)
            )
        }
        return image
    }

    /// What was found, grown along time and then, in some rows, along frequency.
    private func grown(
        from work: ThresholdImage, _ samples: UnsafeMutablePointer<Int32>, rows: Range<Int>
    ) -> RankImage {
        let image = RankImage(times: work.times, channels: work.channels)
        for index in Swift.stride(from: 0, to: work.times * work.stride, by: 16) {
            let lost = samples.lanes(index) .< SIMD16<Int32>(repeating: StatisticRing.incomplete + 1)
            // Marks are negative: their sign is that of a flagged sample, whoever found it.
            let state = work.found.lanes(index) &>> 31
            image.state.setLanes(
                index, state.replacing(with: SIMD16<Int32>(repeating: RankImage.missing), where: lost))
        }
        image.growAlongTime(settings.timeRank.score)
        image.growAlongFrequency(settings.frequencyRank.score, rows: rows)
        return image
    }

    /// Marks the blocks of emitters on the ground.
    private func find(
        _ emitters: EmitterRing, touching hop: Range<Int>, seen: Range<Int>, in work: ThresholdImage
    ) {
        let search = EmitterSearch(significance: strategy.emitterSignificance * settings.threshold)
        let near = max(seen.lowerBound, hop.lowerBound - settings.margin)..<seen.upperBound
        search.search(emitters, touching: hop, seen: near) { blocks, channel in
            let block = EmitterSums.block
            let dumps = (blocks.lowerBound * block..<blocks.upperBound * block).clamped(to: near)
            for dump in dumps {
                Self.mark(work, (dump - seen.lowerBound) * work.stride + channel, by: .emitters)
            }
        }
    }

    /// Runs along time and frequency, then blocks, each size on what is left by those before.
    private func find(in work: ThresholdImage, firstDump: Int) {
        var operation = SumThreshold(timeThreshold: strategy.base * settings.threshold, twoSided: false)
        operation.sharedVariance = sharedVariance(area: 1)
        let unit = Double(BlockStatistic.unit)
        operation.spread = WindowSpread(significance: strategy.base * settings.threshold, unit: unit)
        operation.find(in: work, unit: unit)
        operation.shortestMeasured = 1
        var sums = BlockSums(work, offset: firstDump % BlockSums.least)
        var side = BlockSums.least
        for next in strategy.blockSides {
            if next > side { sums = sums.coarser(by: next / side, offset: firstDump % next / side) }
            side = next
            let shared = sharedVariance(area: side * side)
            let image = sums.image(
                leastShare: 0.25, area: side * side, scale: Float((1 - shared.alongTime).squareRoot()))
            operation.sharedVariance = shared
            operation.spread?.area = side * side
            operation.find(in: image, unit: unit)
            sums.drop(foundIn: image)
            cover(work, blocksIn: image, side: side, offset: firstDump % side)
        }
    }

    /// The shares that the image's errors have in the variance of the mean of so many samples.
    private func sharedVariance(area: Int) -> SumThreshold.SharedVariance {
        let (channel, dump) = (
            strategy.channelError * strategy.channelError, strategy.dumpError * strategy.dumpError
        )
        let total = 1 / Double(area) + channel
        return SumThreshold.SharedVariance(alongTime: channel / total, alongFrequency: dump / total)
    }

    /// Marks the samples of found blocks.
    private func cover(_ work: ThresholdImage, blocksIn image: ThresholdImage, side: Int, offset: Int) {
        for time in 0..<work.times {
            let row = (time + offset) / side * image.stride
            for block in 0..<image.channels where image.found[row + block] != 0 {
                let start = time * work.stride + block * side
                let end = time * work.stride + min((block + 1) * side, work.channels)
                for index in start..<end { Self.mark(work, index, by: .blocks) }
            }
        }
    }

    /// Marks a sample as found, unless it was found before.
    @inline(__always)
    private static func mark(_ work: ThresholdImage, _ index: Int, by detector: Detector) {
        let found = work.found[index]
        work.found[index] = found == 0 ? detector.mark : found
    }
}
