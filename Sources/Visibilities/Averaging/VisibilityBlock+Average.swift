extension VisibilityBlock {
    /// Averages the block in place over bins of time x channel.
    ///
    /// Per bin: visibility = Σ w V / Σ w over the unflagged samples, weight = Σ w of them. A bin is flagged only when all
    /// its samples are, with all their reasons, and then holds their plain mean with weight 0; the plain mean of the
    /// unflagged ones with weight 0 where none of them has a positive weight. Values that are not finite stay out of
    /// plain means. Bins of 1 x 1 leave everything as it is, the weights of flagged samples too. uvw and time centroids are means weighted by interval, flagged or not, as in `AveragedAxes`.
    ///
    /// - Parameters:
    ///   - bins: Dumps x channels of a bin, counted from the block's first ones; the last bins may be short.
    ///   - context: The averaged context, from `AveragedAxes.context(_:)` with the same bins.
    public mutating func average(_ bins: AveragingBins, context averaged: BlockContext) {
        let before = shape
        guard bins.times > 1 || bins.channels > 1 else { return reshape(before, context: averaged) }
        let times = bins.timeBins(of: before.times)
        let after = BlockShape(
            baselines: before.baselines, polarisations: before.polarisations, times: times.count,
            channels: bins.channelBins(of: before.channels).count)
        let intervals = context.intervals
        withMutableArrays { visibilities, weights, flags, uvw, centroids in
            averageSamples(&visibilities, &weights, &flags, before: before, after: after, bins: bins)
            averageRows(&uvw, &centroids, baselines: before.baselines, dumps: before.times, times, intervals)
        }
        reshape(after, context: averaged)
    }
}

/// Averages uvw and centroids, [baseline][time], in place: a row is written at or below the first one it is made of.
private func averageRows(
    _ uvw: inout MutableSpan<UVW>, _ centroids: inout MutableSpan<Double>, baselines: Int, dumps: Int,
    _ times: [Range<Int>], _ intervals: [Double]
) {
    for baseline in 0..<baselines {
        for (bin, run) in times.enumerated() {
            let row = baseline * times.count + bin
            var (sum, time, total) = (UVW(0, 0, 0), 0.0, 0.0)
            let (firstUVW, firstTime) = (
                uvw[baseline * dumps + run.lowerBound], centroids[baseline * dumps + run.lowerBound]
            )
            for dump in run {
                let (weight, offset) = (intervals[dump], uvw[baseline * dumps + dump] - firstUVW)
                sum = UVW(sum.u + weight * offset.u, sum.v + weight * offset.v, sum.w + weight * offset.w)
                time += weight * (centroids[baseline * dumps + dump] - firstTime)
                total += weight
            }
            let scale = total > 0 ? 1 / total : 0
            uvw[row] = UVW(firstUVW.u + sum.u * scale, firstUVW.v + sum.v * scale, firstUVW.w + sum.w * scale)
            centroids[row] = firstTime + time * scale
        }
    }
}
