import Foundation
import Parameters
import TestSupport
import Testing

@Suite("Sets of declared parameters")
struct ParameterSetTests {
    @Test("what is not given keeps its default")
    func defaults() throws {
        let set = try Example(values: [RawParameter("input", "a.h5")], stage: "image")
        #expect(set.input.path == "a.h5")
        #expect(set.halo == 0 && set.threshold == 1 && set.png && set.weight == .natural)
        #expect(set.cell == .arcseconds(2) && set.smearing == 0.005)
        #expect(set.time == nil && set.channels == nil && set.mask == nil && set.field.isEmpty)
        #expect(set.$halo.isDefault && !set.$input.isDefault)
    }

    @Test("names take - and _ alike, and other names that are declared")
    func names() throws {
        #expect(try example("dilate_channels", "3").dilateChannels == IndexRanges([Interval(3, 3)]))
        #expect(try example("dilate-channels", "3").dilateChannels == IndexRanges([Interval(3, 3)]))
        #expect(try example("scale", "3arcsec").cell == .arcseconds(3))
        #expect(try example("phase_centre", "19:39:25 -63:42:45").phaseCentre != nil)
    }

    @Test("an unknown name is refused with its line and the nearest name")
    func unknown() {
        #expect(
            complaint { try example("treshold", "2") }
                == "unknown parameter 'treshold': line 7, stage image: did you mean 'threshold'?")
        #expect(complaint { try example("quux", "2") }.contains("there are baselines, cell, channels"))
        #expect(
            complaint { try Nothing(values: [RawParameter("a", "b", line: 3)], stage: "stop") }
                == "unknown parameter 'a': line 3, stage stop: stop has no parameters")
    }

    @Test("a required parameter that is missing is named, with an example")
    func required() {
        #expect(
            complaint { try Example(values: [], stage: "read") }
                == "input is missing: stage read: add input: observation.h5 (The observation)")
    }

    @Test("a value outside its range is refused", arguments: ["-1", "513"])
    func range(text: String) {
        #expect(
            complaint { try example("halo", text) }
                == "halo: '\(text)' is out of range: line 7, stage image: allowed: 0 to 512")
    }

    @Test("ranges of quantities are printed in units; open ends too")
    func rangeTexts() {
        #expect(complaint { try example("cell", "2deg") }.hasSuffix("allowed: 0.1arcsec to 1deg"))
        #expect(complaint { try example("threshold", "0") }.hasSuffix("allowed: above 0"))
        #expect(complaint { try example("channels", "0") }.hasSuffix("allowed: at least 1"))
    }

    @Test("given twice in a file is an error; the command line replaces the file; twice there makes a list")
    func repetitions() throws {
        let inFile = [
            RawParameter("input", "a"), RawParameter("halo", "1", line: 2),
            RawParameter("halo", "2", line: 3),
        ]
        #expect(
            complaint { try Example(values: inFile, stage: "image") }
                == "halo is given twice: line 3, stage image: remove one")
        let alias = [
            RawParameter("input", "a"), RawParameter("cell", "1arcsec", line: 2),
            RawParameter("scale", "2arcsec", line: 3),
        ]
        #expect(complaint { try Example(values: alias, stage: "image") }.contains("twice"))
        let replaced = try Example(
            values: inFile.prefix(2) + [RawParameter(assignment: "halo=9")], stage: "image")
        #expect(replaced.halo == 9)
        #expect(replaced.$halo.origin == .commandLine("halo=9"))
        let several = try Example(assignments: ["input=a.h5", "field=A,B", "field=C"], stage: "image")
        #expect(several.field == ["A,B", "C"])
        #expect(
            complaint { try Example(assignments: ["input=a", "input=b"], stage: "read") }
                == "input: takes one value, not 2: command line 'input=a', stage read")
    }

    @Test("KEY=VALUE keeps what stands behind the first =; without one it is refused")
    func assignments() throws {
        #expect(try Example(assignments: ["input=a=b.h5"], stage: "read").input.path == "a=b.h5")
        #expect(
            complaint { try Example(assignments: ["halo"], stage: "read") }.contains(
                "'halo' is not KEY=VALUE"))
        #expect(complaint { try Example(assignments: ["=3"], stage: "read") }.contains("not KEY=VALUE"))
    }

    @Test("settings are values: a copy is independent, and sets of a program count as given")
    func copies() throws {
        let first = try example("halo", "4")
        var second = first
        second.halo = 5
        #expect(first.halo == 4 && second.halo == 5)
        #expect(second.$halo.origin == .program)
    }

    @Test("rules between parameters can name the place of a value")
    func errorsOfStages() throws {
        let set = try example("time", "8s")
        #expect(
            "\(set.$time.error("goes not with times", mend: "remove one"))"
                == "time: goes not with times: line 7, stage image: remove one")
    }

    @Test("values are written so that they read back as the same")
    func values() throws {
        let texts = [
            ("cell", "2.5arcsec"), ("time", "16s"), ("frequencies", "1.2GHz~1.3GHz,!1250MHz"),
            ("uv-cut", "2klambda"),
            ("ring", "3MiB"), ("phase-centre", "19h39m25.03s -63d42m45.6s"), ("baselines", "m000&m001,!m003"),
            ("dilate-channels", "0~10,20,!5"), ("smearing", "0.5%"), ("weight", "briggs-like"), ("png", "no"),
        ]
        for (name, text) in texts {
            let written = try example(name, text).values.first { $0.name == name }
            #expect(written?.text == text)
            #expect(written?.isDefault == false)
        }
        let names = try Example(assignments: ["input=a"], stage: "image").values.map(\.name)
        #expect(names == ["input", "halo", "cell", "threshold", "smearing", "weight", "png", "ring"])
    }

    @Test("what decides no bit says so: paths that are no names of something ready, and what is declared so")
    func bits() throws {
        func deciding(_ mask: String) throws -> [String] {
            let set = try Example(assignments: ["input=a", "mask=\(mask)"], stage: "image")
            return set.values.filter(\.decidesBits).map(\.name)
        }
        let common = ["halo", "cell", "threshold", "smearing", "weight", "ring"]
        #expect(try deciding("mine.txt") == common)
        #expect(try Set(deciding("meerkat-l")) == Set(common + ["mask"]))
    }

    @Test("descriptions tell name, type, unit, default, range, choices, role, required and repeated")
    func descriptions() throws {
        let all = Example.parameters
        #expect(all.count == 17)
        #expect(all.map(\.name).contains("dilate-channels"))
        let cell = try #require(all.first { $0.name == "cell" })
        #expect(cell.type == "number (angle)" && cell.unit == "arcsec, arcmin, deg, rad, asec or amin")
        #expect(cell.default == "2arcsec" && cell.range == "0.1arcsec to 1deg" && cell.also == ["scale"])
        let input = try #require(all.first)
        #expect(
            input.isRequired && input.role == .input && input.default == nil
                && input.example == "observation.h5")
        #expect(all.filter(\.isRequired).count == 1)
        #expect(all.filter(\.isRepeated).map(\.name) == ["field"])
        #expect(all.first { $0.name == "weight" }?.choices == ["natural", "uniform", "briggs-like"])
        #expect(all.first { $0.name == "png" }?.default == "yes")
        let json = try #require(String(data: JSONEncoder().encode(cell), encoding: .utf8))
        #expect(json.contains("\"required\":false") && json.contains("\"default\":\"2arcsec\""))
        #expect(try JSONDecoder().decode(ParameterDescription.self, from: Data(json.utf8)) == cell)
    }

    @Test("the help text names every parameter, its units, range and default")
    func help() {
        let help = Example.helpText
        for parameter in Example.parameters { #expect(help.contains("  \(parameter.name) <")) }
        #expect(
            help.contains(
                "(in arcsec, arcmin, deg, rad, asec or amin; 0.1arcsec to 1deg; also called scale; default 2arcsec)"
            ))
        #expect(help.contains("(one of natural, uniform, briggs-like; default natural)"))
        #expect(help.contains("The observation\n      (required)"))
    }

    @Test("messages stay on one line whatever was written")
    func oneLine() {
        let text = complaint {
            try example("halo", "a\nb\u{2028}c\u{7f}" + String(repeating: "x", count: 500))
        }
        #expect(!text.contains("\n") && !text.contains("\u{2028}") && text.count < 200)
    }

    @Test("a set cannot be decoded from anything but parameters")
    func otherDecoders() {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Example.self, from: Data("{}".utf8)) }
    }
}
