import AsyncAlgorithms
import BenchmarkSupport
import CBaselines
import Rings

/// A block of 32-bit words in a slab.
struct Words: Streamable {
    let slab: Slab

    init(from pool: SlabPool) throws(PoolExhausted) { slab = try Slab(from: pool) }

    var byteCount: Int { slab.bytes.count }
    var sampleCount: Int { slab.bytes.count / 4 }
    static func slabByteCount(_ header: Int) -> Int { header }

    var count: Int { slab.bytes.count / 4 }
    var start: UnsafeMutablePointer<UInt32>? { slab.bytes.assumingMemoryBound(to: UInt32.self).baseAddress }

    func fill(_ number: Int) { kernel_fill(start, count, UInt32(truncatingIfNeeded: number)) }
    var sum: UInt64 { kernel_sum(start, count) }
}

/// Fills blocks in one task and adds them up in another; `slabs` blocks are in circulation for every contender.
struct FillSum: Sendable {
    let slabs: Int
    let byteCount: Int

    /// Two of the slabs are in the hands of the two sides, the others can be in the link.
    var capacity: Int { max(slabs - 2, 1) }
    private var words: Int { byteCount / 4 }

    var contenders: [Contender] {
        [
            Contender("Link and pool") { try await link($0) },
            Contender("AsyncChannel and pool") { try await channel($0) },
            Contender("AsyncChannel.buffer(\(capacity)) and pool") { try await buffered($0) },
            Contender("C++ ring of \(slabs) blocks") { items in
                var sum: UInt64 = 0
                return ring_fill_sum(slabs, words, items, &sum)
            },
            Contender("one loop, one thread") { try await loop($0) },
            Contender("memcpy, one thread") { copy_blocks(words, $0) },
        ]
    }

    /// A pool whose slabs have all been touched.
    func pool(_ extra: Int = 0) throws -> SlabPool {
        let pool = SlabPool("words", slabs: slabs + extra, byteCount: byteCount)
        let all = try (0..<slabs).map { _ in try Words(from: pool) }
        for words in all { words.fill(0) }
        return pool
    }

    func link(_ items: Int) async throws -> Double {
        let pool = try pool()
        let link = Link<Words>("words", capacity: capacity)
        let reader = link.reader()
        return try await seconds {
            async let sending: Void = {
                defer { link.writer.finish() }
                for number in 0..<items {
                    let words = try Words(from: pool)
                    words.fill(number)
                    try await link.writer.send(consume words)
                }
            }()
            var sum: UInt64 = 0
            for try await words in reader { sum &+= words.sum }
            try await sending
            precondition(sum > 0 && pool.leased == 0, "blocks were kept")
        }
    }

    func channel(_ items: Int) async throws -> Double {
        let pool = try pool(4)
        let channel = AsyncChannel<Words>()
        return try await seconds {
            async let sending: Void = send(items, from: pool, into: channel)
            var sum: UInt64 = 0
            for await words in channel { sum &+= words.sum }
            try await sending
            precondition(sum > 0)
        }
    }

    func buffered(_ items: Int) async throws -> Double {
        let pool = try pool(4)
        let channel = AsyncChannel<Words>()
        return try await seconds {
            async let sending: Void = send(items, from: pool, into: channel)
            var sum: UInt64 = 0
            for await words in channel.buffer(policy: .bounded(capacity)) { sum &+= words.sum }
            try await sending
            precondition(sum > 0)
        }
    }

    private func send(_ items: Int, from pool: SlabPool, into channel: AsyncChannel<Words>) async throws {
        defer { channel.finish() }
        for number in 0..<items {
            let words = try Words(from: pool)
            words.fill(number)
            await channel.send(words)
        }
    }

    func loop(_ items: Int) async throws -> Double {
        let words = try Words(from: pool())
        var sum: UInt64 = 0
        let took = await seconds {
            for number in 0..<items {
                words.fill(number)
                sum &+= words.sum
            }
        }
        precondition(sum > 0)
        return took
    }
}
