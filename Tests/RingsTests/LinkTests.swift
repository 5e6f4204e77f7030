import Rings
import Synchronization
import Testing

@Suite("A link", .timeLimit(.minutes(1)))
struct LinkTests {
    let pool = SlabPool("test", slabs: 64, byteCount: 32)

    @Test("brings every element to every reader, in order", arguments: 1...4, [1, 2, 5])
    func order(readers: Int, capacity: Int) async throws {
        let link = Link<Packet>("test", capacity: capacity)
        let ends = (0..<readers).map { _ in link.reader() }
        async let sending: Void = send(0..<300, into: link.writer, from: pool)
        let received = try await withThrowingTaskGroup(of: [Int].self) { group in
            for end in ends { group.addTask { try await end.values() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await sending
        #expect(received == Array(repeating: Array(0..<300), count: readers))
        #expect(pool.leased == 0)
        let counters = link.counters
        #expect((counters.items, counters.bytes, counters.samples) == (300, 9600, 600))
        #expect(counters.taken == Array(repeating: 300, count: readers))
        #expect(counters.occupancy == 0)
        #expect((1...capacity).contains(counters.highest))
    }

    @Test("suspends its writer while the slowest reader lags", arguments: [1, 3], [1, 2])
    func backPressure(capacity: Int, readers: Int) async throws {
        let link = Link<Packet>("test", capacity: capacity)
        let slow = link.reader()
        let quick = (1..<readers).map { _ in link.reader() }
        let pool = pool
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await send(0..<10, into: link.writer, from: pool) }
            for end in quick {
                group.addTask {
                    let count = try await end.values().count
                    #expect(count == 10)
                }
            }
            await until { link.counters.writerWait > .zero }
            #expect(link.counters.items == capacity)
            var elements = slow.makeAsyncIterator()
            #expect(try await elements.next()?.value == 0)
            await until { link.counters.items == capacity + 1 }
            while try await elements.next() != nil {}
            try await group.waitForAll()
        }
        #expect(link.counters.items == 10)
        #expect(link.counters.highest == capacity)
    }

    @Test("suspends its readers while the writer is slow; the clock stands still for ends that never wait")
    func slowWriter() async throws {
        let link = Link<Packet>("test", capacity: 4)
        let reader = link.reader()
        async let values = reader.values()
        for number in 0..<3 {
            await until { link.counters.taken == [number] && link.counters.occupancy == 0 }
            try await link.writer.send(Packet(number, from: pool))
        }
        link.writer.finish()
        #expect(try await values == [0, 1, 2])
        #expect(link.counters.writerWait == .zero)
        #expect(link.counters.readerWaits[0] > .zero)
    }

    @Test("lets readers drain what is stored after its end, and stays ended")
    func drain() async throws {
        let link = Link<Packet>("test", capacity: 4)
        var elements = link.reader().makeAsyncIterator()
        try await send(0..<3, into: link.writer, from: pool)
        for number in 0..<3 { #expect(try await elements.next()?.value == number) }
        #expect(try await elements.next() == nil)
        #expect(try await elements.next() == nil)
        #expect(link.counters.readerWaits == [.zero])
        await #expect(throws: LinkError.self) { try await link.writer.send(Packet(3, from: pool)) }
        #expect(pool.leased == 0)
    }

    @Test("gives a block to its only reader as the only holder")
    func unique() async throws {
        let link = Link<Packet>("test", capacity: 3)
        let reader = link.reader()
        async let sending: Void = send(0..<50, into: link.writer, from: pool)
        for try await var packet in reader { packet.write(-1) }
        try await sending
        #expect(pool.counters.copies == 0)
    }

    @Test("shares a block among its readers, and only a shared block that is changed is copied")
    func copies() async throws {
        let link = Link<Packet>("test", capacity: 3)
        var left = link.reader().makeAsyncIterator()
        var right = link.reader().makeAsyncIterator()
        try await send(7..<10, into: link.writer, from: pool)
        while var a = try await left.next(), var b = try await right.next() {
            let number = a.value
            a.write(-number)
            b.write(number + 1)
            #expect((a.value, b.value) == (-number, number + 1))
        }
        #expect(pool.counters.copies == 3)
        #expect(pool.leased == 0)
    }

    @Test("keeps nothing alive when it goes, whatever is still stored")
    func released() async throws {
        weak var gone: Link<Packet>?
        do {
            let link = Link<Packet>("test", capacity: 3)
            gone = link
            _ = link.reader()
            for number in 0..<2 { try await link.writer.send(Packet(number, from: pool)) }
            #expect(pool.leased == 2)
        }
        #expect(gone == nil)
        #expect(pool.leased == 0)
    }
}

/// Sends packets with these numbers and ends the stream.
func send(_ numbers: Range<Int>, into writer: Writer<Packet>, from pool: SlabPool) async throws {
    for number in numbers { try await writer.send(Packet(number, from: pool)) }
    writer.finish()
}

/// Looks again and again, with pauses, until a condition holds.
func until(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .microseconds(200)) }
}

extension Reader<Packet> {
    /// The numbers of all packets up to the end.
    func values() async throws(LinkError) -> [Int] {
        var values: [Int] = []
        for try await packet in self { values.append(packet.value) }
        return values
    }
}
