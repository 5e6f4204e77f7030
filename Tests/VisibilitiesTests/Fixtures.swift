import Rings
import Visibilities

/// A small observation: 4 antennas, one scan, one spectral window, whose antennas stand at round coordinates.
func smallObservation(antennas: Int = 4, channels: Int = 12, dumps: Int = 7) -> Observation {
    let stations = (0..<antennas).map {
        Antenna(name: "a\($0)", position: SIMD3(Double($0) * 100, 0, 0), diameter: 13.5)
    }
    let baselines = (0..<antennas).flatMap { one in (one..<antennas).map { Baseline(one, $0) } }
    let window = SpectralWindow(
        name: "l", frequencies: (0..<channels).map { 1e9 + 1e6 * Double($0) },
        widths: [Double](repeating: 1e6, count: channels))
    let uvw = (0..<dumps).flatMap { dump in
        (0..<antennas).map { UVW(Double($0) * 100, Double(dump), Double($0)) }
    }
    let scan = ScheduledScan(
        number: 1, field: 0, intent: "track", times: (0..<dumps).map { 5e9 + 8 * Double($0) },
        intervals: [Double](repeating: 8, count: dumps), antennaUVW: uvw)
    return Observation(
        telescope: "test", antennas: stations, baselines: baselines, spectralWindows: [window],
        polarisations: [.xx, .yy],
        fields: [Field(name: "f", phaseCentre: Direction(rightAscension: 1, declination: -0.5))],
        schedule: [scan],
        integrationTime: 8)
}

/// Cuts it into windows of 4 dumps, two sub-bands and tiles of 3 baselines.
func smallCut(_ observation: Observation) -> ObservationCut {
    let channels = observation.spectralWindows[0].frequencies.count
    return ObservationCut(
        observation, order: .subbandFirst, dumpsPerWindow: 4,
        subbands: [
            Subband(spectralWindow: 0, channels: 0..<channels / 2),
            Subband(spectralWindow: 0, channels: channels / 2..<channels),
        ], baselinesPerTile: 3)
}

/// A sample that tells where it came from.
func marker(_ baseline: Int, _ polarisation: Int, _ dump: Int, _ channel: Int) -> Complex64 {
    Complex64(Float(baseline * 100 + polarisation), Float(dump * 1000 + channel))
}

/// All blocks of a cut, filled with markers, weights 1 and flags that count the channel.
func blocks(of cut: ObservationCut) throws -> [VisibilityBlock] {
    let pool = SlabPool("test", slabs: cut.blockCount, byteCount: VisibilityBlock.slabByteCount(cut))
    var blocks: [VisibilityBlock] = []
    for (index, scan) in cut.observation.schedule.enumerated() {
        for subband in cut.subbands.indices {
            for window in cut.windows(dumps: scan.times.count).indices {
                let context = BlockContext(cut, scheduleIndex: index, subband: subband, window: window)
                for tile in cut.tiles { blocks.append(try filled(tile, context, cut, pool)) }
            }
        }
    }
    return blocks
}

/// A block of a context, filled as those of `blocks(of:)`.
func filled(
    _ tile: Range<Int>, _ context: BlockContext, _ cut: ObservationCut, _ pool: SlabPool
) throws -> VisibilityBlock {
    let shape = BlockShape(
        baselines: tile.count, polarisations: cut.observation.polarisations.count, times: context.dumps.count,
        channels: context.channels.count)
    var block = try VisibilityBlock(shape, context: context, firstBaseline: tile.lowerBound, from: pool)
    let scan = cut.observation.schedule[context.scheduleIndex]
    block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
        var sample = 0
        for baseline in tile {
            for polarisation in 0..<shape.polarisations {
                for dump in context.dumps {
                    for channel in context.channels {
                        visibilities[sample] = marker(baseline, polarisation, dump, channel)
                        weights[sample] = 1
                        flags[sample] = UInt8(truncatingIfNeeded: channel)
                        sample += 1
                    }
                }
            }
            for (time, dump) in context.dumps.enumerated() {
                let row = (baseline - tile.lowerBound) * shape.times + time
                uvw[row] = cut.observation.uvw(cut.observation.baselines[baseline], dump: dump, of: scan)
                centroids[row] = scan.times[dump]
            }
        }
    }
    return block
}
