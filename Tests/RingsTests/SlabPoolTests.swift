import Rings
import Testing

@Suite("A pool of slabs", .timeLimit(.minutes(1)))
struct SlabPoolTests {
    @Test("leases the slab that came back last, since it is in the cache")
    func lastInFirstOut() throws {
        let pool = SlabPool("test", slabs: 3, byteCount: 4096)
        var slabs = try (0..<3).map { _ in try Slab(from: pool) }
        let addresses = slabs.map(\.bytes.baseAddress)
        slabs.remove(at: 0)
        slabs.remove(at: 0)
        #expect(try Slab(from: pool).bytes.baseAddress == addresses[1])
        let again = try (Slab(from: pool), Slab(from: pool))
        #expect(again.0.bytes.baseAddress == addresses[1])
        #expect(again.1.bytes.baseAddress == addresses[0])
    }

    @Test(
        "gives whole pages of its own, huge ones or not", arguments: [1, 100, 4096, 1 << 20], [false, true])
    func aligned(byteCount: Int, hugePages: Bool) throws {
        let pool = SlabPool("test", slabs: 2, byteCount: byteCount, hugePages: hugePages)
        let slabs = try [Slab(from: pool), Slab(from: pool)]
        for slab in slabs {
            #expect(UInt(bitPattern: slab.bytes.baseAddress) % 4096 == 0)
            #expect(slab.bytes.count == byteCount)
            slab.bytes.initializeMemory(as: UInt8.self, repeating: 1)
        }
        let starts = slabs.map { UInt(bitPattern: $0.bytes.baseAddress) }
        #expect(starts[1] / 4096 > (starts[0] + UInt(byteCount) - 1) / 4096)
    }

    @Test("refuses more leases than it has slabs, with a reason, and grants one again after a return")
    func exhausted() throws {
        let pool = SlabPool("tiles", slabs: 2, byteCount: 8)
        var slabs = try [Slab(from: pool), Slab(from: pool)]
        let error = #expect(throws: PoolExhausted.self) { try Slab(from: pool) }
        #expect(error?.description.contains("pool 'tiles': all 2 slabs are leased") == true)
        slabs.removeLast()
        slabs.append(try Slab(from: pool))
        #expect(pool.leased == 2)
        slabs.removeAll()
        #expect(pool.leased == 0)
    }

    @Test("copies even when empty, counts that, and keeps no more memory than its slabs afterwards")
    func overflow() throws {
        let pool = SlabPool("test", slabs: 1, byteCount: 64)
        do {
            let packet = try Packet(5, from: pool)
            var changed = packet
            changed.write(6)
            #expect((packet.value, changed.value) == (5, 6))
            #expect(pool.counters.leased == 2)
        }
        let counters = pool.counters
        #expect((counters.leased, counters.highest) == (0, 2))
        #expect((counters.copies, counters.overflow) == (1, 1))
        let only = try Slab(from: pool)
        #expect(throws: PoolExhausted.self) { try Slab(from: pool) }
        #expect(only.bytes.count == 64)
    }

    @Test(
        "keeps no memory once it is retired, and still leases",
        .enabled(if: isLinux, "pages come back as zeros there"))
    func retired() throws {
        let pool = SlabPool("blocks", slabs: 3, byteCount: 1 << 20)
        var slabs = try (0..<3).map { _ in try Slab(from: pool) }
        for slab in slabs { slab.bytes.initializeMemory(as: UInt8.self, repeating: 1) }
        slabs.removeLast()
        pool.retire()
        slabs.removeLast()
        #expect(slabs[0].bytes.allSatisfy { $0 == 1 })
        for _ in 0..<2 { slabs.append(try Slab(from: pool)) }
        for slab in slabs[1...] { #expect(slab.bytes.allSatisfy { $0 == 0 }) }
        slabs.removeAll()
        #expect(pool.leased == 0)
        #expect(pool.overflow == 0)
    }

    @Test("balances when many tasks lease and give back at once")
    func balance() async throws {
        let pool = SlabPool("test", slabs: 12, byteCount: 64)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for round in 0..<500 {
                        let packet = try Packet(task * 1000 + round, from: pool)
                        var changed = packet
                        changed.write(-1)
                        #expect((packet.value, changed.value) == (task * 1000 + round, -1))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(pool.leased == 0)
        #expect(pool.counters.copies == 2000)
        #expect(pool.overflow == 0)
    }

    @Test("refuses a stage that holds more than it declared instead of letting it hang")
    func holdsTooMuch() async throws {
        var places = BlockPlaces(makes: 1)
        places.addLink(capacity: 2, consumers: [.init(holds: 3)])
        let pool = SlabPool("test", slabs: places.slabs, byteCount: 64)
        let link = Link<Packet>("test", capacity: 2)
        let reader = link.reader()
        let hoarder = Task {
            var held: [Packet] = []
            for try await packet in reader where held.count < 30 { held.append(packet) }
        }
        await #expect(throws: PoolExhausted.self) {
            do { try await send(0..<100, into: link.writer, from: pool) } catch {
                link.writer.fail(.failed(stage: "test", cause: error))
                throw error
            }
        }
        await expect("test") { try await hoarder.value }
        #expect(pool.leased == 0)
    }
}

#if os(Linux)
    private let isLinux = true
#else
    private let isLinux = false
#endif
