import Rings
import Testing

@Suite("A link whose ends stop early", .timeLimit(.minutes(1)))
struct LinkFailureTests {
    struct Broken: Error {}
    static let broken = LinkError.failed(stage: "upstream", cause: Broken())

    let pool = SlabPool("test", slabs: 64, byteCount: 32)
    let link = Link<Packet>("test", capacity: 2)

    @Test("goes on for the others when a reader leaves, and lets its slots go")
    func leave() async throws {
        let leaver = link.reader()
        let stayer = link.reader()
        async let sending: Void = send(0..<20, into: link.writer, from: pool)
        async let values = stayer.values()
        for try await packet in leaver where packet.value == 3 { leaver.leave() }
        #expect(try await values == Array(0..<20))
        try await sending
        #expect(pool.leased == 0)
    }

    @Test(
        "tells its writer that it is unread when the last reader leaves, waiting or not",
        arguments: [false, true])
    func unread(waiting: Bool) async throws {
        let (link, pool) = (link, pool)
        let readers = [link.reader(), link.reader()]
        let writer = Task { try await send(0..<20, into: link.writer, from: pool) }
        if waiting { await until { link.counters.writerWait > .zero } }
        for reader in readers { reader.leave() }
        await expect("unread") { try await writer.value }
        #expect(pool.leased == 0)
        #expect(try await readers[0].values().isEmpty)
    }

    @Test("brings a writer's failure to all readers before what is stored, and destroys that")
    func writerFails() async throws {
        let readers = [link.reader(), link.reader()]
        for number in 0..<2 { try await link.writer.send(Packet(number, from: pool)) }
        link.writer.fail(Self.broken)
        #expect(pool.leased == 0)
        for reader in readers { await expect("upstream") { _ = try await reader.values() } }
        await expect("upstream") { try await link.writer.send(Packet(2, from: pool)) }
        #expect(pool.leased == 0)
    }

    @Test("brings a writer's failure to a reader that waits")
    func writerFailsReaderWaits() async throws {
        let reader = link.reader()
        let values = Task { try await reader.values() }
        await until { link.counters.readerWaits[0] > .zero }
        link.writer.fail(Self.broken)
        await expect("upstream") { _ = try await values.value }
    }

    @Test(
        "brings a reader's failure to its writer and to the other readers, waiting or not",
        arguments: [false, true])
    func readerFails(waiting: Bool) async throws {
        let (link, pool) = (link, pool)
        let culprit = link.reader()
        let other = link.reader()
        let writer = Task { try await send(0..<20, into: link.writer, from: pool) }
        if waiting { await until { link.counters.writerWait > .zero } }
        culprit.fail(Self.broken)
        culprit.fail(.cancelled)
        await expect("upstream") { try await writer.value }
        await expect("upstream") { _ = try await other.values() }
        #expect(pool.leased == 0)
    }

    @Test("says who failed and why, in a line")
    func descriptions() {
        #expect("\(Self.broken)" == "stage 'upstream' failed: Broken()")
        #expect(!"\(LinkError.cancelled)".contains("\n"))
        #expect("\(LinkError.unread)" == "nobody reads the stream any more")
    }
}

/// Expects a link's error of a kind: `cancelled`, `unread`, or `failed` with the stage's name.
func expect(
    _ kind: String, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("ended without an error", sourceLocation: location)
    } catch {
        let found =
            switch error as? LinkError {
            case .cancelled: "cancelled"
            case .unread: "unread"
            case .failed(let stage, _): stage
            case nil: "\(error)"
            }
        #expect(found == kind, sourceLocation: location)
    }
}
