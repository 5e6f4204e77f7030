import Foundation
import Testing
import Visibilities

@testable import Simulation

@Suite("Shapes of interference") struct ShapeTests {
    /// Interference of one kind alone over many dumps and channels, and what the truth says of it.
    private func simulate(
        _ kind: InterferenceKind, seed: UInt64 = 1, channels: Int = 400, dumps: Int = 400, level: Double = 1
    ) throws -> (emitters: [Emitter], truth: InterferenceTruth, noise: Double) {
        var parameters = try smallParameters(antennas: 3, channels: channels, plan: "t*\(dumps)")
        parameters.sefd = 425
        parameters.interference = [kind]
        parameters.interferenceLevel = level
        parameters.seed = seed
        let simulated = try SimulatedObservation(parameters)
        let truth = simulated.interferenceTruth(scan: 0, dumps: 0..<dumps, channels: 0..<channels)
        return (simulated.emitters, truth, simulated.noise)
    }

    /// Shares of dumps in which a channel is occupied, and of channels in which a dump is.
    private func occupancy(_ truth: InterferenceTruth, channels: Int) -> (
        byChannel: [Double], byDump: [Double]
    ) {
        let dumps = truth.kinds.count / channels
        let byChannel = (0..<channels).map { channel in
            Double((0..<dumps).count { truth.kinds[$0 * channels + channel] != 0 }) / Double(dumps)
        }
        let byDump = (0..<dumps).map { dump in
            Double(truth.kinds[dump * channels..<(dump + 1) * channels].count { $0 != 0 }) / Double(channels)
        }
        return (byChannel, byDump)
    }

    @Test("each kind has a bit of its own, in a fixed order")
    func bits() {
        #expect(InterferenceKind.allCases.map(\.bit) == (0..<11).map { 1 << $0 })
        #expect(InterferenceKind.persistent.bit == 1 && InterferenceKind.blips.bit == 8)
    }

    @Test(
        "the same seed gives the same emitters, whatever other kinds there are",
        arguments: InterferenceKind.allCases)
    func independence(kind: InterferenceKind) throws {
        var parameters = try smallParameters(antennas: 3, channels: 200, plan: "t*30")
        parameters.interference = [kind]
        let alone = try SimulatedObservation(parameters).emitters
        parameters.interference = Set(InterferenceKind.allCases)
        #expect(try SimulatedObservation(parameters).emitters.filter { $0.kind == kind } == alone)
        parameters.seed = 2
        #expect(try SimulatedObservation(parameters).emitters.filter { $0.kind == kind } != alone)
    }

    @Test("everything scales with the level", arguments: InterferenceKind.allCases)
    func level(kind: InterferenceKind) throws {
        let (one, three) = (try simulate(kind, dumps: 40), try simulate(kind, dumps: 40, level: 3))
        #expect(one.truth.kinds == three.truth.kinds)
        for (a, b) in zip(one.truth.signalToNoise, three.truth.signalToNoise) {
            #expect(abs(b - 3 * a) <= 1e-4 * b)
        }
    }

    @Test(
        "lines that come and go are there for their duty, once in each period",
        arguments: 1...5 as ClosedRange<UInt64>)
    func intermittent(seed: UInt64) throws {
        let found = try simulate(.intermittent, seed: seed, channels: 400, dumps: 3000)
        #expect(found.emitters.count == 6)
        for emitter in found.emitters {
            #expect(emitter.channels.count <= 11)
            let middle = min(Int(emitter.centre.rounded()), 399)
            let there = (0..<3000).filter { emitter.amplitude(dump: $0, channel: middle) > 0 }
            #expect(abs(Double(there.count) / 3000 - emitter.duty) < 0.03)
            // Its appearances are as many as periods, each in a period of its own, and as strong as drawn on average.
            let runs = zip(there, there.dropFirst()).count { $1 > $0 + 1 } + 1
            #expect(Double(runs) <= 3000 / emitter.period + 1 && Double(runs) > 0.7 * 3000 / emitter.period)
            let strengths = there.map {
                log(emitter.amplitude(dump: $0, channel: middle) / emitter.amplitude)
            }
            let bell = -0.5 * pow((Double(middle) - emitter.centre) / emitter.width, 2)
            #expect(abs(strengths.reduce(0, +) / Double(strengths.count) - bell) < 0.15)
            #expect((2...40).contains(emitter.amplitude / found.noise))
        }
    }

    @Test("weak lines lie below the noise of a sample, for at least 40 % of the time")
    func weak() throws {
        let found = try simulate(.weak)
        #expect(found.emitters.count == 4)
        for emitter in found.emitters {
            #expect((0.25...0.9).contains(emitter.amplitude / found.noise) && emitter.dumps.count >= 160)
        }
        #expect(found.truth.signalToNoise.allSatisfy { $0 < 0.9 * 1.5 * 1.5 * 1.5 * 2 })
    }

    @Test(
        "radar pulses come at regular dumps, over 6 to 40 channels, weakest at the edges",
        arguments: 1...5 as ClosedRange<UInt64>)
    func radar(seed: UInt64) throws {
        let found = try simulate(.radar, seed: seed)
        let emitter = try #require(found.emitters.first)
        #expect(found.emitters.count == 1 && (6...40).contains(emitter.channels.count))
        let pulses = (0..<400).filter { found.truth.kinds[$0 * 400 + emitter.channels.lowerBound] != 0 }
        let expected = (0...).lazy.map { emitter.dumps.lowerBound + Int(Double($0) * emitter.period) }.prefix
        { $0 < 400 }
        #expect(pulses == Array(expected))
        let (byChannel, _) = occupancy(found.truth, channels: 400)
        for channel in 0..<400 {
            #expect(
                byChannel[channel] == (emitter.channels.contains(channel) ? Double(pulses.count) / 400 : 0))
        }
        let dump = try #require(pulses.first)
        let middle = (emitter.channels.lowerBound + emitter.channels.upperBound - 1) / 2
        let edge = emitter.amplitude(dump: dump, channel: emitter.channels.lowerBound)
        #expect(abs(edge / emitter.amplitude(dump: dump, channel: middle) - 0.5) < 0.03)
    }

    @Test(
        "a comb has lines at equal distances over the whole band, always",
        arguments: 1...5 as ClosedRange<UInt64>)
    func comb(seed: UInt64) throws {
        let found = try simulate(.comb, seed: seed, dumps: 20)
        let emitter = try #require(found.emitters.first)
        let lines = (0...).lazy.map { emitter.centre + Double($0) * emitter.spacing }.prefix { $0 < 402 }
        for line in lines where line < 399 {
            let channel = Int(line.rounded())
            let occupied = (0..<20).allSatisfy { found.truth.kinds[$0 * 400 + channel] != 0 }
            #expect(occupied, "\(line)")
        }
        let (byChannel, _) = occupancy(found.truth, channels: 400)
        for (channel, share) in byChannel.enumerated() where share > 0 {
            #expect(lines.contains { abs($0 - Double(channel)) < 3 * 0.45 })
        }
    }

    @Test(
        "blocks take a few per cent of the band with soft edges: one in stretches, one always",
        arguments: 1...5 as ClosedRange<UInt64>)
    func blocks(seed: UInt64) throws {
        let found = try simulate(.block, seed: seed)
        #expect(found.emitters.count == 2)
        for emitter in found.emitters {
            #expect((12...36).contains(emitter.channels.count))
            let (low, high) = (emitter.channels.lowerBound, emitter.channels.upperBound - 1)
            let dump = try #require((0..<400).first { emitter.amplitude(dump: $0, channel: low) > 0 })
            let shape = [low, low + 1, low + 2, high - 1, high].map {
                emitter.amplitude(dump: dump, channel: $0)
            }
            #expect(
                abs(shape[0] / shape[2] - 0.5) < 1e-12 && shape[0] == shape[4] && shape[1] == shape[2]
                    && shape[1] == shape[3])
        }
        let shares = found.emitters.map { emitter in
            Double((0..<400).count { emitter.amplitude(dump: $0, channel: emitter.channels.lowerBound) > 0 })
                / 400
        }
        #expect(shares[1] == 1 && shares[0] < 1 && shares[0] > 0.2)
    }

    @Test(
        "a chirp follows a parabola through the channels, rises and falls",
        arguments: 1...5 as ClosedRange<UInt64>)
    func chirp(seed: UInt64) throws {
        let found = try simulate(.chirp, seed: seed)
        #expect(found.emitters.count == 2)
        for emitter in found.emitters {
            #expect((120...360).contains(emitter.dumps.count))
            for dump in stride(from: emitter.dumps.lowerBound, to: emitter.dumps.upperBound, by: 7) {
                let x = Double(dump) - Double(emitter.dumps.lowerBound + emitter.dumps.upperBound - 1) / 2
                let place = emitter.centre + emitter.slope * x + emitter.curvature * x * x
                let reach = emitter.reach(dump: dump, of: 400)
                guard place > 10, place < 390 else { continue }
                let weights = reach.map { emitter.amplitude(dump: dump, channel: $0) }
                let mean = zip(reach, weights).reduce(0) { $0 + Double($1.0) * $1.1 } / weights.reduce(0, +)
                #expect(abs(mean - place) < 0.05 + 0.1 / emitter.width)
                let phase = (Double(dump - emitter.dumps.lowerBound) + 0.5) / Double(emitter.dumps.count)
                let peak = emitter.amplitude * pow(sin(.pi * phase), 0.7)
                #expect(
                    (weights.max() ?? 0) <= peak
                        && (weights.max() ?? 0) > peak * exp(-0.5 * 0.25 / pow(emitter.width, 2)) * 0.999)
            }
            #expect(emitter.reach(dump: emitter.dumps.lowerBound - 1, of: 400).isEmpty)
            #expect(emitter.reach(dump: emitter.dumps.upperBound, of: 400).isEmpty)
        }
    }

    @Test("a satellite's hump is the square of sin x / x with nulls two widths apart, always there")
    func satellite() throws {
        let found = try simulate(.satellite, channels: 2000, dumps: 10)
        let emitter = try #require(found.emitters.first)
        let top = emitter.amplitude(dump: 0, channel: Int(emitter.centre.rounded()))
        let null = emitter.amplitude(dump: 0, channel: Int((emitter.centre + 2 * emitter.width).rounded()))
        let half = emitter.amplitude(
            dump: 0, channel: Int((emitter.centre + 0.886 * emitter.width).rounded()))
        #expect(null < 0.01 * top && abs(half / top - 0.5) < 0.03)
        #expect(
            (0..<10).allSatisfy {
                found.truth.kinds[$0 * 2000 + Int(emitter.centre)] == InterferenceKind.satellite.bit
            })
    }

    @Test("one channel, one dump: nothing breaks", arguments: InterferenceKind.allCases)
    func smallest(kind: InterferenceKind) throws {
        for (channels, dumps) in [(1, 1), (1, 5), (2, 1), (7, 3)] {
            let found = try simulate(kind, channels: channels, dumps: dumps)
            #expect(found.truth.kinds.count == channels * dumps)
            #expect(found.truth.signalToNoise.allSatisfy { $0.isFinite && $0 >= 0 })
        }
    }
}
