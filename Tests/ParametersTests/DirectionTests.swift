import Parameters
import TestSupport
import Testing

@Suite("Directions")
struct DirectionTests {
    static let expected = (
        ra: (19 + 39 / 60.0 + 25 / 3600.0) * .pi / 12, dec: -(63 + 42 / 60.0 + 45 / 3600.0) * .pi / 180
    )

    @Test(
        "hours and degrees, with letters or colons, or degrees with units",
        arguments: [
            "19h39m25s -63d42m45s", "19:39:25 -63:42:45", "19h39m25.0s,-63d42m45.0s",
            "19h39m25s   -63d42.75m",
            "294.8541666666667deg -63.7125deg", "294d51m15s -63.7125deg",
        ])
    func forms(text: String) throws {
        let position = try SkyPosition(RawText(text), nil)
        #expect(abs(position.rightAscension - Self.expected.ra) < 1e-12)
        #expect(abs(position.declination - Self.expected.dec) < 1e-12)
    }

    @Test("the sign of -00:42:45 counts; negative right ascension wraps")
    func signs() throws {
        #expect(try SkyPosition(RawText("0:0:0 -00:42:45"), nil).declination < 0)
        #expect(try SkyPosition(RawText("-90deg 0deg"), nil).rightAscension == 1.5 * Double.pi)
        #expect(try SkyPosition(RawText("0h -90d"), nil).declination == -Double.pi / 2)
    }

    @Test(
        "what is no direction is refused",
        arguments: [
            "", "19h39m25s", "19h39m25s -63d42m45s x", "19 -63", "25h00m00s 0d", "19h60m00s 0d",
            "19:39 -63:42", "0h 91d",
            "0h 12h", "19h39m25s -63.7125", "1e3d 0d", "nan nan", "0h --5d", "0h -5d5", "19h25s39m 0d", "h d",
            ": :", "::: ::",
            "19h39.5m25s 0d", "400deg 0deg", "0h nandeg", "0h 1e400deg",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try SkyPosition(RawText(text), nil) }
    }

    @Test("a direction is written so that it reads back as the same", arguments: 0..<200)
    func texts(seed: UInt64) throws {
        var generator = Seeded(seed)
        let seconds = Double(Int.random(in: 0..<86_400_00, using: &generator)) / 100
        let position = SkyPosition(
            rightAscension: seconds / 43_200 * .pi,
            declination: Double.random(in: -1.57...1.57, using: &generator))
        let again = try SkyPosition(RawText(position.text(nil)), nil)
        #expect(abs(again.rightAscension - position.rightAscension) < 1e-15 * 8)
        #expect(abs(again.declination - position.declination) < 1e-15 * 2)
    }
}
