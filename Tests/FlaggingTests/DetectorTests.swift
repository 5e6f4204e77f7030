import Flagging
import Foundation
import TestSupport
import Testing
import Visibilities

@Suite("Detectors")
struct DetectorTests {
    /// Noise to which a signal of random phase is added.
    private func mask(_ times: Int, _ channels: Int, amplitude: (Int, Int) -> Float) throws -> [UInt8] {
        var scan = TestScan(4, times, channels, interference: false)
        var random = Seeded(11)
        for index in scan.visibilities.indices {
            let sample = index % (times * channels)
            let phase = Float.random(in: 0..<2 * .pi, using: &random)
            let signal = amplitude(sample / channels, sample % channels)
            scan.visibilities[index].real += signal * cos(phase)
            scan.visibilities[index].imaginary += signal * sin(phase)
        }
        let flagger = try BaselineFlagger(AutoflagSettings(), polarisations: 4, channels: channels)
        try flagger.push(scan.visibilities.span, flags: scan.flags.span, dumps: times, endsScan: true)
        var mask: [UInt8] = []
        while let hop = flagger.next() { mask += hop.mask }
        return mask
    }

    @Test("a carrier is found by runs, a faint wide block by sums over blocks, and nothing has two detectors")
    func runsAndBlocks() throws {
        let mask = try self.mask(64, 96) { time, channel in
            channel == 20 ? 20 : (16..<48).contains(time) && (48..<80).contains(channel) ? 1.2 : 0
        }
        #expect((0..<64).allSatisfy { mask[$0 * 96 + 20] == Detector.runs.rawValue })
        let inside = (16..<48).flatMap { time in (48..<80).map { mask[time * 96 + $0] } }
        #expect(inside.count { $0 == Detector.blocks.rawValue } > inside.count / 4)
        #expect(mask.allSatisfy { $0 == 0 || Detector(rawValue: $0) != nil })
    }

    @Test("a weak steady carrier on the ground is found by the search for emitters alone")
    func emitters() throws {
        let scan = TrackedScan(amplitude: 0.65)
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: 4, channels: TrackedScan.channels, axis: scan.axis)
        try flagger.push(
            scan.visibilities.span, flags: [UInt8](repeating: 0, count: scan.visibilities.count).span,
            dumps: scan.times, delays: scan.delays, endsScan: true)
        var found: [UInt8] = []
        while let hop = flagger.next() {
            found += hop.dumps.indices.map {
                hop.mask[($0 - hop.dumps.lowerBound) * TrackedScan.channels + TrackedScan.carrier]
            }
        }
        #expect(found.count { $0 == Detector.emitters.rawValue } > scan.times * 8 / 10)
    }

    @Test("what is left weakly around the end of a carrier is found by growth")
    func growth() throws {
        let mask = try self.mask(64, 96) { time, channel in
            if time < 40 { return channel.isMultiple(of: 8) ? 20 : 0 }
            return time < 43 && (channel + 1) % 8 < 3 ? 0.8 : 0
        }
        let tails = (40..<50).flatMap { time in stride(from: 0, to: 96, by: 8).map { mask[time * 96 + $0] } }
        #expect(tails.contains(Detector.growth.rawValue))
    }

    @Test("each strategy has detectors of its own, each with its own bit and name")
    func strategies() throws {
        let all = FlaggingStrategy.allCases.flatMap(\.detectors)
        #expect(all.map(\.rawValue).sorted() == [1, 2, 4, 8, 16])
        #expect(Set(all.map(\.name)).count == all.count)
    }
}
