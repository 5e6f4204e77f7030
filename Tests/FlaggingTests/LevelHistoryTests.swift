import TestSupport
import Testing
import Visibilities

@testable import Flagging

@Suite("What a flagger remembers of a scan") struct LevelHistoryTests {
    private let levels: [[Float]] = [
        (0..<40).map { 2 + Float($0) / 40 }, (0..<40).map { 3 - Float($0) / 80 },
    ]

    @Test("a level that rose above what it was in half of the blocks before is taken for what it was")
    func rise() {
        let history = LevelHistory(.standard)
        #expect(history.bound(levels, slots: [0, 1]) == levels)
        var risen = levels
        for channel in 10..<14 { risen[1][channel] *= 4 }
        let bounded = history.bound(risen, slots: [0, 1])
        #expect(bounded[0] == levels[0])
        for channel in 0..<40 {
            let least = levels[1][channel]
            let isRisen = (10..<14).contains(channel)
            #expect(
                isRisen ? (least...1.2 * least).contains(bounded[1][channel]) : bounded[1][channel] == least)
        }
        // What stays is the level in the end.
        for _ in 0..<8 { _ = history.bound(risen, slots: [0, 1]) }
        #expect(history.bound(risen, slots: [0, 1]) == risen)
        history.reset()
        #expect(history.bound(risen, slots: [0, 1]) == risen)
    }

    @Test("levels of all channels together may rise and fall, and a factor changes nothing")
    func common() {
        let (one, other) = (LevelHistory(.standard), LevelHistory(.standard))
        _ = one.bound(levels, slots: [0, 1])
        _ = other.bound(levels, slots: [0, 1])
        let high = levels.map { $0.map { 8 * $0 } }
        #expect(one.bound(high, slots: [0, 1]) == high)
        #expect(other.bound(levels, slots: [0, 1]) == levels)
    }

    @Test("missing channels, other numbers of parts and levels of zero pass")
    func missing() {
        let history = LevelHistory(.standard)
        let holes: [[Float]] = [[.infinity, 1, 0, .infinity]]
        #expect(history.bound(holes, slots: [0]) == holes)
        #expect(
            history.bound([[.infinity, 1, 0, 1], [1, 1, 1, 1]], slots: [0, 1]) == [
                [.infinity, 1, 0, 1], [1, 1, 1, 1],
            ])
        let next = history.bound([[1, 1, 1, 1]], slots: [0])
        #expect(next[0][0] == 1 && next[0][1] == 1 && next[0][3] == 1)
    }

    @Test("a block of interference that fills a hop stands out of what was there before")
    func block() throws {
        // Noise for two hops; then a slow, wide carrier for more than a whole block of the statistic.
        var scan = TestScan(4, 224, 96, interference: false)
        for time in 112..<224 {
            for channel in 30..<50 {
                for pol in 0..<4 {
                    scan.visibilities[(pol * 224 + time) * 96 + channel].real += 3
                }
            }
        }
        func found(_ settings: AutoflagSettings) throws -> Int {
            let mask = try scan.flagged(settings, pieces: 32)
            return (128..<192).reduce(0) { sum, time in
                sum + (30..<50).reduce(0) { $0 + Int(mask[time * 96 + $1]) }
            }
        }
        let (alone, kept) = (
            try found(AutoflagSettings(hop: 32, margin: 16, lookBack: 0)),
            try found(AutoflagSettings(hop: 32, margin: 16, lookBack: 128))
        )
        #expect(kept > 64 * 20 * 8 / 10)
        #expect(kept >= alone)
    }

    @Test(
        "a look-back beyond the scan's start changes nothing, nor do the pieces of the scan",
        arguments: [0, 40, 4096])
    func lookBack(dumps: Int) throws {
        let scan = TestScan(2, 75, 20)
        let settings = AutoflagSettings(hop: 16, margin: 8, lookBack: dumps)
        let whole = try scan.flagged(settings)
        for size in [1, 16, 33] { #expect(try scan.flagged(settings, pieces: size) == whole) }
        if dumps > 75 {
            #expect(try scan.flagged(AutoflagSettings(hop: 16, margin: 8, lookBack: 75)) == whole)
        }
        #expect(throws: AutoflagError.self) {
            try BaselineFlagger(AutoflagSettings(lookBack: -1), polarisations: 1, channels: 1)
        }
    }
}
