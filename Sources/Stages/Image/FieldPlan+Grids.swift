import Imaging
import Pipeline

extension FieldPlan {
    /// Empty grids, with the weights that the schedule predicts or what will count them: of each share by itself, or of
    /// all of an interval.
    func grids() throws -> [SharedGrids] {
        // One file for all: a process may not open many.
        let file = keeping?.place == .scratch ? try keeping.map { try ScratchFile(in: $0.folder) } : nil
        var predicted: [Int: ImagingWeights] = [:]
        var counts: [CountedTogether: DensityCount] = [:]
        return try parts.flatMap { part in
            let known = try weighting.isExact ? nil : weights(of: part, &predicted)
            return sets.enumerated().map { number, products in
                let weighing = known.map(SharedGrids.Weighing.known) ?? .counted(count(part, number, &counts))
                return SharedGrids(part.share, products, part.grid, weighing, averager) { store(file) }
            }
        }
    }

    /// Samples whose density is counted together.
    private struct CountedTogether: Hashable {
        let interval: Int
        /// nil for all of them.
        let channel: Int?
        let set: Int
    }

    private func count(
        _ part: Part, _ set: Int, _ counts: inout [CountedTogether: DensityCount]
    ) -> DensityCount {
        let together = CountedTogether(
            interval: part.share.interval, channel: weighting.isShared ? nil : part.share.channel, set: set)
        let count = counts[together] ?? DensityCount(weighting.emptyDensity(geometry))
        counts[together] = count
        return count
    }

    /// What the schedule predicts; found among those of the same interval, where they are shared.
    private func weights(of part: Part, _ predicted: inout [Int: ImagingWeights]) throws -> ImagingWeights {
        let interval = part.share.interval
        if weighting.isShared, let known = predicted[interval] { return known }
        let counted = weighting.isShared ? parts.filter { $0.share.interval == interval } : [part]
        let weights = try weighting.weights(geometry, counted.map(\.coverage))
        predicted[interval] = weights
        return weights
    }

    /// A store for the visibilities of one image; nil where nothing looks at them again.
    private func store(_ file: ScratchFile?) -> (any VisibilityStore)? {
        guard keeping != nil else { return nil }
        return file.map { ScratchStore($0) as any VisibilityStore } ?? MemoryStore()
    }
}
