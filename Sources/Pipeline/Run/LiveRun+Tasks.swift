import CPlatform
import Rings

extension LiveRun {
    /// Runs all tasks to their ends.
    ///
    /// The first failure in time counts; what the others say afterwards are its echoes. Whoever is still running is
    /// cancelled.
    ///
    /// - Throws: `RunError` of the stage that failed; `CancellationError` when the run was cancelled from outside.
    func execute() async throws {
        var failure: RunError?
        var stopped = false
        await withTaskGroup(of: StageEnd.self) { group in
            for task in tasks {
                let executor: any TaskExecutor =
                    task.blocking ? BlockingExecutor(task.name) : globalConcurrentExecutor
                let watched = task.stages.compactMap { index in
                    meters[index].map { (preparation.graph.nodes[index].name, $0) }
                }
                // Blocks are gone in the final phase of a sink: what their maker no longer leases goes back to the system.
                let pools = task.stages.flatMap { wires.pools(of: $0) }
                group.addTask(executorPreference: executor) {
                    for (_, meter) in watched { meter.start() }
                    let end = await task.body()
                    for (name, meter) in watched { meter.end(end, stage: name) }
                    for pool in pools { pool.retire() }
                    if !pools.isEmpty { sluice_return_freed_memory() }
                    return end
                }
            }
            for await end in group {
                switch end {
                case .ended, .unread: continue
                case .cancelled: stopped = true
                case .failed(let stage, let cause) where failure == nil && !Task.isCancelled:
                    failure = RunError(stage: stage, cause: cause)
                case .failed: stopped = true
                }
                group.cancelAll()
            }
        }
        if let failure { throw failure }
        if stopped || Task.isCancelled { throw CancellationError() }
    }
}
