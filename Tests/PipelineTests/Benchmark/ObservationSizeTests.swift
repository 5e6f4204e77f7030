import TestSupport
import Testing

@testable import Pipeline

@Suite struct ObservationSizeTests {
    @Test("a size counts all baselines with the autocorrelations, and whole dumps")
    func samples() throws {
        let size = try ObservationSize("64x4096x4x8h@8s", at: "--observation")
        #expect(size.dumps == 3600)
        #expect(size.samples == 2080 * 4096 * 4 * 3600)
        #expect(size.text == "64x4096x4x8h@8s")
        #expect(try ObservationSize("2x1x1x1min@0.25s", at: "").samples == 3 * 240)
        #expect(try ObservationSize("2x1x1x20s@8s", at: "").dumps == 3)
    }

    @Test(
        "what is no size is refused with an example or the limits",
        arguments: [
            ("", "64x4096x4x8h@8s"), ("64x4096x4x8h", "64x4096x4x8h@8s"), ("64x4096x4x8@8s", "64x4096"),
            ("64x4096x4x8h@8kHz", "64x4096"), ("64x4096x8h@8s", "64x4096"), ("axbxcx8h@8s", "64x4096"),
            ("1x4096x4x8h@8s", "2 to 4096"), ("64x0x4x8h@8s", "1 to 1048576"),
            ("64x4096x3x8h@8s", "1, 2 or 4"),
            ("64x4096x4x8h@0s", "dumps"), ("64x4096x4x1e300h@8s", "dumps"), ("64x4096x4x-8h@8s", "dumps"),
            ("64x4096x4x8h@8s@8s", "64x4096"), ("99999999999999999999x1x1x8h@8s", "64x4096"),
        ])
    func refused(text: String, mentions: String) {
        let complaint = complaint { try ObservationSize(text, at: "--observation") }
        #expect(complaint.contains(mentions), "\(complaint)")
        #expect(complaint.contains("--observation"))
    }

    @Test("a spread is the median and the middle half, also of one value and of none")
    func spread() {
        #expect(Spread([5, 1, 3, 2, 4]) == Spread([4, 5, 3, 2, 1]))
        let spread = Spread([5, 1, 3, 2, 4])
        #expect((spread.low, spread.median, spread.high) == (2, 3, 4))
        #expect(Spread([1, 2]).median == 1.5)
        #expect(Spread([7]).high == 7)
        #expect(Spread([]).median == 0)
    }
}
