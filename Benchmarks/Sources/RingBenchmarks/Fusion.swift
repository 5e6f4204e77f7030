import BenchmarkSupport
import CBaselines
import Rings

/// Three light steps on each block between a source and a sink: fused in the engine, as stages of their own, in one loop.
struct Fusion: Sendable {
    let byteCount: Int
    /// Whether the source fills blocks and the sink adds them up; else both only hand them on, which leaves the steps.
    var ends = true

    var contenders: [Contender] {
        [
            Contender("fused, two at once") { try await fused($0, width: 2) },
            Contender("fused, one at a time") { try await fused($0, width: 1) },
            Contender("three stages, three links") { try await stages($0) },
            Contender("one loop over as many blocks") { try await loop($0, blocks: Self.slabs) },
            Contender("one loop over a single block") { try await loop($0, blocks: 1) },
        ]
    }

    /// Blocks in circulation: what two links store and what source, two workers and sink have in hand.
    private static let slabs = 4 + 4 + 4
    private static let steps: [@Sendable (UnsafeMutablePointer<UInt32>?, Int) -> Void] = [
        { kernel_mask($0, $1) }, { kernel_clip($0, $1) }, { kernel_scale($0, $1) },
    ]

    func fused(_ items: Int, width: Int) async throws -> Double {
        try await run(items, slabs: Self.slabs) { input, output in
            try await streamInOrder(input, into: output, width: width) { words in
                for step in Self.steps { step(words.start, words.count) }
            }
        }
    }

    private func stages(_ items: Int) async throws -> Double {
        try await run(items, slabs: 24) { input, output in
            let first = Link<Words>("first", capacity: 4)
            let second = Link<Words>("second", capacity: 4)
            let readers = [input, first.reader(), second.reader()]
            let writers = [first.writer, second.writer, output]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for stage in 0..<3 {
                    group.addTask {
                        for try await words in readers[stage] {
                            Self.steps[stage](words.start, words.count)
                            try await writers[stage].send(consume words)
                        }
                        writers[stage].finish()
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// A source that fills, what is between, and a sink that adds up.
    private func run(
        _ items: Int, slabs: Int,
        _ between: @escaping @Sendable (Reader<Words>, Writer<Words>) async throws -> Void
    ) async throws -> Double {
        let pool = try FillSum(slabs: slabs, byteCount: byteCount).pool()
        let upper = Link<Words>("upper", capacity: 4)
        let lower = Link<Words>("lower", capacity: 4)
        let (input, output) = (upper.reader(), lower.reader())
        return try await seconds {
            async let source: Void = {
                defer { upper.writer.finish() }
                for number in 0..<items {
                    let words = try Words(from: pool)
                    if ends { words.fill(number) }
                    try await upper.writer.send(consume words)
                }
            }()
            async let middle: Void = {
                try await between(input, lower.writer)
                lower.writer.finish()
            }()
            var sum: UInt64 = 0
            for try await words in output { sum &+= ends ? words.sum : 1 }
            _ = try await (source, middle)
            precondition(sum > 0 && pool.leased == 0, "blocks were kept")
        }
    }

    private func loop(_ items: Int, blocks: Int) async throws -> Double {
        let pool = try FillSum(slabs: blocks, byteCount: byteCount).pool()
        let all = try (0..<blocks).map { _ in try Words(from: pool) }
        return await seconds {
            var sum: UInt64 = 0
            for number in 0..<items {
                let words = all[number % blocks]
                if ends { words.fill(number) }
                for step in Self.steps { step(words.start, words.count) }
                sum &+= ends ? words.sum : 1
            }
            precondition(sum > 0)
        }
    }
}
