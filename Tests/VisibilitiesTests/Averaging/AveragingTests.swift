import Rings
import Testing

@testable import Visibilities

@Suite("Averaging a block")
struct AveragingTests {
    /// A bin of the reference, in double precision.
    struct Sample {
        var real = 0.0
        var imaginary = 0.0
        var weight = 0.0
        var flags: UInt8 = 0
    }

    @Test(
        "agrees with a plain double-precision reference for every shape of bin",
        arguments: [(2, 1), (1, 2), (3, 4), (4, 3), (2, 8), (5, 6), (7, 16), (64, 64), (1, 5)])
    func reference(times: Int, channels: Int) throws {
        let shape = BlockShape(baselines: 3, polarisations: 2, times: 7, channels: 45)
        let bins = AveragingBins(times: times, channels: channels)
        let context = SampleArray.context(dumps: 7, channels: 45)
        var block = try SampleArray.block(shape, context, seed: 3)
        let before = block
        let cut = ObservationCut(
            SampleArray.observation(dumps: 7, channels: 45, antennas: 2), order: .subbandFirst,
            dumpsPerWindow: 7,
            subbands: [Subband(spectralWindow: 0, channels: 0..<45)], baselinesPerTile: 3)
        block.average(bins, context: try AveragedAxes(cut, bins: bins).context(context))
        #expect(block.shape.times == bins.timeBins(of: 7).count)
        #expect(block.shape.channels == bins.channelBins(of: 45).count)
        var index = 0
        for plane in 0..<shape.planes {
            for run in bins.timeBins(of: 7) {
                for bin in bins.channelBins(of: 45) {
                    let expected = Self.average(before, plane: plane, run, bin)
                    #expect(abs(Double(block.visibilities[index].real) - expected.real) < 2e-6)
                    #expect(abs(Double(block.visibilities[index].imaginary) - expected.imaginary) < 2e-6)
                    #expect(
                        abs(Double(block.weights[index]) - expected.weight) < 1e-5 * max(expected.weight, 1))
                    #expect(block.flags[index] == expected.flags)
                    index += 1
                }
            }
        }
        #expect(index == block.shape.samples)
    }

    /// DESIGN's rule for one bin, sample by sample.
    static func average(_ block: VisibilityBlock, plane: Int, _ run: Range<Int>, _ bin: Range<Int>) -> Sample
    {
        var (sum, plain, reasons, unflagged) = (Sample(), Sample(), UInt8(0), 0)
        for dump in run {
            for channel in bin {
                let index = plane * block.shape.planeSize + dump * block.shape.channels + channel
                let (value, weight) = (block.visibilities[index], Double(block.weights[index]))
                plain.real += Double(value.real) / Double(run.count * bin.count)
                plain.imaginary += Double(value.imaginary) / Double(run.count * bin.count)
                reasons |= block.flags[index]
                guard block.flags[index] == 0 else { continue }
                unflagged += 1
                sum.real += weight * Double(value.real)
                sum.imaginary += weight * Double(value.imaginary)
                sum.weight += weight
            }
        }
        plain.flags = reasons
        return unflagged == 0
            ? plain
            : Sample(real: sum.real / sum.weight, imaginary: sum.imaginary / sum.weight, weight: sum.weight)
    }

    @Test("takes uvw and centroids as means weighted by interval, with a true short last bin")
    func rows() throws {
        let shape = BlockShape(baselines: 2, polarisations: 1, times: 5, channels: 3)
        let context = SampleArray.context(dumps: 5, channels: 3)
        var block = try SampleArray.block(shape, context, seed: 9)
        let before = block
        let cut = ObservationCut(
            SampleArray.observation(dumps: 5, channels: 3, antennas: 2), order: .subbandFirst,
            dumpsPerWindow: 5,
            subbands: [Subband(spectralWindow: 0, channels: 0..<3)], baselinesPerTile: 2)
        let bins = AveragingBins(times: 3)
        block.average(bins, context: try AveragedAxes(cut, bins: bins).context(context))
        #expect(block.context.intervals == [24, 12])
        #expect(abs(block.context.times[1] - (5e9 + (8 * 24 + 4 * 32) / 12)) < 1e-5)
        for baseline in 0..<2 {
            let (first, last) = (before.uvw[baseline * 5 + 3], before.uvw[baseline * 5 + 4])
            #expect(abs(block.uvw[baseline * 2 + 1].u - (8 * first.u + 4 * last.u) / 12) < 1e-12)
            #expect(abs(block.uvw[baseline * 2 + 1].w - (8 * first.w + 4 * last.w) / 12) < 1e-12)
            let centroid = (2 * before.centroids[baseline * 5 + 3] + before.centroids[baseline * 5 + 4]) / 3
            #expect(abs(block.centroids[baseline * 2 + 1] - centroid) < 2e-6)
        }
    }

    @Test("ignores what flagged samples hold, be it NaN, and gives finite plain means with weight 0")
    func garbage() throws {
        let shape = BlockShape(baselines: 1, polarisations: 1, times: 2, channels: 16)
        let context = SampleArray.context(dumps: 2, channels: 16)
        var block = try SampleArray.block(shape, context, seed: 1)
        block.withMutableArrays { visibilities, weights, flags, _, _ in
            for index in 0..<32 {
                (visibilities[index], weights[index], flags[index]) = (Complex64(2, -1), 1, 0)
            }
            (visibilities[1], weights[1], flags[1]) = (Complex64(.nan, .infinity), .nan, 8)
            for index in [4, 5, 20, 21] { flags[index] = 2 }
            visibilities[4] = Complex64(.nan, 0)
            for index in [6, 7, 22, 23] { weights[index] = 0 }
        }
        block.average(AveragingBins(times: 2, channels: 2), context: context)
        #expect(block.visibilities[0] == Complex64(2, -1) && block.weights[0] == 3 && block.flags[0] == 0)
        #expect(block.visibilities[2] == Complex64(2, -1) && block.weights[2] == 0 && block.flags[2] == 2)
        #expect(block.visibilities[3] == Complex64(2, -1) && block.weights[3] == 0 && block.flags[3] == 0)
    }

    @Test("leaves everything as it is for bins of 1 x 1")
    func nothing() throws {
        let shape = BlockShape(baselines: 1, polarisations: 1, times: 3, channels: 5)
        var block = try SampleArray.block(shape, SampleArray.context(dumps: 3, channels: 5), seed: 4)
        let before = block
        block.average(AveragingBins(), context: block.context)
        for index in 0..<shape.samples {
            #expect(block.visibilities[index] == before.visibilities[index])
            #expect(
                block.weights[index] == before.weights[index] && block.flags[index] == before.flags[index])
        }
    }

    @Test("takes blocks without dumps, as live sources end a scan with, and bins larger than the block")
    func emptyBlock() throws {
        let shape = BlockShape(baselines: 1, polarisations: 1, times: 0, channels: 8)
        var block = try SampleArray.block(shape, SampleArray.context(dumps: 0, channels: 8), seed: 1)
        let bins = AveragingBins(times: .max, channels: .max)
        block.average(bins, context: block.context)
        #expect(block.shape == BlockShape(baselines: 1, polarisations: 1, times: 0, channels: 1))
    }
}
