import Rings
import Visibilities

@testable import Formats

/// An observation made up in memory, with samples that tell where they belong, and files of it by our own writer.
struct MVFSample: Sendable {
    var antennas = 5
    var channels = 40
    var scans = [
        (number: 0, field: 0, dumps: 4), (number: 2, field: 1, dumps: 1), (number: 3, field: 0, dumps: 7),
    ]
    var polarisations: [Polarisation] = [.xx, .xy, .yx, .yy]
    var dumpsPerWindow = 3
    var channelsPerSubband = 16

    var observation: Observation {
        let dishes = (0..<antennas).map { index in
            Antenna(
                name: "m00\(index)",
                position: SIMD3(
                    5_109_943.1 + 31.7 * Double(index), 2_003_650.7 - 55.3 * Double(index), -3_239_908.2),
                diameter: 13.5)
        }
        var start = 4.9e9
        let schedule = scans.map { scan in
            defer { start += 8 * Double(scan.dumps + 20) }
            return ScheduledScan(
                number: scan.number, field: scan.field, intent: "track",
                times: (0..<scan.dumps).map { start + 8 * Double($0) },
                intervals: [Double](repeating: 8, count: scan.dumps), antennaUVW: [])
        }
        return Observation(
            telescope: "MeerKAT", antennas: dishes,
            baselines: (0..<antennas).flatMap { one in (one..<antennas).map { Baseline(one, $0) } },
            spectralWindows: [
                SpectralWindow(
                    name: "L", frequencies: (0..<channels).map { 1.2e9 + 1e6 * Double($0) },
                    widths: [Double](repeating: 1e6, count: channels))
            ], polarisations: polarisations,
            fields: [
                Field(
                    name: "One", phaseCentre: Direction(rightAscension: 1.047, declination: -0.61),
                    tags: ["target"]),
                Field(
                    name: "Two", phaseCentre: Direction(rightAscension: 6.2, declination: 0.02),
                    tags: ["gaincal", "target"]),
            ], schedule: schedule, integrationTime: 8, observer: "someone", description: "made up")
    }

    var cut: ObservationCut {
        let subbands = stride(from: 0, to: channels, by: channelsPerSubband).map {
            Subband(spectralWindow: 0, channels: $0..<min($0 + channelsPerSubband, channels))
        }
        return ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: dumpsPerWindow, subbands: subbands,
            baselinesPerTile: 4)
    }

    /// A sample that tells its scan, plane, dump and channel; every seventh is flagged, weights are 0.5 times 0 to 4.
    static func sample(
        scan: Int, plane: Int, dump: Int, channel: Int
    ) -> (value: Complex64, weight: Float, flag: UInt8) {
        let place = plane * 1009 + dump * 131 + channel * 7 + scan
        return (
            Complex64(Float(place + 1), Float(plane) - 0.25), 0.5 * Float(place % 5),
            place % 7 == 0 ? 1 << 4 : 0
        )
    }

    /// Samples of a block, of all polarisations, that are not what `sample` says.
    static func wrongSamples(_ block: borrowing VisibilityBlock) -> Int {
        var (index, wrong) = (0, 0)
        for plane in 0..<block.shape.planes {
            for dump in block.context.dumps {
                for channel in block.context.channels {
                    let expected = sample(
                        scan: block.context.scheduleIndex, plane: block.firstBaseline * 4 + plane, dump: dump,
                        channel: channel)
                    let isSame =
                        block.visibilities[index] == expected.value && block.flags[index] == expected.flag
                        && block.weights[index] == expected.weight
                    wrong += isSame ? 0 : 1
                    index += 1
                }
            }
        }
        return wrong
    }

    /// Writes all blocks of the observation.
    func write(to path: String, threads: Int = 2) async throws {
        try await Self.write(cut, to: path, threads: threads)
    }

    /// Writes blocks of any header, whose samples tell where they belong.
    static func write(
        _ cut: ObservationCut, to path: String, copying source: MVF3File? = nil, threads: Int = 2
    ) async throws {
        let writer = try MVF3Writer(path: path, cut: cut, copying: source, threads: threads)
        let pool = SlabPool(
            "sample", slabs: cut.tiles.count + 1, byteCount: VisibilityBlock.slabByteCount(cut))
        for scan in cut.observation.schedule.indices {
            for subband in cut.subbands.indices {
                for window in cut.windows(dumps: cut.observation.schedule[scan].times.count).indices {
                    let context = BlockContext(cut, scheduleIndex: scan, subband: subband, window: window)
                    for tile in cut.tiles {
                        let polarisations = cut.observation.polarisations.count
                        try await writer.write(try block(context, tile, polarisations, from: pool))
                    }
                }
            }
        }
        try writer.finish(history: ["made by a test"])
    }

    private static func block(
        _ context: BlockContext, _ tile: Range<Int>, _ polarisations: Int, from pool: SlabPool
    ) throws -> VisibilityBlock {
        let shape = BlockShape(
            baselines: tile.count, polarisations: polarisations, times: context.dumps.count,
            channels: context.channels.count)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: tile.lowerBound, from: pool)
        block.withMutableArrays { visibilities, weights, flags, _, _ in
            var index = 0
            for plane in 0..<shape.planes {
                for dump in context.dumps {
                    for channel in context.channels {
                        let sample = sample(
                            scan: context.scheduleIndex, plane: tile.lowerBound * polarisations + plane,
                            dump: dump,
                            channel: channel)
                        visibilities[index] = sample.value
                        weights[index] = sample.weight
                        flags[index] = sample.flag
                        index += 1
                    }
                }
            }
        }
        return block
    }
}
