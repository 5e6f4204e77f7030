/// Decides a hop on the statistic of one baseline: SumThreshold over the hop with its margins, then SIR.
struct Detection {
    let strategy: Strategy
    let settings: AutoflagSettings

    /// The mask of a hop, [time][channel], judged on the dumps in `seen`.
    func mask(of hop: Range<Int>, from ring: StatisticRing, seen: Range<Int>) -> [UInt8] {
        let samples = ring.row(of: seen.lowerBound)
        let work = ThresholdImage(times: seen.count, channels: ring.channels)
        work.refill { index in
            let values = samples.lanes(index)
            let kept = values .> SIMD16<Int32>(repeating: StatisticRing.incomplete)
            let zero = SIMD16<Int32>(repeating: 0)
            return (
                zero.replacing(with: values, where: kept),
                zero.replacing(with: SIMD16<Int32>(repeating: 1), where: kept)
            )
        }
        let operation = SumThreshold(timeThreshold: strategy.base * settings.threshold, twoSided: false)
        operation.find(in: work, unit: Double(BlockStatistic.unit))
        let image = RankImage(times: seen.count, channels: ring.channels)
        for index in Swift.stride(from: 0, to: seen.count * ring.stride, by: 16) {
            let lost = samples.lanes(index) .< SIMD16<Int32>(repeating: StatisticRing.incomplete + 1)
            image.state.setLanes(
                index,
                work.found.lanes(index).replacing(
                    with: SIMD16<Int32>(repeating: RankImage.missing), where: lost))
        }
        image.growAlongTime(settings.timeRank.score)
        let rows = hop.lowerBound - seen.lowerBound..<hop.upperBound - seen.lowerBound
        image.growAlongFrequency(settings.frequencyRank.score, rows: rows)
        return Array(unsafeUninitializedCapacity: rows.count * ring.channels) { mask, count in
            for time in rows {
                for index in time * ring.stride..<time * ring.stride + ring.channels {
                    let isFound = work.found[index] != 0 || image.state[index] == RankImage.flagged
                    mask[count] = isFound && samples[index] != StatisticRing.absent ? 1 : 0
                    count += 1
                }
            }
        }
    }
}
