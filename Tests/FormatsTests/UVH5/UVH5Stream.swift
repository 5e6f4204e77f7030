import Astrometry
import Foundation
import Rings
import TestSupport
import Visibilities

@testable import Formats

/// A stream made up in memory, whose samples depend on where they belong, and what a UVH5 file of it has to hold.
struct UVH5Stream: Sendable {
    var cut: ObservationCut

    var observation: Observation { cut.observation }

    /// A stream of an observation with proper uvw.
    init(_ observation: Observation, order: BlockOrder = .subbandFirst, window: Int = 3, subband: Int = 16)
        throws
    {
        var observation = observation
        let calculator = UVWCalculator(
            antennaPositions: observation.antennas.map(\.position), earthOrientation: try .shipped())
        for scan in observation.schedule.indices {
            let centre = observation.fields[observation.schedule[scan].field].phaseCentre
            observation.schedule[scan].antennaUVW = calculator.antennaUVW(
                times: observation.schedule[scan].times, rightAscension: centre.rightAscension,
                declination: centre.declination
            ).map { UVW($0.x, $0.y, $0.z) }
        }
        let subbands = observation.spectralWindows.enumerated().flatMap { index, window in
            stride(from: 0, to: window.frequencies.count, by: subband).map {
                Subband(spectralWindow: index, channels: $0..<min($0 + subband, window.frequencies.count))
            }
        }
        cut = ObservationCut(
            observation, order: order, dumpsPerWindow: window, subbands: subbands, baselinesPerTile: 4)
    }

    /// One of the streams that tests write.
    init(_ kind: Kind) throws {
        var sample = MVFSample()
        switch kind {
        case .fields: try self.init(sample.observation)
        case .windows:
            var observation = sample.observation
            let all = observation.spectralWindows[0]
            observation.spectralWindows = [4..<16, 24..<36].map { channels in
                SpectralWindow(
                    name: "part", frequencies: Array(all.frequencies[channels]),
                    widths: Array(all.widths[channels]))
            }
            try self.init(observation, subband: 12)
        case .averaged:
            var observation = sample.observation
            for scan in observation.schedule.indices where observation.schedule[scan].times.count > 1 {
                observation.schedule[scan].intervals[observation.schedule[scan].times.count - 1] = 3
            }
            observation.spectralWindows[0].widths[39] = 0.7e6
            try self.init(observation)
        case .crosses:
            sample.polarisations = [.rr, .ll]
            var observation = sample.observation
            observation.baselines.removeAll { $0.isAutocorrelation }
            try self.init(observation)
        case .stokes:
            sample.polarisations = [.i, .q, .u, .v]
            try self.init(sample.observation, order: .timeFirst, subband: 13)
        case .single:
            sample.polarisations = [.yy]
            sample.scans = [(number: 7, field: 1, dumps: 1)]
            try self.init(sample.observation, subband: 40)
        case .drift:
            try self.init(sample.observation)
            cut.observation.leaveUnprojected()
        }
    }

    /// Streams of several kinds.
    enum Kind: String, Sendable, CaseIterable {
        case fields, windows, averaged, crosses, stokes, single, drift
    }

    /// A sample by its place.
    func sample(
        scan: Int, dump: Int, plane: Int, window: Int, channel: Int
    ) -> (value: Complex64, weight: Float, flag: UInt8) {
        var random = Seeded(
            UInt64(((scan * 64 + dump) * 4096 + plane) * 16 + window) * 65536 + UInt64(channel))
        let pair = observation.baselines[plane / observation.polarisations.count]
        // The power of one antenna is real.
        let value = Complex64(random.float() - 0.5, pair.isAutocorrelation ? 0 : random.float() - 0.5)
        let bits = random.next()
        return (value, random.float() * 100, bits % 5 == 0 ? UInt8(1) << UInt8(bits >> 8 & 7) : 0)
    }

    /// A block with its samples, uvw and times.
    func block(_ context: BlockContext, tile: Int, from pool: SlabPool) throws -> VisibilityBlock {
        let observation = cut.observation
        let shape = BlockShape(
            baselines: cut.tiles[tile].count, polarisations: observation.polarisations.count,
            times: context.dumps.count, channels: context.channels.count)
        let first = cut.tiles[tile].lowerBound
        var block = try VisibilityBlock(shape, context: context, firstBaseline: first, from: pool)
        let scan = observation.schedule[context.scheduleIndex]
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            var index = 0
            for plane in 0..<shape.planes {
                for dump in context.dumps {
                    for channel in context.channels {
                        let sample = sample(
                            scan: context.scheduleIndex, dump: dump,
                            plane: first * shape.polarisations + plane,
                            window: context.spectralWindow, channel: channel)
                        visibilities[index] = sample.value
                        weights[index] = sample.weight
                        flags[index] = sample.flag
                        index += 1
                    }
                }
            }
            for baseline in 0..<shape.baselines {
                for (time, dump) in context.dumps.enumerated() {
                    uvw[baseline * shape.times + time] = observation.uvw(
                        observation.baselines[first + baseline], dump: dump, of: scan)
                    centroids[baseline * shape.times + time] = scan.times[dump]
                }
            }
        }
        return block
    }

    /// The contexts of all windows, in stream order.
    var contexts: [BlockContext] {
        cut.observation.schedule.indices.flatMap { scan in
            let windows = cut.windows(dumps: cut.observation.schedule[scan].times.count).indices
            let places =
                cut.order == .subbandFirst
                ? cut.subbands.indices.flatMap { band in windows.map { (band, $0) } }
                : windows.flatMap { window in cut.subbands.indices.map { ($0, window) } }
            return places.map { BlockContext(cut, scheduleIndex: scan, subband: $0.0, window: $0.1) }
        }
    }

    /// Writes all blocks.
    func write(to path: String, threads: Int = 2) async throws {
        let writer = try UVH5Writer(path: path, cut: cut, threads: threads)
        let pool = SlabPool(
            "sample", slabs: cut.tiles.count + 1, byteCount: VisibilityBlock.slabByteCount(cut))
        for context in contexts {
            for tile in cut.tiles.indices {
                try await writer.write(try block(context, tile: tile, from: pool))
            }
        }
        try writer.finish(history: ["made by a test", "in two lines"])
    }

    /// What a file holds, row by row, by the slow and clear way: [dump][baseline][channel][product].
    struct Expected {
        var visibilities: [Complex64] = []
        var weights: [Float] = []
        var flags: [UInt8] = []
        /// Of each row.
        var uvw: [UVW] = []
    }

    /// What a file of the stream has to hold.
    var expected: Expected {
        var expected = Expected()
        let polarisations = observation.polarisations.count
        for (scan, scheduled) in observation.schedule.enumerated() {
            for dump in scheduled.times.indices {
                for (baseline, pair) in observation.baselines.enumerated() {
                    let uvw = observation.uvw(pair, dump: dump, of: scheduled)
                    expected.uvw.append(UVW(-uvw.u, -uvw.v, -uvw.w))
                    for (window, spectrum) in observation.spectralWindows.enumerated() {
                        for channel in spectrum.frequencies.indices {
                            for product in 0..<polarisations {
                                let sample = sample(
                                    scan: scan, dump: dump, plane: baseline * polarisations + product,
                                    window: window, channel: channel)
                                expected.visibilities.append(sample.value.conjugate)
                                expected.weights.append(sample.weight)
                                expected.flags.append(sample.flag == 0 ? 0 : 1)
                            }
                        }
                    }
                }
            }
        }
        return expected
    }
}

extension Observation {
    /// Makes all fields unprojected, seen from the mean of the antennas.
    fileprivate mutating func leaveUnprojected() {
        let sum = antennas.reduce(SIMD3<Double>()) { $0 + $1.position }
        let site = Geodetic(position: sum / Double(antennas.count))
        let places = antennas.map { site.enu(ofPosition: $0.position) }.map { UVW($0.x, $0.y, $0.z) }
        for index in fields.indices { fields[index].tracking = .unprojected }
        for index in schedule.indices {
            schedule[index].antennaUVW = schedule[index].times.flatMap { _ in places }
        }
    }
}
