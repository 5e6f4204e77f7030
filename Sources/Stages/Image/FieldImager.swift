import Imaging
import Visibilities

/// The imager of one field: gathers tiles into batches, of each share of its samples, and grids each when it is complete.
///
/// A batch is a window of a sub-band of a scan, baselines in order, so that the sums do not depend on tiles.
final class FieldImager {
    private let baselines: [Baseline]
    private let crossBaselines: Int
    /// First dump of each scheduled scan among the field's dumps.
    private let firstDumps: [Int: Int]
    private let plan: FieldPlan
    private(set) var grids: [SharedGrids]
    private var context: BlockContext?
    private var turns: [SIMD2<Float>] = []

    init(_ plan: FieldPlan, _ cut: ObservationCut) throws {
        self.plan = plan
        baselines = cut.observation.baselines
        crossBaselines = baselines.count { !$0.isAutocorrelation }
        var firstDumps: [Int: Int] = [:]
        var dumps = 0
        for (index, scan) in cut.observation.schedule.enumerated() where scan.field == plan.field {
            firstDumps[index] = dumps
            dumps += scan.times.count
        }
        self.firstDumps = firstDumps
        grids = try plan.grids()
    }

    /// Adds a block; the batch before it is gridded when the block begins another one.
    ///
    /// - Returns: whether that was so.
    func add(_ block: VisibilityBlock) async throws -> Bool {
        let next = block.context
        var begins = false
        if let context,
            (context.scheduleIndex, context.subband, context.window)
                != (next.scheduleIndex, next.subband, next.window)
        {
            try await flush()
            begins = true
        }
        if context !== next {
            turns = grids.contains { $0.products.turns } ? plan.feeds?.turns(next) ?? [] : []
        }
        context = next
        let firstDump = firstDumps[next.scheduleIndex] ?? 0
        for grid in grids {
            guard let region = grid.share.region(of: next, firstDump: firstDump) else { continue }
            try grid.add(block, region, baselines: baselines, rows: crossBaselines, turns: turns)
        }
        return begins
    }

    /// Grids the batches in hand, complete or not.
    func flush() async throws { for grid in grids { try await grid.flush() } }

    /// Grids what is left and hands over the grids.
    func endStream() async throws -> [SharedGrids] {
        // All of an interval may share a density: none is complete before the last batch of all.
        try await flush()
        for shared in grids {
            try await shared.end(plan.weighting)
            if plan.clean == nil { for grid in shared.grids { grid.forget() } }
        }
        defer { grids = [] }
        return grids
    }
}
