import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Stages

@Suite("Rules of preflag, sample by sample") struct PreflagRulesTests {
    typealias Place = PreflagStream.Place

    /// A rule as it is written, what it sets, and where it holds by its definition.
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let reason: FlagReasons
        let title: String
        let holds: @Sendable (Place, PreflagStream) -> Bool

        init(
            _ text: String, _ reason: FlagReasons, _ title: String,
            _ holds: @escaping @Sendable (Place, PreflagStream) -> Bool
        ) {
            (self.text, self.reason, self.title, self.holds) = (text, reason, title, holds)
        }

        var testDescription: String { text }
    }

    private static func pair(_ place: Place, _ stream: PreflagStream) -> [Int] {
        let baseline = stream.observation.baselines[place.baseline]
        return [baseline.antenna1, baseline.antenna2]
    }

    /// Hours from the middle of the first dump.
    private static func hour(_ place: Place) -> Int { [0, 6, 8][place.scan] + place.dump }

    private static func length(_ place: Place, _ stream: PreflagStream) -> Double {
        let observation = stream.observation
        let uvw = observation.uvw(
            observation.baselines[place.baseline], dump: place.dump, of: observation.schedule[place.scan])
        return hypot(uvw.u, uvw.v)
    }

    private static func wavelengths(_ place: Place, _ stream: PreflagStream) -> Double {
        let frequency = stream.observation.spectralWindows[place.window].frequencies[place.channel]
        return length(place, stream) * frequency / 299_792_458
    }

    private static func amplitude(_ place: Place, _ stream: PreflagStream) -> Double {
        let value = stream.sample(place).value
        return hypot(Double(value.real), Double(value.imaginary))
    }

    static let channelCases = [
        // Of 37 channels 5 % are 1.85, of 5 0.25: any part of a channel counts.
        Case("band-edges=5%", .staticMask, "band edges") { place, _ in
            place.window == 0 ? place.channel < 2 || place.channel > 34 : [0, 4].contains(place.channel)
        },
        Case("band-edges=2,1MHz", .staticMask, "band edges") { place, _ in
            place.channel < 2 || place.channel == (place.window == 0 ? 36 : 4)
        },
        Case("band-edges=0,99", .staticMask, "band edges") { _, _ in true },
        Case("channels=~1,3~4,30~", .staticMask, "channels") { place, _ in
            [0, 1, 3, 4].contains(place.channel) || place.channel >= 30
        },
        // Channel 10 reaches from 1409.5 to 1410.5 MHz, channel 12 to 1412.5.
        Case("frequencies=1410.2~1412.5MHz,1503.5MHz", .staticMask, "frequencies") { place, _ in
            place.window == 0 ? (10...12).contains(place.channel) : place.channel == 2
        },
        Case("frequencies=!1405MHz~", .staticMask, "frequencies") { place, _ in
            place.window == 0 && place.channel < 5
        },
    ]

    static let baselineCases = [
        Case("autocorrelations=flag", .cam, "autocorrelations") { Set(pair($0, $1)).count == 1 },
        Case("antennas=h3,h0", .cam, "antennas") { !Set(pair($0, $1)).isDisjoint(with: [0, 3]) },
        Case("antennas=!h3", .cam, "antennas") { !pair($0, $1).contains(3) },
        Case("baselines=h2&h1,h4&h4", .cam, "baselines") { [[1, 2], [4, 4]].contains(pair($0, $1)) },
        Case("baselines=h2,!h2&h3", .cam, "baselines") {
            pair($0, $1).contains(2) && pair($0, $1) != [2, 3]
        },
        Case("uv-range=~60m,!20~30m", .cam, "uv range") { place, stream in
            let length = length(place, stream)
            return length <= 60 && !(20...30).contains(length)
        },
        Case("uv-range=300lambda~", .cam, "uv range") { wavelengths($0, $1) >= 300 },
        Case("uv-range=~100lambda,200~400lambda,!250lambda~260lambda", .cam, "uv range") { place, stream in
            let length = wavelengths(place, stream)
            return length <= 100 || (200...400).contains(length) && !(250...260).contains(length)
        },
    ]

    static let timeCases = [
        Case("scans=~3", .cam, "scans") { place, _ in place.scan < 2 },
        Case("scans=!2", .cam, "scans") { place, _ in place.scan == 2 },
        // Dumps last from half past to half past.
        Case("times=2018-06-15T04:30~2018-06-15T06:31", .cam, "times") { place, _ in
            (2...4).contains(hour(place))
        },
        Case("times=2018/06/15/13:45:00~", .cam, "times") { place, _ in hour(place) == 11 },
        Case("times=~30min,3h~4h", .cam, "times") { place, _ in [0, 3].contains(hour(place)) },
        Case("times=!2018-06-15T03:00~", .cam, "times") { _, _ in false },
        Case("quack=1h", .cam, "quack") { place, _ in [0, 8].contains(hour(place)) },
        Case("quack-end=3601s", .cam, "quack") { place, _ in [6, 7, 10, 11].contains(hour(place)) },
        Case("quack=0s", .cam, "quack") { _, _ in false },
        // Local sidereal time of the first dumps: 21.985, 22.988, 23.991, 0.993, 1.996 h, by astropy 7.
        Case("lst=22h~,~1.2h", .cam, "lst") { place, _ in [1, 2, 3].contains(hour(place)) },
    ]

    static let sampleCases = [
        Case("amplitude=2~", .postProcessing, "amplitude") { amplitude($0, $1) >= 2 },
        Case("amplitude=~0.3,2.5~2.6,0.9~1.7,!1~1.5", .postProcessing, "amplitude") { place, stream in
            let value = amplitude(place, stream)
            return value <= 0.3 || (2.5...2.6).contains(value)
                || (0.9...1.7).contains(value) && !(1...1.5).contains(value)
        },
        Case("amplitude=!~1", .postProcessing, "amplitude") { amplitude($0, $1) > 1 },
        // Of sub-bands of 10 and windows of 4 dumps none has fewer than 8 constant samples but the last channels of a window of two.
        Case("dead-antennas=yes", .dataLost, "dead antennas") { place, stream in
            pair(place, stream) == [1, 3] || pair(place, stream) == [2, 3] && place.polarisation == 1
        },
    ]

    @Test(
        "each flags what its definition says, with its reason, and counts what had no flag",
        arguments: channelCases + baselineCases + timeCases + sampleCases)
    func rule(_ rule: Case) throws {
        let stream = PreflagStream()
        let (flags, counts) = try stream.flagged([rule.text])
        var fresh = 0
        for (place, new) in flags {
            let old = stream.sample(place).flags
            let holds = rule.holds(place, stream)
            #expect(new == (holds ? old | rule.reason.rawValue : old), "\(place)")
            if holds, old == 0 { fresh += 1 }
        }
        #expect(counts == [rule.title: fresh])
    }

    @Test("a sample counts for the first rule that flags it, and has the reasons of all")
    func several() throws {
        let stream = PreflagStream()
        let texts = ["amplitude=1~", "channels=3", "antennas=h0", "quack=1h", "dead-antennas=yes"]
        let (flags, counts) = try stream.flagged(texts)
        var expected = [String: Int]()
        for (place, new) in flags {
            let pair = Self.pair(place, stream)
            let dead = pair == [1, 3] || pair == [2, 3] && place.polarisation == 1
            let hits: [(String, FlagReasons, Bool)] = [
                ("channels", .staticMask, place.channel == 3), ("antennas", .cam, pair.contains(0)),
                ("quack", .cam, [0, 8].contains(Self.hour(place))), ("dead antennas", .dataLost, dead),
                ("amplitude", .postProcessing, Self.amplitude(place, stream) >= 1),
            ]
            let old = stream.sample(place).flags
            #expect(new == hits.reduce(old) { $1.2 ? $0 | $1.1.rawValue : $0 })
            if old == 0, let first = hits.first(where: \.2) { expected[first.0, default: 0] += 1 }
        }
        #expect(counts == expected)
    }

    @Test("matched together, rules flag only where all hold, with the reasons of all")
    func together() throws {
        let stream = PreflagStream()
        let (flags, counts) = try stream.flagged([
            "match=all", "antennas=h2", "channels=2~4,8", "times=~2h", "amplitude=0.5~",
        ])
        let reasons = FlagReasons([.staticMask, .cam, .postProcessing]).rawValue
        var fresh = 0
        for (place, new) in flags {
            let old = stream.sample(place).flags
            let holds =
                Self.pair(place, stream).contains(2) && [2, 3, 4, 8].contains(place.channel)
                && Self.hour(place) < 2 && Self.amplitude(place, stream) >= 0.5
            #expect(new == (holds ? old | reasons : old))
            if holds, old == 0 { fresh += 1 }
        }
        #expect(counts == ["all rules": fresh] && fresh > 0)
        let dead = try stream.flagged(["match=all", "antennas=h2", "dead-antennas=yes"])
        for (place, new) in dead.flags where new != stream.sample(place).flags {
            #expect(Self.pair(place, stream) == [2, 3] && place.polarisation == 1)
        }
    }

    @Test(
        "flags and counts do not depend on tiles; but for dead antennas nor on windows and sub-bands",
        arguments: [
            (["dead-antennas=yes", "quack=1h", "amplitude=2~"], [(4, 10)]),
            (
                [
                    "band-edges=5%", "frequencies=1410~1412MHz", "antennas=h3", "times=3h~5h", "shadow=yes",
                    "elevation=~20deg", "uv-range=100~300lambda", "amplitude=2~",
                ], [(4, 10), (1, 1), (12, 99)]
            ),
            (["match=all", "channels=3~20", "uv-range=100~300lambda", "amplitude=1~"], [(4, 10), (1, 7)]),
        ])
    func cuts(texts: [String], cuts: [(window: Int, subband: Int)]) throws {
        let stream = PreflagStream()
        let first = try stream.flagged(texts, window: 4, subband: 10, tile: 15)
        #expect(first.counts.values.reduce(0, +) > 0)
        for cut in cuts {
            for tile in [1, 4, 15] {
                let other = try stream.flagged(
                    texts, window: cut.window, subband: cut.subband, tile: tile)
                #expect(other.flags == first.flags && other.counts == first.counts)
            }
        }
    }

    @Test("of single samples zeros are dead, a constant is not told from chance")
    func singleSamples() throws {
        let stream = PreflagStream()
        let (flags, _) = try stream.flagged(["dead-antennas=yes"], window: 1, subband: 1)
        for (place, new) in flags {
            let old = stream.sample(place).flags
            let lost = FlagReasons.dataLost.rawValue
            #expect(new == (Self.pair(place, stream) == [1, 3] ? old | lost : old))
        }
    }
}
