/// Decides a hop on the statistic of one baseline: SumThreshold over the hop with its margins, then SIR.
struct Detection {
    let strategy: Strategy
    let settings: AutoflagSettings

    /// The mask of a hop, [time][channel], judged on the dumps in `seen`.
    func mask(of hop: Range<Int>, from ring: StatisticRing, seen: Range<Int>) -> [UInt8] {
        let (channels, stride) = (ring.channels, ring.stride)
        let offset = (seen.lowerBound - ring.start) * stride
        let work = ThresholdImage(times: seen.count, channels: channels)
        for index in 0..<seen.count * stride where ring.rows.values[offset + index] != .min {
            work.value[index] = Int32(ring.rows.values[offset + index])
            work.live[index] = 1
        }
        let operation = SumThreshold(timeThreshold: strategy.base * settings.threshold, twoSided: false)
        work.find(operation, unit: Double(BlockStatistic.unit))
        var mask = [UInt8](repeating: 0, count: seen.count * channels)
        var missing = mask
        for time in 0..<seen.count {
            for channel in 0..<channels {
                let index = time * stride + channel
                mask[time * channels + channel] = work.found[index] == 0 ? 0 : 1
                missing[time * channels + channel] = ring.rows.values[offset + index] == .min ? 1 : 0
            }
        }
        var span = mask.mutableSpan
        settings.rank.growAlongTime(&span, missing: missing.span, times: seen.count, channels: channels)
        settings.rank.growAlongFrequency(&span, missing: missing.span, times: seen.count, channels: channels)
        let kept =
            (hop.lowerBound - seen.lowerBound) * channels..<(hop.upperBound - seen.lowerBound) * channels
        return kept.map { index in
            let place = offset + index / channels * stride + index % channels
            return ring.rows.absent[place] == 0 ? mask[index] : 0
        }
    }
}
