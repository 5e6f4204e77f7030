import Testing

@testable import Visibilities

@Suite struct BlockSelectorTests {
    @Test("A selection keeps exactly the chosen samples, in order, under new indices")
    func keepsChosen() throws {
        let cut = smallCut(smallObservation())
        var selection = Selection(all: cut.observation)
        selection.baselines = [1, 2, 7, 9]
        selection.polarisations = [1]
        selection.channels = [[0, 3, 5, 11]]
        let selector = BlockSelector(selection, on: cut)
        let header = selector.header
        #expect(header.tiles == [0..<2, 2..<3, 3..<4])
        #expect(header.subbands.map(\.channels) == [0..<3, 3..<4])
        var seen = 0
        for var block in try blocks(of: cut) {
            selector.select(&block)
            guard block.sampleCount > 0 else { continue }
            seen += 1
            let context = block.context
            var sample = 0
            for baseline in block.baselines {
                for dump in context.dumps {
                    for channel in context.channels {
                        let expected = marker(
                            selection.baselines[baseline], 1, dump, selection.channels[0][channel])
                        #expect(block.visibilities[sample] == expected)
                        #expect(block.flags[sample] == UInt8(selection.channels[0][channel]))
                        sample += 1
                    }
                    let row =
                        (baseline - block.firstBaseline) * block.shape.times + dump - context.dumps.lowerBound
                    let scan = header.observation.schedule[0]
                    #expect(
                        block.uvw[row]
                            == header.observation.uvw(
                                header.observation.baselines[baseline], dump: dump, of: scan))
                    #expect(block.centroids[row] == scan.times[dump])
                }
            }
            #expect(sample == block.sampleCount)
            #expect(
                context.frequencies
                    == context.channels.map { header.observation.spectralWindows[0].frequencies[$0] })
        }
        #expect(seen == header.blockCount)
    }

    @Test("Keeping everything changes nothing")
    func everything() throws {
        let cut = smallCut(smallObservation())
        let selection = Selection(all: cut.observation)
        #expect(selection.isEverything(of: cut.observation))
        let selector = BlockSelector(selection, on: cut)
        #expect(selector.header == cut)
        for var block in try blocks(of: cut) {
            let before = block.shape
            selector.select(&block)
            #expect(block.shape == before)
        }
    }

    @Test("A tile or sub-band of which nothing is left leaves an empty block")
    func empties() throws {
        let cut = smallCut(smallObservation())
        var selection = Selection(all: cut.observation)
        selection.baselines = [0]
        selection.channels = [[1]]
        let selector = BlockSelector(selection, on: cut)
        var counts: [Int] = []
        for var block in try blocks(of: cut) {
            selector.select(&block)
            counts.append(block.sampleCount)
        }
        #expect(counts.count { $0 > 0 } == selector.header.blockCount)
        #expect(selector.header.sampleCount == counts.reduce(0, +))
    }
}
