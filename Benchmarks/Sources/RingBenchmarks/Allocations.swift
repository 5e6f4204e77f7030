import CAllocations
import Rings

/// Heap allocations per item, from the difference of a long and a short run, so that what a run itself takes drops out.
///
/// The median of several differences counts. What libdispatch allocates to resume a task is given apart: it keeps its work
/// items in a cache for each thread, so that the number depends on which threads the machine lets run.
struct Allocations {
    let perItem: Double
    let byDispatch: Double

    init(_ items: Int = 3000, run: (Int) async throws -> Double) async throws {
        var perItem: [Double] = []
        var byDispatch: [Double] = []
        for _ in 0..<9 {
            let short = try await Self.count { _ = try await run(items) }
            let long = try await Self.count { _ = try await run(3 * items) }
            perItem.append(Double(long.all - short.all) / Double(2 * items))
            byDispatch.append(Double(long.dispatch - short.dispatch) / Double(2 * items))
        }
        self.perItem = perItem.sorted()[4]
        self.byDispatch = byDispatch.sorted()[4]
    }

    private static func count(_ body: () async throws -> Void) async rethrows -> (all: Int, dispatch: Int) {
        let before = (allocations_so_far(), allocations_by_dispatch())
        allocations_count(true)
        try await body()
        allocations_count(false)
        return (allocations_so_far() - before.0, allocations_by_dispatch() - before.1)
    }
}
