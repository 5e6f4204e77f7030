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

    /// One scan of some products; signals of random phase or, if they are steady, of one phase are added to all of them.
    private func mask(
        _ products: Int, turns: Double, isSteady: Bool = false, _ signal: (Int, Int) -> Float
    ) throws -> [UInt8] {
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
            let (real, imaginary) = isSteady ? (1, 0) : (Float(random.normal()), Float(random.normal()))
            scan.visibilities[index].real += Self.sky * Float(cos(angle)) + here * real
            scan.visibilities[index].imaginary += Self.sky * Float(sin(angle)) + here * imaginary
        }
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: products, channels: Self.channels,
            axis: BandAxis(first: 1.2e8, step: 1.6e6))
        try flagger.push(
            scan.visibilities.span, flags: scan.flags.span, dumps: Self.times,
            delays: Array(repeating: 1e-7, count: Self.times), endsScan: true)
        var mask: [UInt8] = []
        while let hop = flagger.next() { mask += hop.mask }
        return mask
    }

    @Test(
        "hides no carrier, however steady, and a burst over the band does not bring the sky back",
        arguments: [1, 2])
    func steady(products: Int) throws {
        let found = try mask(products, turns: 0.1, isSteady: true) { time, channel in
            channel == 24 ? 1000 : time == 33 ? 300 : 0
        }
        #expect((0..<Self.times).allSatisfy { found[$0 * Self.channels + 24] != 0 })
        #expect((0..<Self.channels).count { found[33 * Self.channels + $0] != 0 } > Self.channels * 9 / 10)
        #expect(found.count { $0 != 0 } < found.count * 12 / 100)
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
