import AsyncAlgorithms
import BenchmarkSupport
import CBaselines
import Rings

/// An element without payload: what is timed is the link alone.
struct Token: Streamable {
    let number: Int
    var byteCount: Int { 8 }
    var sampleCount: Int { 1 }
    static func slabByteCount(_ header: Int) -> Int { 0 }
}

/// Hands tokens from one task to another, with no work on either side.
enum HandOff {
    static func contenders(capacity: Int) -> [Contender] {
        [
            Contender("Link") { try await link(capacity, $0) },
            Contender("AsyncChannel") { await channel($0) },
            Contender("AsyncChannel.buffer(\(capacity))") { await buffered(capacity, $0) },
            Contender("C++ ring, condition variables") { ring_hand_off(capacity, $0) },
        ]
    }

    static func link(_ capacity: Int, _ items: Int) async throws -> Double {
        let link = Link<Token>("hand-off", capacity: capacity)
        let reader = link.reader()
        return try await seconds {
            async let sending: Void = {
                for number in 0..<items { try await link.writer.send(Token(number: number)) }
                link.writer.finish()
            }()
            var sum = 0
            for try await token in reader { sum += token.number }
            try await sending
            check(sum, items)
        }
    }

    /// Every reader gets every token; the time is that of the slowest.
    static func fanOut(_ capacity: Int, readers: Int, _ items: Int) async throws -> Double {
        let link = Link<Token>("fan-out", capacity: capacity)
        let ends = (0..<readers).map { _ in link.reader() }
        return try await seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for end in ends {
                    group.addTask {
                        var sum = 0
                        for try await token in end { sum += token.number }
                        check(sum, items)
                    }
                }
                for number in 0..<items { try await link.writer.send(Token(number: number)) }
                link.writer.finish()
                try await group.waitForAll()
            }
        }
    }

    static func channel(_ items: Int) async -> Double {
        let channel = AsyncChannel<Token>()
        return await seconds {
            async let sending: Void = send(items, into: channel)
            var sum = 0
            for await token in channel { sum += token.number }
            await sending
            check(sum, items)
        }
    }

    static func buffered(_ capacity: Int, _ items: Int) async -> Double {
        let channel = AsyncChannel<Token>()
        return await seconds {
            async let sending: Void = send(items, into: channel)
            var sum = 0
            for await token in channel.buffer(policy: .bounded(capacity)) { sum += token.number }
            await sending
            check(sum, items)
        }
    }

    private static func send(_ items: Int, into channel: AsyncChannel<Token>) async {
        for number in 0..<items { await channel.send(Token(number: number)) }
        channel.finish()
    }

    private static func check(_ sum: Int, _ items: Int) {
        precondition(sum == items * (items - 1) / 2, "a token was lost")
    }
}
