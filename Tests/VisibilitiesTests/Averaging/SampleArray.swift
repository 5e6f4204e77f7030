import Foundation
import Rings
import TestSupport

@testable import Visibilities

/// A small observation with known geometry, and blocks of seeded noise, for the tests of averaging.
enum SampleArray {
    /// East and north, metres, of 32 MeerKAT dishes from the core to the arms (public katpoint descriptions).
    static let ground: [(Double, Double)] = [
        (40, -23), (-51, -87), (1, -172), (-8, -207), (-32, -224), (247, 94),
        (-124, -253), (-18, -295), (211, -219), (171, -285), (-322, -142), (84, -352),
        (-373, 1), (140, -368), (-90, -403), (-296, -327), (461, 176), (-94, -535),
        (380, -459), (-630, -128), (-27, -712), (-578, -517), (581, 864), (-850, -769),
        (-593, -1149), (1598, 467), (-2052, -844), (-16, -2324), (295, 3260), (3686, 759),
        (3420, -1840), (2806, 2687),
    ]

    /// A dish by number; the first few are a mix of core and arms already.
    static func dish(_ number: Int) -> (Double, Double) { ground[number * 13 % 32] }

    /// An observation of one scan towards a declination, with dumps and channels of one length and width.
    static func observation(
        dumps: Int, channels: Int, interval: Double = 8, width: Double = 1.672e6, start: Double = 0.9e9,
        declination: Double = -1.1, antennas: Int = 32
    ) -> Observation {
        let dishes = (0..<antennas).map(dish)
        let latitude = -0.536
        let times = (0..<dumps).map { 5e9 + interval * (Double($0) + 0.5) }
        let coordinates = times.flatMap { time in
            dishes.map { east, north in
                uvw(
                    east: east, north: north, latitude: latitude, hourAngle: 7.292115e-5 * (time - 5e9),
                    declination)
            }
        }
        let baselines = (0..<antennas).flatMap { first in (first..<antennas).map { Baseline(first, $0) } }
        return Observation(
            telescope: "Sample",
            antennas: (0..<antennas).map {
                Antenna(name: "m\($0)", position: SIMD3(0, 0, 0), diameter: 13.5)
            },
            baselines: baselines,
            spectralWindows: [
                SpectralWindow(
                    name: "l", frequencies: (0..<channels).map { start + width * Double($0) },
                    widths: [Double](repeating: width, count: channels))
            ],
            polarisations: [.xx, .yy],
            fields: [Field(name: "f", phaseCentre: Direction(rightAscension: 1, declination: declination))],
            schedule: [
                ScheduledScan(
                    number: 1, field: 0, intent: "track", times: times,
                    intervals: [Double](repeating: interval, count: dumps), antennaUVW: coordinates)
            ], integrationTime: interval)
    }

    /// uvw of a dish on the ground: TMS 2017, eq. 4.1, from local east and north.
    static func uvw(
        east: Double, north: Double, latitude: Double, hourAngle: Double, _ declination: Double
    ) -> UVW {
        let (x, y, z) = (-sin(latitude) * north, east, cos(latitude) * north)
        let (sine, cosine) = (sin(declination), cos(declination))
        return UVW(
            sin(hourAngle) * x + cos(hourAngle) * y,
            -sine * cos(hourAngle) * x + sine * sin(hourAngle) * y + cosine * z,
            cosine * cos(hourAngle) * x - cosine * sin(hourAngle) * y + sine * z)
    }

    /// A block filled with seeded noise, weights 0.5 ..< 1.5 and about a third of random flags.
    static func block(_ shape: BlockShape, _ context: BlockContext, seed: UInt64) throws -> VisibilityBlock {
        var random = Seeded(seed)
        let pool = SlabPool("test", slabs: 2, byteCount: 13 * shape.samples + 32 * shape.rows + 4096)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: 0, from: pool)
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for index in 0..<shape.samples {
                visibilities[index] = Complex64(random.float() - 0.5, random.float() - 0.5)
                weights[index] = 0.5 + random.float()
                flags[index] = random.float() < 0.35 ? UInt8(1 << (random.next() % 8)) : 0
            }
            for row in 0..<shape.rows {
                uvw[row] = UVW(Double(random.float()), Double(random.float()), Double(random.float()))
                centroids[row] = context.times[row % shape.times] + Double(random.float())
            }
        }
        return block
    }

    /// The context of a block that starts a scan.
    static func context(dumps: Int, channels: Int) -> BlockContext {
        BlockContext(
            scan: 1, intent: "track", field: 0, phaseCentre: Direction(rightAscension: 0, declination: 0),
            spectralWindow: 0, channels: 0..<channels,
            frequencies: (0..<channels).map { 1e9 + 1e6 * Double($0) },
            widths: [Double](repeating: 1e6, count: channels), scheduleIndex: 0, dumps: 0..<dumps,
            times: (0..<dumps).map { 5e9 + 8 * Double($0) },
            intervals: (0..<dumps).map { $0 == dumps - 1 ? 4 : 8 }, subband: 0, window: 0, endsScan: true)
    }
}
