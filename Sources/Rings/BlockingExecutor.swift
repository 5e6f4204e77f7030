import Dispatch

/// One thread of its own, for a stage that blocks it on files or sockets.
///
/// Give it to a task as its executor preference: the stage then never takes a thread from the pool on which the others
/// compute. Child tasks inherit the preference; those that compute ask for `globalConcurrentExecutor` instead.
public final class BlockingExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// Makes an executor; its name appears in debuggers.
    public init(_ name: String) { queue = DispatchQueue(label: name) }

    /// Runs a piece of a task on the thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
