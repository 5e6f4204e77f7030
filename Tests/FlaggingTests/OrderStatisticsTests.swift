import TestSupport
import Testing

@testable import Flagging

@Suite("Values at given ranks")
struct OrderStatisticsTests {
    private static let counts = [1, 2, 15, 16, 17, 63, 64, 65, 100, 128]

    /// Calls with room for as many values as ranks are found among.
    private func withRoom<T>(_ values: [Float], _ body: (UnsafeMutablePointer<Float>) -> T) -> T {
        let room = UnsafeMutablePointer<Float>.allocate(capacity: OrderStatistics.most)
        defer { room.deallocate() }
        for (place, value) in values.enumerated() { room[place] = value }
        return body(room)
    }

    @Test("are those of the sorted values, with ties, signs and infinities", arguments: counts)
    func ranks(count: Int) {
        var random = Seeded(UInt64(count))
        let fine = (0..<count).map { _ in Float(random.normal()) }
        let coarse = fine.map { ($0 * 2).rounded() }
        let odd = fine.enumerated().map { $0 % 5 == 0 ? .infinity : $0 % 7 == 0 ? -.infinity : $1 }
        for values in [fine, coarse, odd] {
            let sorted = values.sorted()
            for rank in 0..<count {
                let ranks = SIMD4<Int32>(Int32(rank), 0, Int32(count - 1), Int32(count - 1 - rank))
                let found = withRoom(values) { OrderStatistics.select(ranks, of: $0, count: count) }
                for place in 0..<4 { #expect(found[place] == sorted[Int(ranks[place])]) }
            }
        }
    }

    @Test("the spread of normal deviates is found from both sides of their middle, whatever a few of them do")
    func spread() {
        var random = Seeded(5)
        let values = (0..<128).map { Float(2 + 3 * random.normal()) + ($0 % 16 == 0 ? 1e6 : 0) }
        let found = withRoom(values) { MiddleAndSpread(of: $0, count: values.count) }
        #expect(abs(found.middle - 2) < 1)
        #expect(abs(found.below - 3) < 1)
        // Ranks move up by a sixteenth.
        #expect((3..<5).contains(found.above))
    }
}
