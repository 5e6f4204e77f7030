import Foundation
import Rings
import TestSupport
import Testing

@testable import Visibilities

@Suite("Phase shifts") struct PhaseShiftTests {
    /// A direction of right ascension and declination and the axes of uvw about it, as if seen without Earth and aberration.
    struct Centre {
        var direction: Direction
        var tracking = Tracking.sidereal

        static func vector(_ place: Direction) -> SIMD3<Double> {
            let (ra, dec) = (place.rightAscension, place.declination)
            return SIMD3(cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec))
        }

        /// A vector along east, north and towards the centre (Thompson, Moran & Swenson 2017, eq. 4.1).
        func components(_ vector: SIMD3<Double>) -> SIMD3<Double> {
            let (ra, dec) = (direction.rightAscension, direction.declination)
            let east = SIMD3(-sin(ra), cos(ra), 0)
            let north = SIMD3(-sin(dec) * cos(ra), -sin(dec) * sin(ra), cos(dec))
            return SIMD3(
                (vector * east).sum(), (vector * north).sum(), (vector * Self.vector(direction)).sum())
        }
    }

    static let first = Centre(direction: Direction(rightAscension: 1, declination: -0.5))
    static let second = Centre(direction: Direction(rightAscension: 1.2, declination: -0.3))
    static let drift = Centre(
        direction: Direction(rightAscension: 0.8, declination: -0.536), tracking: .unprojected)

    /// An observation of one centre with antennas anywhere within some kilometres, which move from dump to dump.
    static func observation(_ centre: Centre, frequencies: [Double]? = nil, channels: Int = 13) -> Observation
    {
        var observation = smallObservation(antennas: 5, channels: channels, dumps: 7)
        var random = Seeded(7)
        observation.fields = [
            Field(name: "f", phaseCentre: centre.direction, tracking: centre.tracking)
        ]
        for index in observation.schedule[0].antennaUVW.indices {
            let place = SIMD3(random.normal(), random.normal(), random.normal()) * 3000
            let uvw = centre.components(place)
            observation.schedule[0].antennaUVW[index] = UVW(uvw.x, uvw.y, uvw.z)
        }
        if let frequencies { observation.spectralWindows[0].frequencies = frequencies }
        return observation
    }

    /// Fills a block by the closed form of a point source of 1 Jy at a direction.
    static func fill(
        _ block: inout VisibilityBlock, _ observation: Observation, _ centre: Centre, source: Direction
    ) {
        let cosines = centre.components(Centre.vector(source))
        let offset = centre.tracking == .unprojected ? 0.0 : 1
        let (shape, context, first) = (block.shape, block.context, block.firstBaseline)
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for row in 0..<shape.rows {
                let place = observation.uvw(
                    observation.baselines[first + row / shape.times],
                    dump: context.dumps.lowerBound + row % shape.times, of: observation.schedule[0])
                uvw[row] = place
                centroids[row] = context.times[row % shape.times]
                let path = place.u * cosines.x + place.v * cosines.y + place.w * (cosines.z - offset)
                for product in 0..<shape.polarisations {
                    let plane = row / shape.times * shape.polarisations + product
                    for channel in 0..<shape.channels {
                        let sample = plane * shape.planeSize + row % shape.times * shape.channels + channel
                        let turns = context.frequencies[channel] / Conventions.speedOfLight * path
                        visibilities[sample] = Complex64(
                            Float(cos(2 * .pi * turns)), Float(sin(2 * .pi * turns)))
                        weights[sample] = Float(sample)
                        flags[sample] = UInt8(sample % 256)
                    }
                }
            }
        }
    }

    static func block(_ cut: ObservationCut, tile: Int = 0, subband: Int = 0) throws -> VisibilityBlock {
        let context = BlockContext(cut, scheduleIndex: 0, subband: subband, window: 0)
        let shape = BlockShape(
            baselines: cut.tiles[tile].count, polarisations: 2, times: context.times.count,
            channels: context.frequencies.count)
        let pool = SlabPool("test", slabs: 2, byteCount: VisibilityBlock.slabByteCount(cut))
        return try VisibilityBlock(
            shape, context: context, firstBaseline: cut.tiles[tile].lowerBound, from: pool)
    }

    static func whole(_ observation: Observation) -> ObservationCut {
        ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: 64,
            subbands: [
                Subband(
                    spectralWindow: 0, channels: observation.spectralWindows[0].frequencies.indices)
            ], baselinesPerTile: 1000)
    }

    static func worst(_ a: borrowing VisibilityBlock, _ b: borrowing VisibilityBlock) -> Float {
        (0..<a.shape.samples).reduce(Float(0)) {
            let (one, two) = (a.visibilities[$1], b.visibilities[$1])
            return max($0, hypot(one.real - two.real, one.imaginary - two.imaginary))
        }
    }

    @Test(
        "a point source becomes what the closed form gives about the new centre; flags and weights stay",
        arguments: [(drift, first), (drift, second), (first, second), (second, first)], [13, 16, 3])
    func pointSource(centres: (Centre, Centre), channels: Int) throws {
        let (old, new) = centres
        let (before, after) = (
            Self.observation(old, channels: channels), Self.observation(new, channels: channels)
        )
        let source = Direction(rightAscension: 1.1, declination: -0.45)
        var (moved, expected) = (try Self.block(Self.whole(before)), try Self.block(Self.whole(after)))
        Self.fill(&moved, before, old, source: source)
        Self.fill(&expected, after, new, source: source)
        PhaseShift(of: before, to: Self.whole(after)).apply(to: &moved)
        #expect(Self.worst(moved, expected) < 1e-6)
        #expect(moved.context.phaseCentre == new.direction)
        for row in 0..<moved.shape.rows { #expect(moved.uvw[row] == expected.uvw[row]) }
        for sample in 0..<moved.shape.samples {
            #expect(moved.weights[sample] == Float(sample) && moved.flags[sample] == UInt8(sample % 256))
        }
    }

    @Test("drift data phased to a source have its flux and no phase")
    func phasedToItself() throws {
        let source = Self.second.direction
        let before = Self.observation(Self.drift)
        var block = try Self.block(Self.whole(before))
        Self.fill(&block, before, Self.drift, source: source)
        PhaseShift(of: before, to: Self.whole(Self.observation(Self.second))).apply(to: &block)
        for sample in 0..<block.shape.samples {
            #expect(abs(block.visibilities[sample].real - 1) < 1e-6)
            #expect(abs(block.visibilities[sample].imaginary) < 1e-6)
        }
    }

    @Test("there and back is where it was, on uneven channels, and autocorrelations keep their bits")
    func roundTrip() throws {
        var random = Seeded(3)
        let frequencies = (0..<13).map { _ in Double.random(in: 1e8...1.7e9, using: &random) }.sorted()
        let (before, after) = (
            Self.observation(Self.first, frequencies: frequencies),
            Self.observation(Self.second, frequencies: frequencies)
        )
        var block = try Self.block(Self.whole(before))
        Self.fill(&block, before, Self.first, source: Direction(rightAscension: 1.05, declination: -0.48))
        let start = block
        PhaseShift(of: before, to: Self.whole(after)).apply(to: &block)
        #expect(Self.worst(block, start) > 0.1)
        for (index, baseline) in before.baselines.enumerated() where baseline.isAutocorrelation {
            for plane in 2 * index..<2 * index + 2 {
                for sample in block.samples(ofPlane: plane) {
                    #expect(block.visibilities[sample] == start.visibilities[sample])
                }
            }
        }
        PhaseShift(of: after, to: Self.whole(before)).apply(to: &block)
        #expect(Self.worst(block, start) < 1e-6)
        for row in 0..<block.shape.rows { #expect(block.uvw[row] == start.uvw[row]) }
    }

    @Test("a sample's bits do not depend on how the stream is cut")
    func cuts() throws {
        let (before, after) = (
            Self.observation(Self.drift, channels: 1100), Self.observation(Self.first, channels: 1100)
        )
        let source = Direction(rightAscension: 1.1, declination: -0.45)
        var whole = try Self.block(Self.whole(before))
        Self.fill(&whole, before, Self.drift, source: source)
        PhaseShift(of: before, to: Self.whole(after)).apply(to: &whole)
        func pieces(_ observation: Observation) -> ObservationCut {
            ObservationCut(
                observation, order: .subbandFirst, dumpsPerWindow: 64,
                subbands: [
                    Subband(spectralWindow: 0, channels: 0..<517),
                    Subband(spectralWindow: 0, channels: 517..<1100),
                ], baselinesPerTile: 4)
        }
        for subband in 0..<2 {
            var piece = try Self.block(pieces(before), tile: 1, subband: subband)
            Self.fill(&piece, before, Self.drift, source: source)
            PhaseShift(of: before, to: pieces(after)).apply(to: &piece)
            let width = piece.shape.channels
            var differ = 0
            for sample in 0..<piece.shape.samples {
                let (row, channel) = (sample / width, sample % width)
                let place = (row + 4 * 2 * 7) * 1100 + 517 * subband + channel
                if piece.visibilities[sample] != whole.visibilities[place] { differ += 1 }
            }
            #expect(differ == 0)
        }
    }

    @Test("a row whose old place is not known keeps its samples and gets the new place")
    func unknownPlace() throws {
        let (before, after) = (Self.observation(Self.first), Self.observation(Self.second))
        var block = try Self.block(Self.whole(before))
        Self.fill(&block, before, Self.first, source: Self.second.direction)
        block.withMutableArrays { _, _, _, uvw, _ in uvw[8] = UVW(.nan, .nan, .nan) }
        let start = block
        PhaseShift(of: before, to: Self.whole(after)).apply(to: &block)
        for product in 0..<2 {
            for channel in 0..<13 {
                let sample = ((1 * 2 + product) * 7 + 1) * 13 + channel
                #expect(block.visibilities[sample] == start.visibilities[sample])
            }
        }
        #expect(block.uvw[8] == after.uvw(after.baselines[1], dump: 1, of: after.schedule[0]))
    }
}
