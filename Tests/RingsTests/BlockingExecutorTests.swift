import Dispatch
import Foundation
import Rings
import Synchronization
import Testing

@Suite("A blocking executor", .timeLimit(.minutes(1)))
struct BlockingExecutorTests {
    @Test("runs the tasks that prefer it one at a time")
    func serial() async {
        let executor = BlockingExecutor("test")
        let busy = Busy()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask(executorPreference: executor) { busy.alone() } }
            for await alone in group { #expect(alone) }
        }
    }

    @Test("blocks its own thread only: streams between stages that block it still flow")
    func pool() async throws {
        let slabs = SlabPool("test", slabs: 16, byteCount: 64)
        let link = Link<Packet>("test", capacity: 2)
        let reader = link.reader()
        let width = 16
        let gate = DispatchSemaphore(value: 0)
        let blocked = (0..<width).map { number in
            Task(executorPreference: BlockingExecutor("blocked \(number)")) { Self.wait(for: gate) }
        }
        let sending = Task(executorPreference: BlockingExecutor("writer")) {
            try await send(0..<100, into: link.writer, from: slabs)
        }
        #expect(try await reader.values() == Array(0..<100))
        try await sending.value
        for _ in 0..<width { gate.signal() }
        for task in blocked { await task.value }
    }

    static func wait(for gate: DispatchSemaphore) { gate.wait() }
}

/// Notices who works at the same time.
private final class Busy: Sendable {
    private let workers = Atomic<Int>(0)

    func alone() -> Bool {
        defer { workers.subtract(1, ordering: .relaxed) }
        let alone = workers.add(1, ordering: .relaxed).newValue == 1
        usleep(100)
        return alone && workers.load(ordering: .relaxed) == 1
    }
}
