import Flagging
import Foundation
import TestSupport
import Testing
import Visibilities

/// Drift scans: the sky is bright and its fringes turn slowly, but channels are so far apart that each sees another phase.
@Suite("Sky that drifts slowly by")
struct DriftTests {
    private static let (times, channels) = (60, 64)
    /// In standard deviations of a visibility's real part.
    private static let sky: Float = 6

    /// One scan of some products; signals are added to all of them.
    private func mask(_ products: Int, turns: Double, _ signal: (Int, Int) -> Float) throws -> [UInt8] {
        var scan = TestScan(products, Self.times, Self.channels, interference: false)
        var random = Seeded(21)
        let starts = (0..<products * Self.channels).map { _ in Double.random(in: 0..<1, using: &random) }
        for index in scan.visibilities.indices {
            let (row, channel) = index.quotientAndRemainder(dividingBy: Self.channels)
            let (product, time) = row.quotientAndRemainder(dividingBy: Self.times)
            let angle =
                2 * .pi
                * (starts[product * Self.channels + channel] + turns * Double(time) / Double(Self.times))
            let here = signal(time, channel)
            scan.visibilities[index].real += Self.sky * Float(cos(angle)) + here * Float(random.normal())
            scan.visibilities[index].imaginary += Self.sky * Float(sin(angle)) + here * Float(random.normal())
        }
        return try scan.flagged()
    }

    @Test("is not flagged, and interference in it is found", arguments: [1, 2])
    func found(products: Int) throws {
        let clean = try mask(products, turns: 0.1) { _, _ in 0 }
        #expect(clean.count { $0 != 0 } < clean.count / 25)
        let found = try mask(products, turns: 0.1) { time, channel in
            time == 33 || channel == 24 ? 8 : 0
        }
        #expect((0..<Self.channels).count { found[33 * Self.channels + $0] != 0 } > Self.channels * 9 / 10)
        #expect((0..<Self.times).count { found[$0 * Self.channels + 24] != 0 } > Self.times * 9 / 10)
        #expect(found.count { $0 != 0 } < found.count * 12 / 100)
    }
}
