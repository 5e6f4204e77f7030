import Parameters
import TestSupport
import Testing

@Suite("Values as they are written")
struct ValueTests {
    /// A text, its dimension, and its SI value.
    struct Written: Sendable {
        let text: String
        let dimension: Dimension
        let si: Double

        init(_ text: String, _ dimension: Dimension, _ si: Double) {
            self.text = text
            self.dimension = dimension
            self.si = si
        }
    }

    static let written: [Written] = [
        Written("2arcsec", .angle, .arcseconds(2)), Written("2asec", .angle, .arcseconds(2)),
        Written("3arcmin", .angle, .arcminutes(3)), Written("3 amin", .angle, .arcminutes(3)),
        Written("1deg", .angle, .pi / 180), Written("-.5rad", .angle, -0.5),
        Written("1.2GHz", .frequency, 1.2e9),
        Written("1.5kHz", .frequency, 1500), Written("1e6Hz", .frequency, 1e6),
        Written("7MHz", .frequency, 7e6),
        Written("8s", .time, 8), Written("2min", .time, 120), Written("1.5h", .time, 5400),
        Written("5km", .length, 5000), Written("2.m", .length, 2), Written("2klambda", .wavelengths, 2000),
        Written("0.5%", .fraction, 0.005), Written("100 %", .fraction, 1),
    ]

    @Test("a quantity is kept in SI", arguments: written)
    func quantities(written: Written) throws {
        #expect(try Double(RawText(written.text), written.dimension) == written.si)
    }

    @Test(
        "a number without its unit, or with another, is refused with what is likely meant",
        arguments: [
            ("1.4", Dimension.frequency, "write 1.4GHz or 1.4MHz (units: "),
            ("1284", .frequency, "write 1284MHz"),
            ("1.4e9", .frequency, "write 1.4e9Hz"), ("300MB", .bytes, "write 300MiB"),
            ("4G", .bytes, "write 4GiB"), ("16kb", .bytes, "write 16KiB"), ("3pt", .bytes, "units are GiB"),
        ])
    func likely(text: String, dimension: Dimension, mend: String) {
        let error = #expect(throws: ValueError.self) { try Quantity.parse(text, dimension) }
        #expect(error?.mend?.hasPrefix(mend) == true, "\(error?.mend ?? "")")
    }

    @Test(
        "a plain number with a unit is refused with the number",
        arguments: [
            ("3mJy", "write 0.003, without a unit"), ("0.3 mJy/beam", "write 0.0003, without a unit"),
            ("5%", "write 0.05, without a unit"), ("2sigma", "write a number without a unit, such as 0.5"),
        ])
    func plain(text: String, mend: String) {
        #expect(throws: ValueError("'\(text)' is not a number", mend: mend)) {
            try Double(RawText(text), nil)
        }
    }

    @Test("a bare number for a quantity is refused, naming what to write")
    func bareNumber() {
        #expect(
            complaint { try example("cell", "2") }
                == "cell: '2' has no unit: line 7, stage image: write 2arcsec (units: arcsec, arcmin, deg, rad, asec or amin)"
        )
        #expect(complaint { try example("smearing", "0.005") }.contains("write 0.005%"))
        #expect(complaint { try example("ring", "64") }.contains("write 64GiB"))
    }

    @Test(
        "a foreign unit is refused with the units there are",
        arguments: [
            ("8kg", "units are s, min or h"), ("8S", "did you mean 's'?"), ("8 m s", "units are"),
            ("s", "such as 8s"),
        ])
    func foreignUnits(text: String, mend: String) {
        #expect(complaint { try example("time", text) }.contains(mend))
    }

    @Test(
        "numbers that are not finite decimals are refused",
        arguments: [
            "nan", "inf", "-inf", "infinity", "NaN", "0x10", "1e400", "1e-400", "", " 1", "1 ", "1,5",
            "1_000", "--1", "1e", "٣", ".",
        ])
    func badNumbers(text: String) {
        #expect(complaint { try example("threshold", text) }.hasPrefix("threshold: "))
        #expect(complaint { try example("cell", text + "?arcsec") }.hasPrefix("cell: "))
    }

    @Test("over- and underflow by the unit is refused too", arguments: ["1e308GHz", "2e-308arcsec"])
    func overflow(text: String) {
        let dimension: Dimension = text.hasSuffix("Hz") ? .frequency : .angle
        #expect(throws: ValueError.self) { try Double(RawText(text), dimension) }
    }

    @Test("whole numbers are decimal, leading zeros or not")
    func wholeNumbers() throws {
        #expect(try example("halo", "010").halo == 10)
        #expect(try example("halo", "+7").halo == 7)
        for text in ["1.0", "1e2", "0x10", "", "-", "99999999999999999999", "ten"] {
            #expect(complaint { try example("halo", text) }.hasPrefix("halo: "))
        }
        #expect(complaint { try example("halo", "1_000") }.hasSuffix("write 1000"))
    }

    @Test("booleans are yes, no, true, false and nothing else")
    func booleans() throws {
        for text in ["yes", "true", "True", "YES"] { #expect(try example("png", text).png) }
        for text in ["no", "false", "False"] { #expect(try !example("png", text).png) }
        for text in ["off", "on", "1", "0", "", "y"] {
            #expect(complaint { try example("png", text) }.hasSuffix("write yes or no"))
        }
    }

    @Test("text keeps its meaning", arguments: ["off", "010", "1_000", "19:39:25", "~", "null", "", "é"])
    func texts(text: String) throws {
        #expect(try example("field", text).field == [text])
    }

    @Test("choices take - and _ alike; others are refused with the nearest")
    func choices() throws {
        #expect(try example("weight", "briggs_like").weight == .briggsLike)
        #expect(
            complaint { try example("weight", "unifrom") }
                == "weight: 'unifrom' is not one of natural, uniform, briggs-like: line 7, stage image: did you mean 'uniform'?"
        )
    }

    @Test("a list is written as a list or with commas; a path with a comma is one path")
    func lists() throws {
        #expect(try example("field", "3C 48, PKS 1934").field == ["3C 48", "PKS 1934"])
        let list = [RawParameter("input", "a"), RawParameter("field", list: ["A,B", "C"])]
        #expect(try Example(values: list, stage: "read").field == ["A,B", "C"])
        #expect(try [InputPath](RawText("a,b.h5"), nil) == [InputPath("a,b.h5")])
        let empty = [
            RawParameter("input", "a"), RawParameter("field", list: [], origin: .file("f.yaml", line: 4)),
        ]
        #expect(
            complaint { try Example(values: empty, stage: "read") }
                == "field: takes at least one value, not none: f.yaml line 4, stage read")
        #expect(try [Int](RawText("1,2"), nil) == [1, 2])
        #expect(throws: ValueError.self) { try [Int](RawText("1,,2"), nil) }
    }

    @Test(
        "input paths in a file are relative to it, others to the working directory; names and addresses stay")
    func paths() throws {
        let file = Origin.file("survey/night/p.yaml", line: 3)
        #expect(try InputPath(RawText("a.h5", file), nil).path == "survey/night/a.h5")
        #expect(try InputPath(RawText("/data/a.h5", file), nil).path == "/data/a.h5")
        #expect(try InputPath(RawText("spead://:7148", file), nil).path == "spead://:7148")
        #expect(try InputPath(RawText("a.h5", .commandLine("input=a.h5")), nil).path == "a.h5")
        #expect(try InputPath(RawText("a.h5", .file("p.yaml", line: 1)), nil).path == "a.h5")
        #expect(try InputPath(RawText("a.h5", .file("/p.yaml", line: 1)), nil).path == "/a.h5")
        #expect(try OutputPath(RawText("out", file), nil).path == "out")
        #expect(try ParameterFilePath(RawText("meerkat-l", file), nil).path == "meerkat-l")
        #expect(try ParameterFilePath(RawText("my.txt", file), nil).path == "survey/night/my.txt")
        #expect(throws: ValueError.self) { try InputPath(RawText("", file), nil) }
        #expect(throws: ValueError.self) { try OutputPath(RawText("a\0b", file), nil) }
    }

    @Test("bytes are whole and fit")
    func bytes() throws {
        #expect(try ByteCount(RawText("2GiB"), nil).bytes == 2 << 30)
        #expect(try ByteCount(RawText("1.5KiB"), nil).bytes == 1536)
        #expect(try Int(RawText("1MiB"), .bytes) == 1 << 20)
        #expect(ByteCount.gibibytes(3).text(nil) == "3GiB")
        #expect(ByteCount(bytes: 1500).text(nil) == "1500B")
        for text in ["-1B", "1e30GiB", "2GB", "2", "nanGiB"] {
            #expect(throws: ValueError.self) { try ByteCount(RawText(text), nil) }
        }
    }

    @Test("uv distances keep whether they count metres or wavelengths")
    func uvDistances() throws {
        #expect(try UVDistance(RawText("1.5km"), nil) == .metres(1500))
        #expect(try UVDistance(RawText("2klambda"), nil) == .wavelengths(2000))
        #expect(UVDistance.wavelengths(1000).metres(at: 299_792_458) == 1000)
        #expect(throws: ValueError.self) { try UVDistance(RawText("-5m"), nil) }
    }

    @Test("quantities are written in the shortest unit and read back as the same", arguments: 0..<200)
    func quantityTexts(seed: UInt64) throws {
        var generator = Seeded(seed)
        let dimension = [Dimension.angle, .frequency, .time, .length, .fraction].randomElement(
            using: &generator)!
        let unit = dimension.units.randomElement(using: &generator)!
        let value = unit.si(Double(Int.random(in: -20_000...20_000, using: &generator)) / 100)
        let text = Quantity.text(value, dimension)
        #expect(try Double(RawText(text), dimension) == value)
        #expect(text.count <= "-200.00arcmin".count)
    }
}
