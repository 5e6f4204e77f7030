import AsyncAlgorithms
import BenchmarkSupport
import CBaselines
import Rings

/// Two stages with equal work a block: how much of one is hidden behind the other.
struct Overlap: Sendable {
    /// Words of a small block, summed so often that one side takes the wanted time.
    private static let words = 2048
    private let repeats: Int
    private let capacity: Int

    /// Finds out how much work takes so many microseconds on one side.
    init(microseconds: Double, capacity: Int) async {
        let trial = Overlap(repeats: 4000, capacity: capacity)
        let best = await [seconds(trial.work), seconds(trial.work), seconds(trial.work)].min() ?? 1
        self.init(repeats: max(1, Int(4000 * microseconds * 1e-6 / best)), capacity: capacity)
    }

    private init(repeats: Int, capacity: Int) {
        self.repeats = repeats
        self.capacity = capacity
    }

    /// The first of them does both sides in one loop: how many times better it is than another, upside down, is the overlap.
    var contenders: [Contender] {
        [
            Contender("Link(\(capacity))") { try await link($0) },
            Contender("one loop, one thread") { items in
                await seconds {
                    for _ in 0..<items {
                        work()
                        work()
                    }
                }
            },
            Contender("AsyncChannel") { items in
                let channel = AsyncChannel<Token>()
                return await seconds {
                    async let sending: Void = send(items, into: channel)
                    for await _ in channel { work() }
                    await sending
                }
            },
            Contender("AsyncChannel.buffer(\(capacity))") { items in
                let channel = AsyncChannel<Token>()
                return await seconds {
                    async let sending: Void = send(items, into: channel)
                    for await _ in channel.buffer(policy: .bounded(capacity)) { work() }
                    await sending
                }
            },
        ]
    }

    private func link(_ items: Int) async throws -> Double {
        let link = Link<Token>("overlap", capacity: capacity)
        let reader = link.reader()
        return try await seconds {
            async let sending: Void = {
                for number in 0..<items {
                    work()
                    try await link.writer.send(Token(number: number))
                }
                link.writer.finish()
            }()
            for try await _ in reader { work() }
            try await sending
        }
    }

    private func send(_ items: Int, into channel: AsyncChannel<Token>) async {
        for number in 0..<items {
            work()
            await channel.send(Token(number: number))
        }
        channel.finish()
    }

    @Sendable private func work() {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.words) { block in
            kernel_fill(block.baseAddress, Self.words, 1)
            var sum: UInt64 = 0
            for _ in 0..<repeats { sum &+= kernel_sum(block.baseAddress, Self.words) }
            precondition(sum > 0)
        }
    }
}
