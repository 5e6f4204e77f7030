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
        let outcome = loop.run(
            psf, limit: 1, gain: MinorGain(least: 0.1, most: 0.4, level: 1),
            fit: SpectralFit(.free, [CleanField.Channel()], peaks: [1]), budget: 100, stopsAtNegative: false)
        #expect(outcome.end == .limit)
        #expect(outcome.iterations < 14)
        let left = loop.components().fluxes(0).map { image[$0.place] - $0.flux }
        #expect(left.count == 2)
        for value in left { #expect((0.899...1).contains(abs(value))) }
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
