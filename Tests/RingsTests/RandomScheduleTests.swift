import Rings
import TestSupport
import Testing

@Suite("Random schedules", .timeLimit(.minutes(1)))
struct RandomScheduleTests {
    /// What happens to one end of a link in a run.
    enum Fate { case end, leave(after: Int), fail(after: Int), cancel(after: Int) }

    struct Broken: Error {}

    @Test(
        "of a tree of links neither lose, reorder nor keep blocks, however its ends stop", arguments: 0..<60)
    func tree(seed: UInt64) async throws {
        var random = Seeded(seed)
        let capacity = Int.random(in: 1...4, using: &random)
        let width = Int.random(in: 1...3, using: &random)
        let fates = (0..<Int.random(in: 1...4, using: &random)).map { _ in fate(&random) }
        var places = BlockPlaces(makes: 1)
        places.addLink(capacity: capacity, consumers: [.init(width: width, changes: true)])
        places.addLink(capacity: 2, consumers: fates.map { _ in .init(changes: true) })
        let pool = SlabPool("tree", slabs: places.slabs, byteCount: 16)
        let upper = Link<Packet>("upper", capacity: capacity)
        let lower = Link<Packet>("lower", capacity: 2)
        let input = upper.reader()
        let outputs = fates.map { _ in lower.reader() }
        let seeds = fates.map { _ in random.next() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await source(upper.writer, pool, seed) }
            group.addTask { await loop(input, lower.writer, width) }
            for (index, output) in outputs.enumerated() {
                group.addTask { await sink(output, fates[index], seeds[index]) }
            }
        }
        #expect(pool.leased == 0)
        #expect(pool.overflow == 0)
        let ends = fates.allSatisfy { if case .end = $0 { true } else { false } }
        if ends { #expect(lower.counters.taken == fates.map { _ in 80 }) }
    }

    func fate(_ random: inout Seeded) -> Fate {
        let after = Int.random(in: 0..<90, using: &random)
        return switch Int.random(in: 0..<8, using: &random) {
        case 0: .leave(after: after)
        case 1: .fail(after: after)
        case 2: .cancel(after: after)
        default: .end
        }
    }

    func source(_ writer: Writer<Packet>, _ pool: SlabPool, _ seed: UInt64) async {
        var random = Seeded(seed ^ 0x5eed)
        do {
            for number in 0..<80 {
                await pause(&random)
                try await writer.send(Packet(number, from: pool))
            }
            writer.finish()
        } catch is LinkError {
            writer.finish()
        } catch {
            Issue.record("the source stopped: \(error)")
            writer.fail(.failed(stage: "source", cause: error))
        }
    }

    func loop(_ input: Reader<Packet>, _ output: Writer<Packet>, _ width: Int) async {
        do {
            try await streamInOrder(input, into: output, width: width) { $0.write($0.value + 1000) }
            output.finish()
        } catch {
            input.leave()
            output.fail(error as? LinkError ?? .failed(stage: "loop", cause: error))
        }
    }

    func sink(_ input: Reader<Packet>, _ fate: Fate, _ seed: UInt64) async {
        var random = Seeded(seed)
        var expected = 1000
        do {
            for try await var packet in input {
                #expect(packet.value == expected)
                expected += 1
                packet.write(-1)
                #expect(packet.value == -1)
                await pause(&random)
                switch fate {
                case .leave(let after) where expected - 1000 > after: return input.leave()
                case .fail(let after) where expected - 1000 > after: throw Broken()
                case .cancel(let after) where expected - 1000 > after: withUnsafeCurrentTask { $0?.cancel() }
                default: break
                }
            }
        } catch is LinkError {
            input.leave()
        } catch {
            input.fail(.failed(stage: "sink", cause: error))
        }
    }

    func pause(_ random: inout Seeded) async {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: try? await Task.sleep(for: .microseconds(20))
        case 1...3: await Task.yield()
        default: break
        }
    }
}
