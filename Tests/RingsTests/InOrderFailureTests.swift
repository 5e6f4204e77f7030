import Rings
import Testing

@Suite("A fused loop that stops early", .timeLimit(.minutes(1)))
struct InOrderFailureTests {
    struct Broken: Error, Equatable { let number: Int }

    let pool = SlabPool("test", slabs: 64, byteCount: 32)
    let upper = Link<Packet>("upper", capacity: 2)
    let lower = Link<Packet>("lower", capacity: 2)

    @Test(
        "throws the error of the first element in order, after all before it were sent", arguments: [1, 2, 4])
    func firstError(width: Int) async throws {
        let (pool, upper, lower) = (pool, upper, lower)
        let (input, output) = (upper.reader(), lower.reader())
        let source = Task { try await send(0..<100, into: upper.writer, from: pool) }
        let sink = Task {
            var last = -1
            do { for try await packet in output { last = packet.value } } catch {}
            return last
        }
        await #expect(throws: Broken(number: 9)) {
            try await streamInOrder(input, into: lower.writer, width: width) { packet in
                if packet.value == 9 { try await Task.sleep(for: .milliseconds(2)) }
                if packet.value >= 9 { throw Broken(number: packet.value) }
            }
        }
        #expect(lower.counters.items == 9)
        lower.writer.finish()
        #expect(await sink.value == 8)
        await expect("unread") { try await source.value }
        #expect(pool.leased == 0)
    }

    @Test("works on as many elements at once as it is wide, and on no more", arguments: [1, 2, 4])
    func width(width: Int) async throws {
        let (pool, upper, lower) = (pool, upper, lower)
        let (input, output) = (upper.reader(), lower.reader())
        let meeting = Meeting(of: width)
        async let source: Void = send(0..<(4 * width), into: upper.writer, from: pool)
        async let values = output.values()
        try await streamInOrder(input, into: lower.writer, width: width) { _ in await meeting.join() }
        lower.writer.finish()
        try await source
        #expect(try await values == Array(0..<(4 * width)))
        #expect(await meeting.most == width)
    }

    @Test("passes a failure of its input on", arguments: [1, 3])
    func inputFails(width: Int) async throws {
        let input = upper.reader()
        _ = lower.reader()
        upper.writer.fail(.failed(stage: "upstream", cause: Broken(number: 0)))
        await expect("upstream") { try await streamInOrder(input, into: lower.writer, width: width) { _ in } }
    }

    @Test("ends when nobody reads its output, and lets its input go", arguments: [1, 3])
    func unread(width: Int) async throws {
        let (pool, upper) = (pool, upper)
        let (input, output) = (upper.reader(), lower.reader())
        let source = Task { try await send(0..<100, into: upper.writer, from: pool) }
        output.leave()
        await expect("unread") { try await streamInOrder(input, into: lower.writer, width: width) { _ in } }
        await expect("unread") { try await source.value }
        #expect(pool.leased == 0)
    }

    enum Place: CaseIterable { case reading, sending, working }

    @Test("leaves nothing behind when it is cancelled, wherever it waits", arguments: Place.allCases, [1, 3])
    func cancelled(place: Place, width: Int) async throws {
        let (pool, upper, lower) = (pool, upper, lower)
        let (input, output) = (upper.reader(), lower.reader())
        let source = Task {
            for number in 0..<20 { try await upper.writer.send(Packet(number, from: pool)) }
            if place != .reading { upper.writer.finish() }
        }
        let loop = Task {
            try await streamInOrder(input, into: lower.writer, width: width) { _ in
                if place == .working { try await Task.sleep(for: .seconds(100)) }
            }
        }
        let sink = Task {
            if place == .sending { try await Task.sleep(for: .seconds(100)) }
            return try await output.values()
        }
        switch place {
        case .reading: await until { lower.counters.taken == [20] }
        case .sending: await until { lower.counters.writerWait > .zero }
        case .working: await until { upper.counters.taken[0] == width }
        }
        loop.cancel()
        await #expect(throws: (any Error).self) { try await loop.value }
        lower.writer.fail(.cancelled)
        sink.cancel()
        source.cancel()
        _ = await (source.result, sink.result)
        #expect(pool.leased == 0)
    }
}

/// Lets its members go on when all have come, and notes how many were there at once.
private actor Meeting {
    private let size: Int
    private var present = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var most = 0

    init(of size: Int) { self.size = size }

    func join() async {
        present += 1
        most = max(most, present)
        if present == size {
            present = 0
            waiting.forEach { $0.resume() }
            waiting = []
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }
}
