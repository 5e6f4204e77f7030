import Dispatch
import Synchronization
import Testing
import Tiles

@Suite("Tiles", .timeLimit(.minutes(1)))
struct TilesTests {
    struct Broken: Error, Equatable { let tile: Int }

    @Test("each run exactly once, for every width", arguments: [0, 1, 2, 7, 64], [1, 2, 3, 8])
    func once(count: Int, width: Int) async throws {
        let runs = Mutex([Int](repeating: 0, count: count))
        try await inTiles(count, width: width) { tile in runs.withLock { $0[tile] += 1 } }
        #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
    }

    @Test("give their results in tile order, however long each takes", arguments: [0, 1, 5, 31], [1, 2, 4])
    func order(count: Int, width: Int) async throws {
        let squares = try await mapTiles(count, width: width) { tile in
            var spin = (count - tile) * 200
            while spin > 0 { spin -= 1 }
            return tile * tile
        }
        #expect(squares == (0..<count).map { $0 * $0 })
    }

    @Test("take no more threads than their task may")
    func limited() async throws {
        try await Threads.$limit.withValue(1) {
            #expect(Threads.width == 1)
            let running = Atomic<Int>(0)
            try await inTiles(32) { _ in
                #expect(running.add(1, ordering: .relaxed).newValue == 1)
                running.subtract(1, ordering: .relaxed)
            }
        }
        #expect(Threads.$limit.withValue(9) { Threads.width } <= 9)
        #expect(Threads.$limit.withValue(0) { Threads.width } == 1)
    }

    @Test("throw the error of the lowest tile that fails", arguments: [1, 2, 4])
    func lowest(width: Int) async {
        for first in [0, 3, 11] {
            await #expect(throws: Broken(tile: first)) {
                try await inTiles(40, width: width) { tile in
                    if tile >= first && (tile - first) % 4 == 0 { throw Broken(tile: tile) }
                }
            }
        }
    }

    @Test("are left out after a failure", arguments: [1, 2, 4])
    func leftOut(width: Int) async {
        let ran = Atomic<Int>(0)
        await #expect(throws: Broken.self) {
            _ = try await mapTiles(1_000_000, width: width) { tile in
                ran.add(1, ordering: .relaxed)
                throw Broken(tile: tile)
            }
        }
        #expect(ran.load(ordering: .relaxed) <= width)
    }

    @Test("are left out when the task is cancelled", arguments: [1, 4])
    func cancelled(width: Int) async {
        let ran = Atomic<Int>(0)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await inTiles(1000, width: width) { _ in ran.add(1, ordering: .relaxed) }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ran.load(ordering: .relaxed) == 0)
    }

    @Test("run side by side even in a task that has a single thread of its own")
    func ownThread() async throws {
        let executor = SerialExecutor()
        let met = try await Task(executorPreference: executor) {
            let arrived = Atomic<Int>(0)
            let gate = DispatchSemaphore(value: 0)
            return try await mapTiles(2, width: 2) { _ in
                if arrived.add(1, ordering: .relaxed).newValue == 2 {
                    gate.signal()
                    gate.signal()
                }
                return gate.wait(timeout: .now() + 20) == .success
            }
        }.value
        #expect(met == [true, true])
    }

    @Test("never have a width below one")
    func width() {
        let before = Threads.width
        defer { Threads.width = before }
        Threads.width = -3
        #expect(Threads.width == 1)
    }
}

/// One thread, as a stage that blocks has.
private final class SerialExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "serial")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
