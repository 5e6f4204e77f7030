import Parameters
import TestSupport
import Testing

@Suite("Values from mutated text")
struct FuzzTests {
    static let seeds = [
        "2arcsec", "19h39m25s -63d42m45s", "19:39:25 -63:42:45", "1.2GHz~1.3GHz,!1.25GHz", "0~10,20,!5",
        "m000&m001,!m003",
        "0.5%", "2GiB", "yes", "briggs-like", "-1e308", "1e-308rad", "9223372036854775807",
        "294.85deg -63.7deg", "2klambda",
    ]
    static let pieces = Array("0123456789.,~!&:-+eE% \t\n'\"hmsdegraGHziB\0\u{301}\u{1F52D}٣∞")

    /// A text that is nearly one of the seeds.
    static func mutated(_ generator: inout Seeded) -> String {
        var text = Array(seeds.randomElement(using: &generator)!)
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let at = Int.random(in: 0...text.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: text.insert(pieces.randomElement(using: &generator)!, at: at)
            case 1 where at < text.count: text.remove(at: at)
            case 2 where at < text.count: text[at] = pieces.randomElement(using: &generator)!
            default: text += text.prefix(at)
            }
        }
        return String(text)
    }

    @Test("every value type reads or refuses, and what it reads it writes and reads again", arguments: 0..<20)
    func values(seed: UInt64) throws {
        var generator = Seeded(seed)
        for _ in 0..<100 {
            let text = RawText(Self.mutated(&generator))
            for dimension in [Dimension.angle, .frequency, .time, .length, .wavelengths, .fraction] {
                try roundTrip(Double.self, text, dimension)
                try roundTrip(QuantityRanges.self, text, dimension)
            }
            try roundTrip(QuantityRanges.self, text, .uvDistance)
            try roundTrip(UVDistance.self, text, nil)
            try roundTrip(Double.self, text, nil)
            try roundTrip(Int.self, text, nil)
            try roundTrip(ByteCount.self, text, nil)
            try roundTrip(Bool.self, text, nil)
            try roundTrip(Weighting.self, text, nil)
            try roundTrip(IndexRanges.self, text, nil)
            try roundTrip(AntennaSelection.self, text, nil)
            try roundTrip(SkyPosition.self, text, nil)
            try roundTrip([Int].self, text, nil)
        }
    }

    private func roundTrip<Value: ParameterValue & Equatable>(
        _ type: Value.Type, _ text: RawText, _ dimension: Dimension?
    ) throws {
        guard let value = try? Value(text, dimension) else { return }
        if let number = value as? Double { #expect(number.isFinite) }
        let written = value.text(dimension)
        let again = try Value(RawText(written), dimension)
        #expect(again.text(dimension) == written)
    }

    @Test("a whole set reads or refuses in one line", arguments: 0..<10)
    func sets(seed: UInt64) {
        var generator = Seeded(seed &+ 1000)
        let names = Example.parameters.map(\.name)
        for _ in 0..<20 {
            let name = names.randomElement(using: &generator)!
            let text = complaint { try example(name, Self.mutated(&generator)) }
            #expect(!text.contains("\n"))
        }
    }
}
