import Rings
import Testing

@testable import Visibilities

@Suite struct VisibilityBlockTests {
    @Test("A block's memory is copied only when it is shared and written")
    func copyOnWrite() throws {
        let cut = smallCut(smallObservation())
        let pool = SlabPool("test", slabs: 2, byteCount: VisibilityBlock.slabByteCount(cut))
        let context = BlockContext(cut, scheduleIndex: 0, subband: 0, window: 0)
        let shape = BlockShape(baselines: 3, polarisations: 2, times: 4, channels: 6)
        var one = try VisibilityBlock(shape, context: context, firstBaseline: 0, from: pool)
        one.withMutablePlane(5) { $0.visibilities[23] = Complex64(1, 2) }
        let other = one
        one.withMutablePlane(5) { $0.visibilities[23] = Complex64(3, 4) }
        #expect(other.visibilities[143] == Complex64(1, 2))
        #expect(one.visibilities[143] == Complex64(3, 4))
        #expect(throws: PoolExhausted.self) {
            _ = try VisibilityBlock(shape, context: context, firstBaseline: 0, from: pool)
        }
    }

    @Test("The header knows the largest block, the blocks and the samples of the stream")
    func header() throws {
        let cut = smallCut(smallObservation())
        let all = try blocks(of: cut)
        #expect(all.count == cut.blockCount)
        #expect(all.reduce(0) { $0 + $1.sampleCount } == cut.sampleCount)
        #expect(all.map(\.byteCount).max() ?? 0 <= VisibilityBlock.slabByteCount(cut))
        #expect(cut.largestShape == BlockShape(baselines: 3, polarisations: 2, times: 4, channels: 6))
    }

    @Test("The last window of a scan says so, and no other")
    func endsScan() {
        let cut = smallCut(smallObservation(dumps: 9))
        let ends = (0..<3).map { BlockContext(cut, scheduleIndex: 0, subband: 1, window: $0) }
        #expect(ends.map(\.endsScan) == [false, false, true])
        #expect(ends.map(\.dumps) == [0..<4, 4..<8, 8..<9])
        #expect(ends[2].times == [5e9 + 64])
    }
}
