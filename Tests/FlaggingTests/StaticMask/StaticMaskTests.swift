import Rings
import Testing
import Visibilities

@testable import Flagging

@Suite("Static masks")
struct StaticMaskTests {
    static let window = SpectralWindow(
        name: "l", frequencies: (0..<43).map { 1e9 + 1e6 * Double($0) },
        widths: [Double](repeating: 1e6, count: 43))

    /// Four antennas on a line at 0, 100, 250 and 1000 m, and a block of all channels but the first three.
    let observation: Observation

    init() {
        observation = Observation(
            telescope: "Sample",
            antennas: [0.0, 100, 250, 1000].enumerated().map {
                Antenna(name: "m\($0)", position: SIMD3(0.6 * $1, 0, 0.8 * $1), diameter: 13.5)
            }, baselines: (0..<4).flatMap { first in (first..<4).map { Baseline(first, $0) } },
            spectralWindows: [Self.window], polarisations: [.xx, .yy],
            fields: [Field(name: "f", phaseCentre: Direction(rightAscension: 0, declination: 0))],
            schedule: [],
            integrationTime: 8)
    }

    private func block(seed: UInt64) throws -> VisibilityBlock {
        let shape = BlockShape(baselines: 5, polarisations: 2, times: 3, channels: 40)
        let context = BlockContext(
            scan: 0, intent: "track", field: 0, phaseCentre: Direction(rightAscension: 0, declination: 0),
            spectralWindow: 0, channels: 3..<43, frequencies: Array(Self.window.frequencies[3...]),
            widths: Array(Self.window.widths[3...]), scheduleIndex: 0, dumps: 0..<3, times: [1, 2, 3],
            intervals: [1, 1, 1], subband: 0, window: 0, endsScan: true)
        let pool = SlabPool("test", slabs: 2, byteCount: 13 * shape.samples + 32 * shape.rows + 4096)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: 2, from: pool)
        var state = seed
        block.withMutableArrays { _, _, flags, _, _ in
            for index in 0..<shape.samples {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                flags[index] = state >> 62 == 0 ? UInt8(truncatingIfNeeded: state >> 40) : 0
            }
        }
        return block
    }

    @Test("catch every channel that a range overlaps, and none that it only touches")
    func overlap() {
        func masked(_ range: Range<Double>, _ dilation: StaticMask.Dilation = .channels(0)) -> [Int] {
            StaticMask(ranges: [range], dilation: dilation).channels(of: Self.window).enumerated()
                .filter(\.element).map(\.offset)
        }
        #expect(masked(1004.5e6..<1006.5e6) == [5, 6])
        #expect(masked(1004.49e6..<1006.51e6) == [4, 5, 6, 7])
        #expect(masked(1004.9e6..<1005.1e6) == [5])
        #expect(masked(900e6..<999.6e6) == [0])
        #expect(masked(2e9..<3e9) == [])
        #expect(masked(1004.5e6..<1006.5e6, .frequency(0.2e6)) == [4, 5, 6, 7])
        #expect(masked(1004.5e6..<1006.5e6, .frequency(1e6)) == [4, 5, 6, 7])
        #expect(masked(1001e6..<1001.1e6, .channels(3)) == [0, 1, 2, 3, 4])
        #expect(masked(1000e6..<1000.1e6, .channels(.max)).count == 43)
    }

    @Test(
        "set the static bit where channel and antenna distance say so, and nothing else",
        arguments: [StaticMask.Mode.or, .override])
    func apply(mode: StaticMask.Mode) throws {
        let mask = StaticMask(
            ranges: [1002.6e6..<1004.2e6, 1010e6..<1031e6, 1042.4e6..<1e10], mode: mode, distances: 150...900)
        var block = try block(seed: 5)
        let before = block
        let newly = mask.bound(to: observation).apply(to: &block)
        let distances = [0.0, 100, 250, 1000, 0, 150, 900, 0, 750, 0]
        let masked = mask.channels(of: Self.window)
        var expectedNew = 0
        for index in 0..<before.shape.samples {
            let baseline = 2 + index / (2 * 3 * 40)
            let old = before.flags[index]
            var expected = old
            if (150.0...900).contains(distances[baseline]) {
                if mode == .override { expected &= FlagReasons.dataLost.rawValue }
                if masked[3 + index % 40] { expected |= FlagReasons.staticMask.rawValue }
            }
            if old == 0 && expected != 0 { expectedNew += 1 }
            #expect(block.flags[index] == expected)
        }
        #expect(newly == expectedNew && newly > 0)
    }

    @Test("tell the header which channels are gone only if they are gone from all cross baselines")
    func header() {
        let ranges = [1010e6..<1012e6]
        let cross = StaticMask(ranges: ranges, distances: 1 ... .infinity).bound(to: observation).header(
            observation)
        #expect(cross.maskedChannels[0].filter { $0 }.count == 3)
        let short = StaticMask(ranges: ranges, distances: 0...600).bound(to: observation).header(observation)
        #expect(short.maskedChannels == observation.maskedChannels)
    }
}
