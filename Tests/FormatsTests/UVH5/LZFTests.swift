import TestSupport
import Testing

@testable import Formats

@Suite("LZF")
struct LZFTests {
    private func decode(_ stream: [UInt8], room: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0xee, count: room + 16)
        let count = stream.withUnsafeBytes { stream in
            bytes.withUnsafeMutableBytes {
                LZF.decode(stream, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
            }
        }
        #expect(bytes[room...].allSatisfy { $0 == 0xee }, "wrote behind its memory")
        return count.map { Array(bytes[..<$0]) }
    }

    /// The format's description, byte by byte, without any haste.
    private func slowly(_ stream: [UInt8], room: Int) -> [UInt8]? {
        var made: [UInt8] = []
        var rest = stream[...]
        while let control = rest.popFirst() {
            if control < 32 {
                guard rest.count > control else { return nil }
                made += rest.prefix(Int(control) + 1)
                rest = rest.dropFirst(Int(control) + 1)
            } else {
                var count = Int(control >> 5)
                if count == 7 {
                    guard let more = rest.popFirst() else { return nil }
                    count += Int(more)
                }
                guard let low = rest.popFirst() else { return nil }
                let distance = Int(control & 31) * 256 + Int(low) + 1
                guard distance <= made.count else { return nil }
                for _ in 0..<count + 2 { made.append(made[made.count - distance]) }
            }
            if made.count > room { return nil }
        }
        return made
    }

    @Test("literals, copies, and copies that overlap themselves")
    func pieces() {
        #expect(decode([], room: 4) == [])
        #expect(decode([2, 1, 2, 3], room: 4) == [1, 2, 3])
        #expect(decode([0, 9, 0x20, 0], room: 4) == [9, 9, 9, 9])
        #expect(decode([0, 9, 0xe0, 3, 0], room: 20) == [UInt8](repeating: 9, count: 13))
        #expect(decode([2, 1, 2, 3, 0x80, 2], room: 9) == [1, 2, 3, 1, 2, 3, 1, 2, 3])
    }

    @Test("streams that are cut off, reach back too far or make too much are refused")
    func hostile() {
        for stream: [UInt8] in [[5, 1], [0x20], [0xe0], [0xe0, 1], [0x20, 0], [0, 9, 0x20, 1], [31]] {
            #expect(decode(stream, room: 100) == nil)
        }
        #expect(decode([0, 9, 0x20, 0], room: 3) == nil)
        #expect(decode([1, 9, 9], room: 1) == nil)
    }

    @Test("whatever the bytes, the answer is that of the slow reading", arguments: 0..<4)
    func anything(_ seed: Int) {
        var random = Seeded(UInt64(seed))
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<60, using: &random)
            var stream = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Mostly short pieces near by, so that many streams are whole.
            for index in stream.indices where Bool.random(using: &random) { stream[index] &= 0x23 }
            let room = Int.random(in: 0..<400, using: &random)
            #expect(decode(stream, room: room) == slowly(stream, room: room))
        }
    }
}
