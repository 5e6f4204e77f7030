import Rings
import Testing

@Suite("A link with a cancelled end", .timeLimit(.minutes(1)))
struct LinkCancellationTests {
    let pool = SlabPool("test", slabs: 64, byteCount: 32)
    let link = Link<Packet>("test", capacity: 2)

    @Test("fails for its readers when the writer is cancelled while it waits")
    func writerWaits() async throws {
        let (link, pool) = (link, pool)
        let reader = link.reader()
        let writer = Task { try await send(0..<20, into: link.writer, from: pool) }
        await until { link.counters.writerWait > .zero }
        writer.cancel()
        await expect("cancelled") { try await writer.value }
        await expect("cancelled") { _ = try await reader.values() }
        #expect(pool.leased == 0)
    }

    @Test("fails for its readers when the writer was cancelled before it sends")
    func writerBefore() async throws {
        let (link, pool) = (link, pool)
        let reader = link.reader()
        let writer = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await send(0..<1, into: link.writer, from: pool)
        }
        await expect("cancelled") { try await writer.value }
        await expect("cancelled") { _ = try await reader.values() }
        #expect(link.counters.items == 0)
        #expect(pool.leased == 0)
    }

    @Test("loses only the reader that is cancelled while it waits")
    func readerWaits() async throws {
        let readers = [link.reader(), link.reader()]
        let tasks = readers.map { reader in Task { try await reader.values() } }
        await until { link.counters.readerWaits.allSatisfy { $0 > .zero } }
        tasks[0].cancel()
        await expect("cancelled") { _ = try await tasks[0].value }
        try await send(0..<20, into: link.writer, from: pool)
        #expect(try await tasks[1].value == Array(0..<20))
        #expect(pool.leased == 0)
    }

    @Test("loses a reader that was cancelled before it asks, and is unread if that was the last")
    func readerBefore() async throws {
        let (link, pool) = (link, pool)
        let reader = link.reader()
        for number in 0..<2 { try await link.writer.send(Packet(number, from: pool)) }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await reader.values()
        }
        await expect("cancelled") { _ = try await task.value }
        await expect("unread") { try await link.writer.send(Packet(2, from: pool)) }
        #expect(pool.leased == 0)
    }

    @Test("wakes a writer that waits for a reader that is cancelled")
    func readerWhileWriterWaits() async throws {
        let (link, pool) = (link, pool)
        let reader = link.reader()
        let writer = Task { try await send(0..<20, into: link.writer, from: pool) }
        await until { link.counters.writerWait > .zero }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await reader.values()
        }
        await expect("cancelled") { _ = try await task.value }
        await expect("unread") { try await writer.value }
        #expect(pool.leased == 0)
    }

    @Test("tells a cancelled reader of the failure that came first")
    func failureFirst() async throws {
        let link = link
        let reader = link.reader()
        link.writer.fail(.failed(stage: "upstream", cause: LinkError.unread))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await reader.values()
        }
        await expect("upstream") { _ = try await task.value }
    }
}
