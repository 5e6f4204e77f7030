import Rings
import TestSupport
import Visibilities

/// A stream of random samples and flags: two spectral windows, one of them with a gap, three scans on two fields.
struct QualityStream {
    let observation: Observation
    private let seed: UInt64

    init(antennas: Int = 4, channels: [Int] = [37, 5], dumps: [Int] = [9, 3, 70], seed: UInt64 = 1) {
        self.seed = seed
        let windows = channels.enumerated().map { index, count in
            SpectralWindow(
                name: "w\(index)",
                frequencies: (0..<count).map {
                    1e9 + 1e8 * Double(index) + 1e6 * Double($0 < count / 2 ? $0 : $0 + 7)
                },
                widths: [Double](repeating: 1e6, count: count))
        }
        let scans = dumps.enumerated().map { index, count in
            ScheduledScan(
                number: 2 * index, field: index % 2, intent: "track",
                times: (0..<count).map { 5e9 + 1000 * Double(index) + 8 * Double($0) },
                intervals: [Double](repeating: 8, count: count), antennaUVW: [])
        }
        observation = Observation(
            telescope: "test",
            antennas: (0..<antennas).map {
                Antenna(name: "a\($0)", position: SIMD3(5e6 + 100 * Double($0), 1e6, -3e6), diameter: 12)
            },
            baselines: (0..<antennas).flatMap { one in (one..<antennas).map { Baseline(one, $0) } },
            spectralWindows: windows, polarisations: [.xx, .xy, .yy],
            fields: ["f", "g", "none"].map {
                Field(name: $0, phaseCentre: Direction(rightAscension: 1, declination: -0.5))
            }, schedule: scans, integrationTime: 8)
    }

    /// The stream in windows, sub-bands and tiles of so many dumps, channels and baselines.
    func cut(window: Int, subband: Int, tile: Int, order: BlockOrder = .subbandFirst) -> ObservationCut {
        let subbands = observation.spectralWindows.enumerated().flatMap { index, window in
            stride(from: 0, to: window.frequencies.count, by: subband).map {
                Subband(
                    spectralWindow: index, channels: $0..<min($0 + subband, window.frequencies.count))
            }
        }
        return ObservationCut(
            observation, order: order, dumpsPerWindow: window, subbands: subbands, baselinesPerTile: tile)
    }

    /// A sample by its place in the observation: about half of them flagged, in runs that vary, some lost, some not finite.
    func sample(
        scan: Int, dump: Int, baseline: Int, polarisation: Int, window: Int, channel: Int
    ) -> (value: Complex64, flags: UInt8) {
        var key = seed
        for part in [scan, dump, baseline, polarisation, window, channel] {
            key = key &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(part) &+ 1
        }
        var random = Seeded(key)
        let value = Complex64(Float(random.normal()), 2 + Float(random.normal()))
        let quiet = (dump / 3 + channel / 40 + baseline) % 2 == 0
        let flags = quiet ? 0 : UInt8(truncatingIfNeeded: random.next() & random.next() & random.next())
        if channel == 3, dump == 1, baseline == 2 { return (Complex64(.nan, 1), flags) }
        return (value, flags)
    }

    /// Calls a body with each block in the order of a cut.
    func forEachBlock(of cut: ObservationCut, _ body: (VisibilityBlock) throws -> Void) throws {
        let pool = SlabPool("test", slabs: 1, byteCount: VisibilityBlock.slabByteCount(cut))
        for (index, scan) in cut.observation.schedule.enumerated() {
            let windows = cut.windows(dumps: scan.times.count).indices
            let places =
                cut.order == .subbandFirst
                ? cut.subbands.indices.flatMap { band in windows.map { (band, $0) } }
                : windows.flatMap { window in cut.subbands.indices.map { ($0, window) } }
            for (subband, window) in places {
                let context = BlockContext(cut, scheduleIndex: index, subband: subband, window: window)
                for tile in cut.tiles { try body(block(tile, context, pool)) }
            }
        }
    }

    private func block(_ tile: Range<Int>, _ context: BlockContext, _ pool: SlabPool) throws
        -> VisibilityBlock
    {
        let shape = BlockShape(
            baselines: tile.count, polarisations: observation.polarisations.count, times: context.dumps.count,
            channels: context.channels.count)
        var block = try VisibilityBlock(
            shape, context: context, firstBaseline: tile.lowerBound, from: pool)
        block.withMutableArrays { visibilities, _, flags, _, _ in
            var index = 0
            for baseline in tile {
                for polarisation in 0..<shape.polarisations {
                    for dump in context.dumps {
                        for channel in context.channels {
                            (visibilities[index], flags[index]) = sample(
                                scan: context.scheduleIndex, dump: dump, baseline: baseline,
                                polarisation: polarisation, window: context.spectralWindow, channel: channel)
                            index += 1
                        }
                    }
                }
            }
        }
        return block
    }
}
