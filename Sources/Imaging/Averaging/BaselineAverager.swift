import Visibilities

/// Averages visibilities of short baselines over more dumps and channels than those of long ones, within a bound on what
/// that costs a point anywhere in an image: what CLEAN keeps and looks at again, again and again, becomes several times
/// less.
public struct BaselineAverager: Sendable {
    private let limit: SmearingLimit

    /// An averager for an image.
    ///
    /// - Parameters:
    ///   - geometry: the image.
    ///   - loss: the share of its amplitude that a point in the corner farthest from the phase centre may lose, up to 0.1.
    /// - Throws: `ImagingError.setting` for a loss that is none.
    public init(_ geometry: ImageGeometry, loss: Double) throws(ImagingError) {
        limit = try SmearingLimit(geometry, loss: loss)
    }

    /// Weighted means of the samples of a batch, with the sums of their weights; their coordinates are those of the mean
    /// weight of their dumps. Samples of weight 0 do not count.
    ///
    /// - Parameter baselines: how many rows behind each other belong to one baseline, in order of time.
    /// - Returns: a batch for each number of channels that became one, ascending; all together hold what the batch does.
    /// - Throws: `ImagingError` for arrays that do not fit together.
    public func averaged(
        _ batch: VisibilityBatch, baselines: [Int]
    ) throws(ImagingError) -> [VisibilityBatch] {
        try batch.check()
        guard batch.doubles.isEmpty else {
            throw ImagingError.shape(
                "baselines are averaged in single precision: make the batch of Complex64")
        }
        guard baselines.allSatisfy({ $0 >= 0 }), baselines.reduce(0, +) == batch.rows else {
            throw .shape("baselines of \(baselines.reduce(0, +)) rows for a batch of \(batch.rows)")
        }
        guard let highest = batch.frequencies.last, batch.rows > 0 else { return [batch] }
        let groupings = ChannelGroups.all(of: batch.frequencies)
        var means = groupings.map { SampleMeans($0) }
        var first = 0
        for rows in baselines {
            let run = batch.uvw[first..<first + rows]
            let path = run.reduce(0) { max($0, limit.path($1)) }
            let grouping = groupings.lastIndex { limit.allows(band: $0.widest, path: path) } ?? 0
            var row = first
            while row < first + rows {
                let count = limit.rows(run[row...], frequency: highest)
                means[grouping].append(batch, rows: row..<row + count)
                row += count
            }
            first += rows
        }
        var result = means.filter { !$0.isEmpty }.map(\.gathered)
        if !result.isEmpty {
            result[0].variance = batch.variance
            result[0].visibilityWeight = batch.visibilityWeight
            result[0].beyond = batch.beyond
        }
        return result
    }
}
