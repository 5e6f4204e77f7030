import Rings
import TestSupport
import Testing
import Visibilities

@testable import Flagging

@Suite("Kernels of preflag") struct PreflagKernelTests {
    /// A block of one baseline, product and dump with these samples.
    private func block(_ samples: [Complex64], flags: [UInt8]) throws -> VisibilityBlock {
        let shape = BlockShape(baselines: 1, polarisations: 1, times: 1, channels: samples.count)
        let context = BlockContext(
            scan: 0, intent: "track", field: 0, phaseCentre: Direction(rightAscension: 0, declination: 0),
            spectralWindow: 0, channels: 0..<samples.count,
            frequencies: samples.indices.map { 1e9 + 1e6 * Double($0) },
            widths: [Double](repeating: 1e6, count: samples.count), scheduleIndex: 0, dumps: 0..<1,
            times: [5e9], intervals: [8], subband: 0, window: 0, endsScan: true)
        let pool = SlabPool("test", slabs: 2, byteCount: 13 * shape.samples + 4096)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: 0, from: pool)
        block.withMutableArrays { visibilities, _, all, _, _ in
            for (index, sample) in samples.enumerated() {
                visibilities[index] = sample
                all[index] = flags[index]
            }
        }
        return block
    }

    private func clipped(
        _ samples: [Complex64], _ included: [ClosedRange<Double>], _ excluded: [ClosedRange<Double>] = []
    ) throws -> [Bool] {
        var block = try block(samples, flags: samples.map { _ in 0 })
        let all = BlockRegion(times: 0..<1, channels: 0..<samples.count)
        let fresh = AmplitudeClip(included, excluding: excluded).flag(
            .postProcessing, in: &block, baseline: 0, regions: [all])
        let hits = samples.indices.map { block.flags[$0] != 0 }
        #expect(fresh == hits.count { $0 })
        return hits
    }

    @Test("amplitudes of floats neither overflow nor vanish; ends are in; what is no number is in no range")
    func amplitudes() throws {
        let huge = Float.greatestFiniteMagnitude
        let tiny = Float.leastNonzeroMagnitude
        let samples = [
            Complex64(3, 4), Complex64(0, -5), Complex64(0, 0), Complex64(huge, huge), Complex64(tiny, 0),
            Complex64(.infinity, 0), Complex64(.nan, 1), Complex64(-5.000001, 0),
        ]
        #expect(
            try clipped(samples, [5...5]) == [true, true, false, false, false, false, false, false])
        #expect(
            try clipped(samples, [5 ... .infinity]) == [true, true, false, true, false, true, false, true])
        #expect(
            try clipped(samples, [-.infinity...1e-44]) == [
                false, false, true, false, true, false, false, false,
            ])
        #expect(
            try clipped(samples, [1e38...1e39]) == [false, false, false, true, false, false, false, false])
        #expect(
            try clipped(samples, [0 ... .infinity], [1...6]) == [
                false, false, true, true, true, true, false, false,
            ])
        #expect(try !clipped(samples, [-3 ... -1]).contains(true))
    }

    @Test("only the regions are looked at, and flags that are there stay", arguments: [1, 7, 64, 129])
    func regions(channels: Int) throws {
        var random = Seeded(UInt64(channels))
        let samples = (0..<channels).map { _ in Complex64(random.float(), random.float()) }
        let flags = (0..<channels).map { _ in random.next() % 3 == 0 ? UInt8(8) : 0 }
        let regions = [0..<channels / 3, channels / 2..<channels].map {
            BlockRegion(times: 0..<1, channels: $0)
        }
        var clip = try block(samples, flags: flags)
        var plain = clip
        let fresh = AmplitudeClip([0.7...2]).flag(.postProcessing, in: &clip, baseline: 0, regions: regions)
        let freshPlain = RegionFlags.flag(.cam, in: &plain, baseline: 0, regions: regions)
        var (expected, expectedPlain) = (0, 0)
        for (index, sample) in samples.enumerated() {
            let inside = regions.contains { $0.channels.contains(index) }
            let power =
                Double(sample.real) * Double(sample.real)
                + Double(sample.imaginary) * Double(sample.imaginary)
            let hit = inside && power >= 0.49
            #expect(clip.flags[index] == flags[index] | (hit ? 128 : 0))
            #expect(plain.flags[index] == flags[index] | (inside ? 4 : 0))
            if flags[index] == 0 {
                expected += hit ? 1 : 0
                expectedPlain += inside ? 1 : 0
            }
        }
        #expect(fresh == expected && freshPlain == expectedPlain)
    }

    @Test("a plane is dead if all that is not lost is zero, or has one value eight times at least")
    func dead() throws {
        func isDead(_ samples: [Complex64], _ flags: [UInt8]? = nil) -> Bool {
            let flags = flags ?? samples.map { _ in 0 }
            return DeadPlane.isDead(samples.span, flags.span)
        }
        let (zero, one, other) = (Complex64(0, 0), Complex64(1, -1), Complex64(1, -1.0000001))
        #expect(isDead([zero]) && isDead([zero, Complex64(-0, 0), zero]))
        #expect(!isDead([]) && !isDead([zero], [8]) && !isDead([zero, one]))
        #expect(!isDead([Complex64](repeating: one, count: 7)))
        #expect(isDead([Complex64](repeating: one, count: 8)))
        // What is lost does not count, what is flagged for another reason does.
        #expect(
            isDead([Complex64](repeating: one, count: 8) + [other], [UInt8](repeating: 4, count: 8) + [8]))
        #expect(!isDead([Complex64](repeating: one, count: 8) + [other], [UInt8](repeating: 4, count: 9)))
        #expect(!isDead([Complex64](repeating: one, count: 8), [8] + [UInt8](repeating: 0, count: 7)))
        #expect(!isDead([Complex64](repeating: Complex64(.nan, 0), count: 9)))
    }
}
