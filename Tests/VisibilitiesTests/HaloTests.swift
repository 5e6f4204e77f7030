import Rings
import Testing

@testable import Visibilities

@Suite("The halo of a block") struct HaloTests {
    /// Two sub-bands of 6 channels with a halo of so many.
    private func cut(halo: Int) -> ObservationCut {
        var cut = smallCut(smallObservation())
        cut.halo = halo
        return cut
    }

    /// The first tile of the last window of a sub-band, with what lies beside it.
    private func block(_ cut: ObservationCut, subband: Int, _ pool: SlabPool) throws -> VisibilityBlock {
        func context(_ halo: (side: HaloSide, channels: Range<Int>)? = nil) -> BlockContext {
            BlockContext(cut, scheduleIndex: 0, subband: subband, window: 1, halo: halo)
        }
        var block = try filled(cut.tiles[0], context(), cut, pool)
        for side in HaloSide.allCases {
            let channels = cut.haloChannels(of: subband, side)
            guard !channels.isEmpty else { continue }
            block.attach(try filled(cut.tiles[0], context((side, channels)), cut, pool), side)
        }
        return block
    }

    @Test("reaches as far as its spectral window", arguments: [(0, 0, 0), (2, 2, 2), (9, 6, 6), (-1, 0, 0)])
    func channels(halo: Int, above: Int, below: Int) {
        let cut = cut(halo: halo)
        #expect(cut.haloChannels(of: 0, .below).isEmpty && cut.haloChannels(of: 1, .above).isEmpty)
        #expect(cut.haloChannels(of: 0, .above) == 6..<6 + above)
        #expect(cut.haloChannels(of: 1, .below) == 6 - below..<6)
        #expect(cut.largestHaloShape.channels == max(above, below))
        #expect((VisibilityBlock.companionByteCount(cut) > 0) == (halo > 0))
        #expect(cut.sampleCount == smallCut(smallObservation()).sampleCount)
    }

    @Test("is seen beside the block, counts nowhere, and changes and goes without a copy")
    func changes() throws {
        let cut = cut(halo: 4)
        let pool = SlabPool("test", slabs: 2, byteCount: VisibilityBlock.slabByteCount(cut))
        var block = try block(cut, subband: 1, pool)
        #expect(block.sampleCount == 3 * 2 * 3 * 6 && block.haloFlags(.below).count == 3 * 2 * 3 * 4)
        #expect(block.haloVisibilities(.below)[1] == marker(0, 0, 4, 3))
        #expect(block.haloVisibilities(.above).isEmpty && block.halo(.above) == nil)
        block.changeHalo { halo in halo.withMutableArrays { _, _, flags, _, _ in flags[1] = 77 } }
        #expect(block.haloFlags(.below)[1] == 77)
        #expect(pool.counters.copies == 0 && pool.leased == 2)
        block.dropHalo()
        #expect(pool.leased == 1 && block.haloVisibilities(.below).isEmpty)
    }

    @Test("that two holders have is copied by the one that changes it")
    func shared() throws {
        let cut = cut(halo: 4)
        let pool = SlabPool("test", slabs: 3, byteCount: VisibilityBlock.slabByteCount(cut))
        let block = try block(cut, subband: 0, pool)
        var other = block
        other.changeHalo { halo in halo.withMutableArrays { _, _, flags, _, _ in flags[0] = 77 } }
        #expect(block.haloFlags(.above)[0] == 6 && other.haloFlags(.above)[0] == 77)
    }

    @Test("is selected as the blocks that it lies in, and goes where nothing of it is kept")
    func selected() throws {
        let cut = cut(halo: 3)
        var selection = Selection(all: cut.observation)
        selection.channels = [[1, 2, 4, 5, 8, 11]]
        let selector = BlockSelector(selection, on: cut)
        let pool = SlabPool("test", slabs: 3, byteCount: VisibilityBlock.slabByteCount(cut))
        for (subband, side, kept) in [(0, HaloSide.above, [8]), (1, .below, [4, 5])] {
            var block = try block(cut, subband: subband, pool)
            selector.select(&block)
            block.changeHalo { selector.select(&$0) }
            let halo = try #require(block.halo(side))
            #expect(halo.context.frequencies == kept.map { 1e9 + 1e6 * Double($0) })
            #expect(halo.context.channels.map { selection.channels[0][$0] } == kept)
            #expect((0..<kept.count).map { halo.visibilities[$0] } == kept.map { marker(0, 0, 4, $0) })
        }
        selection.channels = [[0, 11]]
        let narrow = BlockSelector(selection, on: cut)
        var block = try block(cut, subband: 0, pool)
        block.changeHalo { narrow.select(&$0) }
        #expect(block.halo(.above) == nil)
    }

    @Test("is averaged to the neighbours' channels")
    func averaged() throws {
        let cut = cut(halo: 4)
        let axes = try AveragedAxes(cut, bins: AveragingBins(times: 2, channels: 2))
        #expect(axes.header.halo == 2)
        let pool = SlabPool("test", slabs: 3, byteCount: VisibilityBlock.slabByteCount(cut))
        for (subband, side) in [(0, HaloSide.above), (1, .below)] {
            let halo = try #require(try block(cut, subband: subband, pool).halo(side))
            let context = axes.context(halo.context)
            let expected = axes.header.haloChannels(of: subband, side)
            #expect(context.channels == expected && context.halo == side)
            #expect(
                context.frequencies == Array(axes.header.observation.spectralWindows[0].frequencies[expected])
            )
        }
    }
}
