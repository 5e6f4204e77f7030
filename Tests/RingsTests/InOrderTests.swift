import Rings
import Testing

@Suite("A fused loop", .timeLimit(.minutes(1)))
struct InOrderTests {
    @Test("sends changed elements in order to every reader and copies none", arguments: 1...4, [1, 2, 4])
    func order(readers: Int, width: Int) async throws {
        let pool = SlabPool("segment", slabs: 30, byteCount: 64)
        let upper = Link<Packet>("upper", capacity: 4)
        let lower = Link<Packet>("lower", capacity: 4)
        let input = upper.reader()
        let outputs = (0..<readers).map { _ in lower.reader() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<200 { try await upper.writer.send(Packet(number, from: pool)) }
                upper.writer.finish()
            }
            group.addTask {
                try await streamInOrder(input, into: lower.writer, width: width) { $0.write($0.value * 2) }
                lower.writer.finish()
            }
            for output in outputs {
                group.addTask {
                    var expected = 0
                    for try await packet in output {
                        #expect(packet.value == expected)
                        expected += 2
                    }
                    #expect(expected == 400)
                }
            }
            try await group.waitForAll()
        }
        #expect(pool.counters.copies == 0)
        #expect(pool.leased == 0)
    }
}
