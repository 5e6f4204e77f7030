import Foundation
import TestSupport
import Testing
import Visibilities

/// A scan of four products, XX XY YX YY, with interference of every kind and a sky in the parallel hands.
struct FourProducts {
    /// How bright the sky is, and how fast its fringes turn.
    enum Sky: CaseIterable {
        case none, slow, weakAndFast, fast
    }

    private(set) var scan: TrackedScan

    init(_ sky: Sky, seed: UInt64) {
        scan = TrackedScan(amplitude: 0.65, seed: seed)
        var random = Seeded(seed + 100)
        let (times, channels) = (scan.times, TrackedScan.channels)
        let fast = (0..<times * channels).map { _ in (Float(random.normal()), Float(random.normal())) }
        for (number, spread) in fast.enumerated() {
            let (time, channel) = number.quotientAndRemainder(dividingBy: channels)
            let angle = Float(time) / 25 + Float(channel) / 30
            let (real, imaginary): (Float, Float) =
                switch sky {
                case .none: (0, 0)
                case .slow: (20 * cos(angle), 20 * sin(angle))
                case .weakAndFast: (3 * spread.0, 3 * spread.1)
                case .fast: (30 * spread.0, 30 * spread.1)
                }
            for product in 0..<4 {
                let index = product * times * channels + number
                let level = Self.interference(time, channel)
                // The second feed has another gain: 0.8 i.
                let own: (Float, Float) =
                    product == 0 ? (real, imaginary) : product == 3 ? (-0.8 * imaginary, 0.8 * real) : (0, 0)
                scan.visibilities[index].real += own.0 + level * Float(random.normal())
                scan.visibilities[index].imaginary += own.1 + level * Float(random.normal())
            }
        }
    }

    /// A carrier, a burst, a weak block and spikes, in standard deviations.
    private static func interference(_ time: Int, _ channel: Int) -> Float {
        if channel == 12 || time == 101 { return 20 }
        if (40..<70).contains(time) && (20..<30).contains(channel) { return 1.2 }
        return (time * channels + channel) % 397 == 0 ? 60 : 0
    }

    private static let channels = TrackedScan.channels

    /// The mask where products come in another order, and each sample is changed.
    func mask(
        order: [Int] = [0, 1, 2, 3], delays: [Double], _ change: (Complex64) -> Complex64 = { $0 }
    ) throws -> [UInt8] {
        var other = scan
        let size = scan.times * Self.channels
        other.visibilities = order.flatMap { scan.visibilities[$0 * size..<($0 + 1) * size].map(change) }
        return try other.mask(delays: delays)
    }
}

@Suite("Four products of a baseline")
struct ProductSymmetryTests {
    @Test(
        "the mask is the same whichever hand comes first, conjugated or not, and for any power of two",
        arguments: FourProducts.Sky.allCases)
    func symmetries(sky: FourProducts.Sky) throws {
        let products = FourProducts(sky, seed: 1)
        let delays = products.scan.delays
        let expected = try products.mask(delays: delays)
        #expect((200..<expected.count / 2).contains(expected.count { $0 != 0 }))
        let swapped = try products.mask(order: [3, 1, 2, 0], delays: delays)
        #expect(swapped == expected)
        #expect(try products.mask(order: [0, 2, 1, 3], delays: delays) == expected)
        for (sign, scale) in [(1.0, Float(0x1p-20)), (-1, 0x1p10)] {
            let mask = try products.mask(delays: delays.map { sign * $0 }) {
                Complex64($0.real * scale, -$0.imaginary * scale)
            }
            #expect(mask == expected, "delays times \(sign)")
        }
    }
}
