import Testing

@testable import Visibilities

@Suite("Axes after averaging")
struct AveragedAxesTests {
    let cut: ObservationCut

    init() {
        var observation = SampleArray.observation(
            dumps: 22, channels: 20, width: 1e6, start: 1e9, antennas: 3)
        observation.maskedChannels[0] = (0..<20).map { (4..<9).contains($0) }
        observation.nominalWeight = 2
        cut = ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: 8,
            subbands: [
                Subband(spectralWindow: 0, channels: 10..<20), Subband(spectralWindow: 0, channels: 0..<10),
            ], baselinesPerTile: 2)
    }

    @Test("keep every block one block, with centres and widths of its bins")
    func header() throws {
        let header = try AveragedAxes(cut, bins: AveragingBins(times: 4, channels: 4)).header
        #expect(header.blockCount == cut.blockCount)
        #expect(header.subbands.map(\.channels) == [3..<6, 0..<3])
        let window = header.observation.spectralWindows[0]
        #expect(window.widths == [4e6, 4e6, 2e6, 4e6, 4e6, 2e6])
        #expect(window.frequencies[0] == 1.0015e9 && window.frequencies[2] == 1.0085e9)
        #expect(header.observation.maskedChannels[0] == [false, true, false, false, false, false])
        #expect(header.observation.nominalWeight == 32)
        #expect(header.observation.integrationTime == 32)
        let scan = header.observation.schedule[0]
        #expect(scan.intervals == [32, 32, 32, 32, 32, 16])
        #expect(scan.times[5] == 5e9 + 8 * 21)
        #expect(scan.antennaUVW.count == 6 * 3)
    }

    @Test("are the same in the header and in each block's context")
    func contexts() throws {
        let axes = try AveragedAxes(cut, bins: AveragingBins(times: 4, channels: 4))
        for window in 0..<3 {
            for subband in 0..<2 {
                let mapped = axes.context(
                    BlockContext(cut, scheduleIndex: 0, subband: subband, window: window))
                let direct = BlockContext(axes.header, scheduleIndex: 0, subband: subband, window: window)
                #expect(mapped.frequencies == direct.frequencies && mapped.widths == direct.widths)
                #expect(mapped.times == direct.times && mapped.intervals == direct.intervals)
                #expect(mapped.channels == direct.channels && mapped.dumps == direct.dumps)
                #expect(mapped.endsScan == direct.endsScan && mapped.window == direct.window)
            }
        }
    }

    @Test("put the uvw of rows where the schedule says")
    func uvw() throws {
        let bins = AveragingBins(times: 3)
        var cut = cut
        cut.dumpsPerWindow = 6
        let axes = try AveragedAxes(cut, bins: bins)
        let context = BlockContext(cut, scheduleIndex: 0, subband: 0, window: 3)
        let shape = BlockShape(baselines: 6, polarisations: 2, times: context.times.count, channels: 10)
        var block = try SampleArray.block(shape, context, seed: 2)
        let observation = cut.observation
        block.withMutableArrays { _, _, _, uvw, _ in
            for row in 0..<shape.rows {
                let dump = context.dumps.lowerBound + row % shape.times
                uvw[row] = observation.uvw(
                    observation.baselines[row / shape.times], dump: dump, of: observation.schedule[0])
            }
        }
        block.average(bins, context: axes.context(context))
        let averaged = axes.header.observation
        for row in 0..<block.shape.rows {
            let dump = block.context.dumps.lowerBound + row % block.shape.times
            let expected = averaged.uvw(
                averaged.baselines[row / block.shape.times], dump: dump, of: averaged.schedule[0])
            let off = block.uvw[row] - expected
            #expect(max(abs(off.u), abs(off.v), abs(off.w)) < 1e-9)
        }
    }

    @Test("have a nominal dump and weight of the longest bin that there is, however large the bins")
    func oversized() throws {
        var cut = cut
        cut.dumpsPerWindow = 22
        let header = try AveragedAxes(cut, bins: AveragingBins(times: 1000, channels: 4096)).header
        #expect(header.observation.integrationTime == 8 * 22)
        #expect(header.observation.schedule[0].intervals == [8 * 22])
        #expect(header.observation.nominalWeight == 2 * 22 * 10)
    }

    @Test("come from a length and a width, rounded to whole dumps and channels")
    func rounding() {
        let observation = cut.observation
        #expect(
            AveragingBins(time: 19, frequency: 3.4e6, of: observation) == AveragingBins(times: 2, channels: 3)
        )
        #expect(AveragingBins(time: 1, frequency: nil, of: observation) == AveragingBins())
        #expect(AveragingBins(time: .nan, frequency: -1, of: observation) == AveragingBins())
        #expect(AveragingBins(time: 1e300, frequency: 4e6, of: observation).channels == 4)
    }

    @Test("refuse bins that windows would cut")
    func windows() {
        #expect(throws: AveragingError(times: 3, dumpsPerWindow: 8)) {
            try AveragedAxes(cut, bins: AveragingBins(times: 3))
        }
    }
}
