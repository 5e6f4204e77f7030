import Parameters
import TestSupport
import Testing

@Suite("Ranges and selections")
struct RangeTests {
    @Test("a~b includes both ends, a~ and ~b are open, ! excludes")
    func indices() throws {
        let ranges = try IndexRanges(RawText("0~3, 8 ,12~,!2,!20~30"), nil)
        let wanted = Array(0...3) + [8] + Array(12..<100)
        #expect((0..<100).filter(ranges.contains) == wanted.filter { $0 != 2 && !(20...30).contains($0) })
        #expect(ranges.text(nil) == "0~3,8,12~,!2,!20~30")
        #expect(try IndexRanges(RawText("!3"), nil).runs(count: 6) == [0..<3, 4..<6])
        #expect(try IndexRanges(RawText("~4"), nil).runs(count: 10) == [0..<5])
        #expect(try IndexRanges(RawText("4~"), nil).runs(count: 0) == [])
        #expect(try IndexRanges(RawText("5,9"), nil).firstBeyond(count: 8) == 9)
        #expect(
            try IndexRanges(list: [RawText("0~3"), RawText("!2")], nil).runs(count: 8) == [0..<2, 3..<4])
    }

    @Test(
        "what is no list of ranges is refused",
        arguments: [
            "", "~", "3~1", "-1", "1~2~3", "a", "1,,2", "!", "1:2", "!!3", "99999999999999999999", "1.5", ",",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try IndexRanges(RawText(text), nil) }
    }

    @Test("runs are the indices one by one", arguments: 0..<200)
    func runs(seed: UInt64) {
        var generator = Seeded(seed)
        func intervals(_ most: Int) -> [Interval<Int>] {
            (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                let lower = Int.random(in: 0...40, using: &generator)
                let upper = lower + Int.random(in: 0...15, using: &generator)
                return Interval(
                    Int.random(in: 0..<5, using: &generator) == 0 ? nil : lower,
                    Int.random(in: 0..<5, using: &generator) == 0 ? .max : upper)
            }
        }
        let ranges = IndexRanges(intervals(4), excluding: intervals(3))
        let count = Int.random(in: 0...60, using: &generator)
        let runs = ranges.runs(count: count)
        #expect(runs.flatMap(Array.init) == (0..<count).filter(ranges.contains))
        #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    }

    @Test("quantities have units at both ends or one unit behind")
    func quantities() throws {
        let ranges = try QuantityRanges(RawText("1.2GHz~1.3GHz,900~950MHz,!1.25GHz"), .frequency)
        #expect(
            ranges.contains(1.2e9) && ranges.contains(1.3e9) && !ranges.contains(1.25e9)
                && ranges.contains(9.1e8))
        #expect(
            ranges.overlaps(1.19e9, 1.2e9) && !ranges.overlaps(1.19e9, 1.199e9)
                && !ranges.overlaps(1.24e9, 1.26e9))
        #expect(ranges.text(nil) == "1.2GHz~1.3GHz,900MHz~950MHz,!1250MHz")
        for text in ["1.2~1.3", "5GHz~1GHz", "1.2GHz~1.3", "1.2s~1.3s", "~", ""] {
            #expect(throws: ValueError.self) { try QuantityRanges(RawText(text), .frequency) }
        }
    }

    @Test("uv ranges are in metres or in wavelengths, not in both")
    func uv() throws {
        let metres = try QuantityRanges(RawText("100m~5km"), .uvDistance)
        #expect(metres.dimension == .length && metres.contains(5000))
        let waves = try QuantityRanges(RawText("~100lambda"), .uvDistance)
        #expect(waves.dimension == .wavelengths && waves.contains(0) && waves.text(nil) == "~100lambda")
        #expect(throws: ValueError.self) { try QuantityRanges(RawText("100m~5klambda"), .uvDistance) }
    }

    @Test("antennas keep the baselines between them, pairs keep themselves, ! takes out")
    func antennas() throws {
        let between = try AntennaSelection(RawText("m000, m001,m002"), nil)
        #expect(
            between.contains("m000", "m001") && between.contains("m002", "m002")
                && !between.contains("m000", "m003"))
        #expect(between.touches("m000", "m003") && !between.touches("m003", "m004"))
        let pair = try AntennaSelection(RawText("m000&m001"), nil)
        #expect(pair.contains("m001", "m000") && !pair.contains("m000", "m000") && !pair.contains("m000"))
        let without = try AntennaSelection(RawText("!m003,!m000&m001"), nil)
        #expect(
            !without.contains("m003", "m005") && !without.contains("m001", "m000")
                && without.contains("m000", "m002"))
        #expect(without.contains("m000") && !without.contains("m003"))
        #expect(without.text(nil) == "!m003,!m000&m001")
    }

    @Test("names that are not there are refused with the nearest one")
    func unknownAntennas() throws {
        let selection = try AntennaSelection(RawText("m000,m010"), nil)
        do {
            try selection.check(against: ["m000", "m001"])
            Issue.record("an unknown antenna was accepted")
        } catch {
            #expect(error == ValueError("there is no antenna 'm010'", mend: "did you mean 'm000'?"))
        }
        try AntennaSelection(RawText("m000,!m001"), nil).check(against: ["m000", "m001"])
    }

    @Test(
        "what is no selection is refused",
        arguments: ["", ",", "a&b&c", "&", "a&", "!", "!!a", "m0~m5", "a b"])
    func badAntennas(text: String) {
        #expect(throws: ValueError.self) { try AntennaSelection(RawText(text), nil) }
    }
}
