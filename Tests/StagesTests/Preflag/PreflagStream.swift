import Foundation
import Parameters
import Rings
import TestSupport
import Visibilities

@testable import Stages

/// A stream of five dishes in South Africa over twelve hours: scan 2 with a gap, scan 5; two spectral windows.
///
/// Between h1 and h3 all samples are zero, the second product of h2 with h3 always has the same value.
struct PreflagStream {
    /// Where a sample stands.
    struct Place: Hashable {
        var scan, dump, baseline, polarisation, window, channel: Int
    }

    /// ITRF metres of a place at 21.428 E, 30.7215 S, 1051.69 m and of (14.6, 0, 0), (-7.3, 12.6439, 0.5), (300, 4000, 12)
    /// and (22, 9, -1) m east, north and up of it, by astropy 7's `EarthLocation`.
    static let positions: [SIMD3<Double>] = [
        [5_109_337.8658, 2_005_208.5383, -3_239_925.9349], [5_109_332.532, 2_005_222.1291, -3_239_925.9349],
        [5_109_346.9457, 2_005_204.2598, -3_239_915.3209], [5_111_140.0819, 2_006_238.1119, -3_236_493.4227],
        [5_109_333.3083, 2_005_230.3833, -3_239_917.6871],
    ]
    /// 2018-06-15T03:00 UTC, MJD seconds: the middle of the first dump.
    static let first = 5_035_748_400.0

    var observation: Observation

    init() {
        let windows = [(37, 1.4e9, 1e6), (5, 1.5e9, 2e6)].map { count, start, width in
            SpectralWindow(
                name: "w", frequencies: (0..<count).map { start + width * Double($0) },
                widths: [Double](repeating: width, count: count))
        }
        var random = Seeded(3)
        let scans = [(2, 0..<6), (2, 6..<8), (5, 8..<12)].map { number, hours in
            ScheduledScan(
                number: number, field: 0, intent: "track",
                times: hours.map { Self.first + 3600 * Double($0) },
                intervals: hours.map { _ in 3600 },
                antennaUVW: hours.flatMap { _ in
                    (0..<5).map { UVW(40 * Double($0) * random.normal(), 50 * random.normal(), 1) }
                })
        }
        observation = Observation(
            telescope: "test",
            antennas: zip(Self.positions, [14.0, 14, 14, 25, 6]).enumerated().map {
                Antenna(name: "h\($0)", position: $1.0, diameter: $1.1)
            },
            baselines: (0..<5).flatMap { one in (one..<5).map { Baseline(one, $0) } },
            spectralWindows: windows, polarisations: [.xx, .yy],
            fields: [Field(name: "f", phaseCentre: Direction(rightAscension: 1, declination: -0.6))],
            schedule: scans, integrationTime: 3600)
    }

    /// The stream in windows, sub-bands and tiles of so many dumps, channels and baselines.
    func cut(window: Int, subband: Int, tile: Int) -> ObservationCut {
        let subbands = observation.spectralWindows.enumerated().flatMap { index, window in
            stride(from: 0, to: window.frequencies.count, by: subband).map {
                Subband(
                    spectralWindow: index, channels: $0..<min($0 + subband, window.frequencies.count))
            }
        }
        return ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: window, subbands: subbands,
            baselinesPerTile: tile)
    }

    /// A sample before any rule: some are flagged, some lost.
    func sample(_ place: Place) -> (value: Complex64, flags: UInt8) {
        var key: UInt64 = 7
        for part in [
            place.scan, place.dump, place.baseline, place.polarisation, place.window, place.channel,
        ] {
            key = key &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(part) &+ 1
        }
        var random = Seeded(key)
        let value = Complex64(Float(random.normal()), Float(random.normal()))
        let flags = random.next() % 8 == 0 ? UInt8(truncatingIfNeeded: random.next() | 1) : 0
        let baseline = observation.baselines[place.baseline]
        if baseline == Baseline(1, 3) { return (Complex64(0, 0), flags) }
        if baseline == Baseline(2, 3), place.polarisation == 1 { return (Complex64(1.5, -2), flags) }
        return (value, flags)
    }

    /// All samples of a cut's blocks, block by block.
    func places(_ tile: Range<Int>, _ context: BlockContext) -> [Place] {
        tile.flatMap { baseline in
            observation.polarisations.indices.flatMap { polarisation in
                context.dumps.flatMap { dump in
                    context.channels.map { channel in
                        Place(
                            scan: context.scheduleIndex, dump: dump, baseline: baseline,
                            polarisation: polarisation, window: context.spectralWindow, channel: channel)
                    }
                }
            }
        }
    }

    /// Applies rules to all blocks; the flags of each sample, and the counts by title.
    func flagged(
        _ assignments: [String], window: Int = 4, subband: Int = 10, tile: Int = 4
    ) throws -> (flags: [Place: UInt8], counts: [String: Int]) {
        let rules = try PreflagRules(
            PreflagSettings(assignments: assignments, stage: "preflag"), of: observation)
        let cut = cut(window: window, subband: subband, tile: tile)
        let pool = SlabPool("test", slabs: 1, byteCount: VisibilityBlock.slabByteCount(cut))
        var flags: [Place: UInt8] = [:]
        var counts: [String: Int] = [:]
        for place in cut.windowPlaces {
            let context = BlockContext(
                cut, scheduleIndex: place.scheduleIndex, subband: place.subband, window: place.window)
            for tile in cut.tiles {
                let places = places(tile, context)
                var block = try block(tile, context, places, pool)
                for (title, fresh) in zip(rules.titles, rules.apply(to: &block)) {
                    counts[title, default: 0] += fresh
                }
                for (index, place) in places.enumerated() { flags[place] = block.flags[index] }
            }
        }
        return (flags, counts)
    }

    private func block(
        _ tile: Range<Int>, _ context: BlockContext, _ places: [Place], _ pool: SlabPool
    ) throws -> VisibilityBlock {
        let shape = BlockShape(
            baselines: tile.count, polarisations: observation.polarisations.count, times: context.dumps.count,
            channels: context.channels.count)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: tile.lowerBound, from: pool)
        let scan = observation.schedule[context.scheduleIndex]
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for (index, place) in places.enumerated() {
                (visibilities[index], flags[index]) = sample(place)
                weights[index] = 1
            }
            var row = 0
            for baseline in tile {
                for dump in context.dumps {
                    uvw[row] = observation.uvw(observation.baselines[baseline], dump: dump, of: scan)
                    centroids[row] = scan.times[dump]
                    row += 1
                }
            }
        }
        return block
    }
}
