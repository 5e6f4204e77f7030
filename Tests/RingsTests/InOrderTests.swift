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

    @Test("maps elements to blocks of another type and pool, in order", arguments: [0, 1, 3])
    func map(width: Int) async throws {
        let pool = SlabPool("upper", slabs: 16, byteCount: 64)
        let upper = Link<Packet>("upper", capacity: 2)
        let lower = Link<Letter>("lower", capacity: 2)
        let (input, output) = (upper.reader(), lower.reader())
        async let source: Void = send(0..<40, into: upper.writer, from: pool)
        async let mapped: Void = {
            try await mapInOrder(input, into: lower.writer, width: width) { Letter(text: "\($0.value)") }
            lower.writer.finish()
        }()
        var texts: [String] = []
        for try await letter in output { texts.append(letter.text) }
        _ = try await (source, mapped)
        #expect(texts == (0..<40).map { "\($0)" })
        #expect(pool.leased == 0)
    }
}

private struct Letter: Streamable {
    let text: String
    var byteCount: Int { text.utf8.count }
    var sampleCount: Int { 1 }
    static func slabByteCount(_ header: Int) -> Int { 0 }
}
