import Foundation
import Testing

@testable import Imaging

@Suite struct MinorLoopTests {
    @Test("components take large shares far above the level, and end just below it")
    func gain() throws {
        let search = PeakSearch(width: 8, height: 1, positiveOnly: false)
        let image: [Float] = [0, 0, 0, 10, 0, 0, 0, -3]
        let psf = PSFTable([[0, 0, 0, 0, 1, 0, 0, 0, 0]], width: 3, height: 3)
        var loop = MinorLoop(
            MinorPixels(
                groups: [0], images: [image], weights: [1], share: [Float](repeating: 1, count: 8),
                search: search))
        let outcome = loop.run(rules(psf), limit: 1)
        #expect(outcome.end == .limit)
        #expect(outcome.iterations < 14)
        let left = loop.components().fluxes(0).map { image[$0.place] - $0.flux }
        #expect(left.count == 2)
        for value in left { #expect((0.899...1).contains(abs(value))) }
    }

    private func rules(_ psf: PSFTable, channels: Int = 1, budget: Int = 10_000) -> MinorRules {
        MinorRules(
            psf: psf, gain: MinorGain(least: 0.1, most: 0.4, level: 1),
            fit: SpectralFit(
                .free, [CleanField.Channel](repeating: CleanField.Channel(), count: channels),
                peaks: [Float](repeating: 1, count: channels)), budget: budget, stopsAtNegative: false)
    }

    /// A point spread function with sidelobes everywhere, ended at so many pixels from the centre.
    private func psf(_ channel: Int, edge: Int) -> [Float] {
        (0..<edge * edge).map { pixel in
            let (y, x) = (Double(pixel / edge - edge / 2), Double(pixel % edge - edge / 2))
            return Float(
                exp(-(x * x + y * y) / 5) * 0.97 + 0.03 * cos((1 + 0.1 * Double(channel)) * x + 0.7 * y))
        }
    }

    @Test("parts feel each other's components in every channel, up to the edges of the point spread function")
    func parts() throws {
        let (width, height, edge) = (90, 70, 81)
        let psfs = [psf(0, edge: edge), psf(1, edge: edge)]
        var left = [[Float]](repeating: [Float](repeating: 0, count: width * height), count: 2)
        func add(_ row: Int, _ column: Int, _ flux: Float, _ channel: Int) {
            for y in max(row - edge / 2, 0)...min(row + edge / 2, height - 1) {
                for x in max(column - edge / 2, 0)...min(column + edge / 2, width - 1) {
                    left[channel][y * width + x] +=
                        flux * psfs[channel][(y - row + edge / 2) * edge + x - column + edge / 2]
                }
            }
        }
        for (row, column, flux) in [(3, 2, 50), (6, 88, -40), (35, 40, 60), (37, 44, 30), (69, 89, 20)] {
            for channel in 0..<2 { add(row, column, Float(flux) * (1 + 0.2 * Float(channel)), channel) }
        }
        let search = PeakSearch(width: width, height: height, positiveOnly: false)
        var loop = MinorLoop(
            MinorPixels(
                groups: (0..<Int32(height * ((width + 7) / 8))).map { $0 }, images: left,
                weights: [0.5, 0.5],
                share: [Float](repeating: 1, count: width * height), search: search))
        let table = PSFTable(psfs, width: edge, height: edge)
        #expect(loop.run(rules(table, channels: 2), limit: 1).end == .limit)
        let found = loop.components()
        for channel in 0..<2 {
            for (place, flux) in found.fluxes(channel) { add(place / width, place % width, -flux, channel) }
        }
        let worst = zip(left[0], left[1]).map { abs($0 + $1) / 2 }.max() ?? 0
        #expect(worst < 1.001)
        #expect(worst > 0.5)
    }

    @Test(
        "shares stay within their limits",
        arguments: [(Float(100), 0.4), (1.25, 0.2), (1, 0.1), (0.5, 0.1)])
    func limits(_ rank: Float, _ share: Double) {
        #expect(abs(MinorGain(least: 0.1, most: 0.4, level: 1).share(rank) - share) < 1e-6)
        #expect(MinorGain(least: 0.1, most: 0.1, level: 1).share(rank) == 0.1)
        #expect(MinorGain(least: 0.1, most: 0.4, level: 0).share(rank) == 0.4)
    }
}
