import Rings
import Synchronization
import Tiles

/// Makes views beside the stream: one at a time, on a single thread of its own, for a fifth of the time at most.
final class ViewMaker {
    /// What makes a view.
    typealias Work = @Sendable (PendingView) async throws -> Void
    /// Tasks of the stage that shows them: none outlives the stage.
    typealias Tasks = ThrowingTaskGroup<Void, any Error>

    private enum State {
        /// The next one may begin then.
        case free(from: ContinuousClock.Instant)
        case making
        /// Its task has nothing left to do but to be asked how it ended.
        case made(next: ContinuousClock.Instant)
    }

    private let state = StateBox()
    private let thread = BlockingExecutor("live view")
    private let work: Work
    private var isNeeded = false

    init(_ work: @escaping Work) { self.work = work }

    /// Whether a view may begin: none is being made, and there was time enough since the last one.
    ///
    /// - Throws: what making the last one threw.
    func isFree(in tasks: inout Tasks) async throws -> Bool {
        if case .made(let next) = state.value {
            try await tasks.next()
            state.value = .free(from: next)
        }
        guard case .free(let from) = state.value else { return false }
        return .now >= from
    }

    /// Begins to make a view; `isFree` must have said so.
    ///
    /// - Parameter isNeeded: whether it is made to its end even when the stream ends before.
    func begin(_ view: PendingView, isNeeded: Bool, in tasks: inout Tasks) {
        state.value = .making
        self.isNeeded = isNeeded
        let start = ContinuousClock.now
        tasks.addTask(executorPreference: thread) { [work, state] in
            defer {
                let end = ContinuousClock.now
                state.value = .made(next: end + (end - start) * 4)
            }
            do {
                try await Threads.$limit.withValue(1) { try await work(view) }
            } catch is CancellationError {
                // It was given up.
            }
        }
    }

    /// Waits for the view that is being made, or gives it up.
    ///
    /// - Throws: what making it threw.
    func end(_ tasks: inout Tasks) async throws {
        if !isNeeded { tasks.cancelAll() }
        try await tasks.waitForAll()
    }

    /// The state, which the task that makes a view changes too.
    private final class StateBox: Sendable {
        private let stored = Mutex(State.free(from: .now))
        var value: State {
            get { stored.withLock { $0 } }
            set { stored.withLock { $0 = newValue } }
        }
    }
}
