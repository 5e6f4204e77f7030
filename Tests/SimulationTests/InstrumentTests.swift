import Astrometry
import Foundation
import Rings
import Simulation
import Testing
import Visibilities

@Suite("Simulated instrument") struct InstrumentTests {
    static func everything() throws -> SimulationParameters {
        var parameters = try smallParameters(antennas: 4, channels: 150)
        parameters.sefd = 425
        parameters.polarisations = [.xx, .xy, .yx, .yy]
        parameters.gains = .full
        parameters.interference = Set(InterferenceKind.allCases)
        return parameters
    }

    @Test("noise has the radiometer's deviation, no mean, independent parts and a normal distribution")
    func noise() throws {
        var parameters = try smallParameters(antennas: 8, channels: 512, plan: "t*4")
        parameters.sources = []
        parameters.sefd = 425
        parameters.autocorrelations = false
        let simulated = try SimulatedObservation(parameters)
        let sigma = 425 / (2 * 856e6 / 512 * 8).squareRoot()
        #expect(abs(simulated.noise - sigma) < 1e-12)
        #expect(abs(Double(simulated.observation.nominalWeight) * sigma * sigma - 1) < 1e-6)
        let values = simulated.visibilities(simulated.whole(scan: 0))
        let count = Double(values.count)
        var (x, y, xx, yy, xy, x4, tail) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for value in values {
            let (a, b) = (Double(value.real) / sigma, Double(value.imaginary) / sigma)
            (x, y, xx, yy, xy) = (x + a, y + b, xx + a * a, yy + b * b, xy + a * b)
            x4 += a * a * a * a
            tail += abs(a) > 3 ? 1 : 0
        }
        let five = 5 / count.squareRoot()
        #expect(abs(x / count) < five && abs(y / count) < five && abs(xy / count) < five)
        #expect(abs(xx / count - 1) < five * 1.415 && abs(yy / count - 1) < five * 1.415)
        #expect(abs(x4 / count - 3) < five * 9.8)
        #expect(abs(tail / count - 0.002_699_8) < five * 0.052)
    }

    @Test("noise of neighbours in channel, time and baseline is independent")
    func whiteness() throws {
        var parameters = try smallParameters(antennas: 4, channels: 256, plan: "t*8")
        parameters.sources = []
        parameters.sefd = 425
        let simulated = try SimulatedObservation(parameters)
        let values = simulated.visibilities(simulated.whole(scan: 0)).map {
            Double($0.real) / simulated.noise
        }
        for lag in [1, 8, 64, 256, 2 * 8 * 256] {
            // Autocorrelations have a mean: cross baselines only, which 0-1, 0-2, 0-3 are.
            let range = 2 * 8 * 256..<3 * 2 * 8 * 256
            let sum = range.reduce(0) { $0 + values[$1] * values[$1 + lag] }
            #expect(abs(sum / Double(range.count)) < 5 / Double(range.count).squareRoot(), "lag \(lag)")
        }
    }

    @Test("autocorrelations: SEFD and sky, real, twice the variance; YX the conjugate of XY")
    func autocorrelations() throws {
        var parameters = try smallParameters(antennas: 4, channels: 512, plan: "t*2")
        parameters.sefd = 100
        parameters.polarisations = [.xx, .yx, .xy]
        let simulated = try SimulatedObservation(parameters)
        var region = simulated.whole(scan: 0)
        region.baselines = 0..<1
        let values = simulated.visibilities(region)
        #expect(values[0..<1024].allSatisfy { $0.imaginary == 0 })
        let frequencies = simulated.observation.spectralWindows[0].frequencies
        let sky = PointSource.standardSky(around: simulated.observation.fields[0].phaseCentre)
        let noise = (0..<1024).map { index in
            Double(values[index].real) - 100
                - sky.reduce(0) { $0 + $1.flux(at: frequencies[index % 512], centre: 1284e6) }
        }
        let variance = noise.reduce(0) { $0 + $1 * $1 } / 1024
        #expect(abs(variance / (2 * simulated.noise * simulated.noise) - 1) < 0.25)
        #expect(zip(values[1024..<2048], values[2048...]).allSatisfy { $0 == $1.conjugate })
        let auto = simulated.observation.baselines[0]
        #expect(simulated.weight(of: auto, .xx) == simulated.observation.nominalWeight / 2)
        #expect(simulated.weight(of: auto, .xy) == simulated.observation.nominalWeight)
    }

    @Test("any cut into baselines, dumps and channels gives the same bits")
    func cuts() throws {
        let simulated = try SimulatedObservation(Self.everything())
        let whole = simulated.whole(scan: 1)
        let expected = simulated.visibilities(whole)
        for channels in [0..<1, 5..<70, 63..<150, 64..<128, 149..<150] {
            for baselines in [0..<10, 3..<5] {
                let region = SimulatedRegion(scan: 1, baselines: baselines, dumps: 1..<2, channels: channels)
                let part = simulated.visibilities(region)
                let planes = baselines.flatMap { baseline in (0..<4).map { baseline * 4 + $0 } }
                let same = planes.flatMap { plane in
                    channels.map { expected[(plane * whole.dumps.count + 1) * 150 + $0] }
                }
                #expect(part == same, "channels \(channels), baselines \(baselines)")
            }
        }
    }

    @Test("another seed gives other noise, the same seed the same bits")
    func seeds() throws {
        var parameters = try Self.everything()
        let first = try SimulatedObservation(parameters)
        let again = try SimulatedObservation(parameters)
        let region = first.whole(scan: 0)
        #expect(first.visibilities(region) == again.visibilities(region))
        #expect(try first.truthJSON() == again.truthJSON())
        parameters.seed = 2
        let other = try SimulatedObservation(parameters).visibilities(region)
        let equal = zip(first.visibilities(region), other).count { $0 == $1 }
        #expect(equal < other.count / 1000)
    }

    @Test("gains multiply as g₁ b₁ (g₂ b₂)*", arguments: [GainKind.phase, .full])
    func gains(kind: GainKind) throws {
        var parameters = try smallParameters(antennas: 4, channels: 100, plan: "slew*3 t*2")
        let plain = try SimulatedObservation(parameters)
        parameters.gains = kind
        let simulated = try SimulatedObservation(parameters)
        #expect(simulated.observation.visibilityUnit == "uncalib" && plain.observation.visibilityUnit == "Jy")
        let region = plain.whole(scan: 0)
        let (expected, values) = (plain.visibilities(region), simulated.visibilities(region))
        let receptors = simulated.truth.receptors
        let frequencies = simulated.observation.spectralWindows[0].frequencies
        func gain(_ receptor: Int, _ channel: Int, _ dump: Int) -> Complex64 {
            let time = simulated.observation.schedule[0].times[dump] - simulated.start
            let (g, b) = (
                receptors[receptor].gain(after: time),
                receptors[receptor].bandpass(frequencies[channel], place: Double(channel - 50) / 100)
            )
            return Complex64(Float(g.real), Float(g.imaginary)) * Complex64(Float(b.real), Float(b.imaginary))
        }
        for (index, baseline) in plain.observation.baselines.enumerated() {
            for hand in 0..<2 {
                for (dump, channel) in [(0, 0), (1, 33), (0, 99)] {
                    let sample = ((index * 2 + hand) * 2 + dump) * 100 + channel
                    let factor =
                        gain(2 * baseline.antenna1 + hand, channel, dump)
                        * gain(2 * baseline.antenna2 + hand, channel, dump).conjugate
                    #expect((values[sample] - expected[sample] * factor).length < 3e-5)
                }
            }
        }
    }

    @Test("interference is where the truth says, as strong as it says", arguments: InterferenceKind.allCases)
    func interference(kind: InterferenceKind) throws {
        var parameters = try smallParameters(antennas: 4, channels: 200, plan: "slew*1 t*40")
        parameters.sources = []
        parameters.sefd = 425
        parameters.autocorrelations = false
        let quiet = try SimulatedObservation(parameters)
        parameters.interference = [kind]
        let loud = try SimulatedObservation(parameters)
        let region = loud.whole(scan: 0)
        let truth = loud.interferenceTruth(scan: 0, dumps: region.dumps, channels: region.channels)
        let difference = zip(loud.visibilities(region), quiet.visibilities(region)).map { ($0 - $1).length }
        let plane = region.dumps.count * region.channels.count
        var (misplaced, tooStrong, unequal) = (0, 0, 0)
        for sample in 0..<plane {
            let sizes = stride(from: sample, to: difference.count, by: plane).map { difference[$0] }.sorted()
            let median = (sizes[(sizes.count - 1) / 2] + sizes[sizes.count / 2]) / 2
            misplaced += truth.kinds[sample] == (sizes[0] > 0 ? kind.bit : 0) ? 0 : 1
            guard truth.kinds[sample] != 0 else { continue }
            let expected = truth.signalToNoise[sample] * Float(loud.noise)
            // Where several of a kind meet, amplitudes add and visibilities may not.
            tooStrong += median <= expected * 1.001 + 1e-4 ? 0 : 1
            unequal += abs(median / expected - 1) < 1e-3 ? 0 : 1
        }
        #expect(misplaced == 0 && tooStrong == 0)
        if loud.emitters.count == 1 { #expect(unequal == 0) }
        #expect(truth.kinds.contains(kind.bit))
    }

    @Test("a part of the truth is the part of the whole truth")
    func partOfTruth() throws {
        let simulated = try SimulatedObservation(Self.everything())
        let whole = simulated.interferenceTruth(scan: 0, dumps: 0..<3, channels: 0..<150)
        let part = simulated.interferenceTruth(scan: 0, dumps: 1..<3, channels: 20..<60)
        let same = (1..<3).flatMap { dump in (20..<60).map { whole.signalToNoise[dump * 150 + $0] } }
        #expect(part.signalToNoise == same)
        #expect(part.kinds.count == 80)
    }

    @Test("a whole block gets visibilities, weights, uvw, times and no flags")
    func block() throws {
        let simulated = try SimulatedObservation(Self.everything())
        let cut = ObservationCut(
            simulated.observation, order: .subbandFirst, dumpsPerWindow: 2,
            subbands: [Subband(spectralWindow: 0, channels: 40..<90)], baselinesPerTile: 3)
        let pool = SlabPool("test", slabs: 1, byteCount: VisibilityBlock.slabByteCount(cut))
        let context = BlockContext(cut, scheduleIndex: 0, subband: 0, window: 1)
        let shape = BlockShape(baselines: 3, polarisations: 4, times: 1, channels: 50)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: 3, from: pool)
        simulated.fill(&block)
        let region = SimulatedRegion(scan: 0, baselines: 3..<6, dumps: 2..<3, channels: 40..<90)
        let expected = simulated.visibilities(region)
        for sample in 0..<shape.samples {
            #expect(block.visibilities[sample] == expected[sample] && block.flags[sample] == 0)
        }
        let scan = simulated.observation.schedule[0]
        #expect(
            block.uvw[1] == simulated.observation.uvw(simulated.observation.baselines[4], dump: 2, of: scan))
        #expect(block.centroids[1] == scan.times[2])
        #expect(block.weights[50] == simulated.observation.nominalWeight)
    }
}
