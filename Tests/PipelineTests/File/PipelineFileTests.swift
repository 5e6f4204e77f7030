import Foundation
import Parameters
import Pipeline
import TestSupport
import Testing

@Suite("Pipeline files")
struct PipelineFileTests {
    @Test("the example reads as it stands, with a value from the command line")
    func example() throws {
        let file = try PipelineFile(text: quicklook, path: "night/quicklook.yaml")
        #expect(file.name == "meerkat-quicklook")
        #expect(file.inputs.map(\.name) == ["observation", "prefix"])
        #expect(file.inputs.map(\.type) == [.file, .path])
        #expect(file.inputs[0].help == "MVF v3 or UVH5" && file.inputs[0].default == nil)
        let pipeline = try file.bound(to: ["observation=/data/a.h5"])
        #expect(pipeline.stages.map(\.name) == ["read", "mask", "autoflag", "average", "image"])
        #expect(texts(pipeline, "read", "input") == ["/data/a.h5"])
        #expect(texts(pipeline, "image", "prefix") == ["quicklook"])
        #expect(texts(pipeline, "image", "weight") == ["briggs 0"])
        #expect(texts(pipeline, "average", "smearing") == ["0.5%"])
        #expect(pipeline.stages[2].parameters.isEmpty)
        #expect(pipeline.stages[4].parameters[1].origin == .file("night/quicklook.yaml", line: 12))
        #expect(pipeline.stages[0].parameters[0].texts[0].origin == .commandLine("observation=/data/a.h5"))
        #expect(pipeline.outputs.map { $0.texts.map(\.text) } == [["quicklook-dirty.fits"]])
    }

    @Test("the ready pipelines read")
    func readyPipelines() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Pipelines").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(!names.isEmpty)
        for name in names {
            let file = try PipelineFile(path: folder.appendingPathComponent(name).path)
            #expect(file.name == String(name.dropLast(5)))
            let missing = file.inputs.filter { $0.default == nil }.map { "\($0.name)=x" }
            #expect(try !file.bound(to: missing).stages.isEmpty)
        }
    }

    @Test(
        "values are taken as written, whatever YAML makes of them",
        arguments: [
            "off", "010", "1_000", "19:39:25", "~10", "~", "null", "2024-01-01", "0x10", "!m003",
            "!m003,!m004", "*.h5",
            "m000&m001", "&a", "!!int 3", "19h39m25s -63d42m45s", ".inf", "5%", "a#b", "1e3", "=", "<<",
        ])
    func asWritten(value: String) throws {
        for text in [
            stages("- s: {a: \(value), b: 1}"), stages("- s: {b: 1, a: \(value)}"),
            stages("- s:", "    a: \(value)"),
            stages("- s: {a: '\(value)'}"), stages("- s: {a: [\(value)]}"), stages("- s: {a: \"\(value)\"}"),
        ] {
            #expect(try texts(bound(text), "s", "a")?.joined(separator: ",") == value)
        }
    }

    @Test("commas inside braces continue a value")
    func commas() throws {
        let pipeline = try bound(stages("- s: {scans: 1,3, 7~9,!8, antennas: !m003,!m004, c: 0~3}"))
        #expect(texts(pipeline, "s", "scans") == ["1,3, 7~9,!8"])
        #expect(texts(pipeline, "s", "antennas") == ["!m003,!m004"])
        #expect(texts(pipeline, "s", "c") == ["0~3"])
        #expect(
            complaint { try bound(stages("- s: {a: 1, b: }")) }.hasPrefix("b is nothing: night/p.yaml line 3")
        )
        #expect(complaint { try bound(stages("- s: {a: 1,3, b: 2,3}")) }.contains("'3' stands twice"))
    }

    @Test("lists keep their texts and say that they are lists")
    func lists() throws {
        let parameter = try #require(try bound(stages("- s: {a: [x, 'y,z']}")).stages.first?.parameters.first)
        #expect(parameter.isList && parameter.texts.map(\.text) == ["x", "y,z"])
        #expect(try bound(stages("- s:", "    a:", "      - x")).stages[0].parameters[0].isList)
    }

    @Test("as and from stand inside or beside; names join - and _")
    func asAndFrom() throws {
        let pipeline = try bound(
            stages(
                "- read: {as: raw_data}", "- mask:", "- write: {output: a.h5, from: raw-data}", "- image:",
                "  from: mask",
                "  as: picture"))
        #expect(pipeline.stages.map(\.name) == ["raw-data", "mask", "write", "picture"])
        #expect(pipeline.stages.map(\.from) == [nil, nil, "raw-data", "mask"])
        #expect(pipeline.stages.map(\.stage) == ["read", "mask", "write", "image"])
        #expect(pipeline.stages[3].parameters.isEmpty)
    }

    @Test("a repeated stage is fine until it is addressed")
    func repeatedStages() throws {
        let text = stages(
            "- read:", "- write: {output: a}", "- write: {output: b}", "- write: {output: c, as: last}")
        #expect(try bound(text).stages.map(\.name) == ["read", "write", "write-2", "last"])
        #expect(try texts(bound(text, "last.output=d"), "last", "output") == ["d"])
        #expect(
            complaint { try bound(text, "write.output=d") }
                == "2 stages are called 'write' (night/p.yaml line 4, night/p.yaml line 5): command line 'write.output=d': "
                + "name them with as: NAME in the file")
        #expect(
            complaint { try bound(stages("- a:", "- b:", "- b:", "- c: {from: b}")) }.contains(
                "2 stages above"))
        let taken = stages("- b:", "- b:", "- c: {as: b-2}")
        #expect(complaint { try bound(taken) }.hasPrefix("two stages are called 'b-2'"))
        #expect(
            complaint { try bound(stages("- a:", "- b: {as: a}")) }.hasPrefix("two stages are called 'a'"))
    }

    @Test("references stand anywhere in values, quoted or not, in defaults too")
    func references() throws {
        let text = """
            sluice: 1
            inputs:
              prefix: {type: path, default: $(name)-x}
              name: {type: text, default: n}
              cell: {type: text}
            stages:
              - s: {a: $(prefix)-$(name).fits, b: "$(cell)", c: [$(name), d], e: 'x$(cell)'}
              - t:
                  f: $(prefix)
            """
        let pipeline = try bound(text, "cell=2arcsec")
        #expect(texts(pipeline, "s", "a") == ["n-x-n.fits"])
        #expect(texts(pipeline, "s", "b") == ["2arcsec"])
        #expect(texts(pipeline, "s", "c") == ["n", "d"])
        #expect(texts(pipeline, "s", "e") == ["x2arcsec"])
        #expect(texts(pipeline, "t", "f") == ["n-x"])
        #expect(texts(try bound(text, "cell=$(name)"), "s", "b") == ["$(name)"])
    }

    @Test("an input given several times is a list where it stands alone")
    func severalValues() throws {
        let text = """
            sluice: 1
            inputs: {observation: {type: file}}
            stages:
              - read: {input: $(observation)}
            """
        let several = try bound(text, "observation=a.h5", "observation=b.h5").stages[0].parameters[0]
        #expect(several.isList && several.texts.map(\.text) == ["a.h5", "b.h5"])
        #expect(try !bound(text, "observation=a.h5").stages[0].parameters[0].isList)
        let part = text.replacingOccurrences(of: "$(observation)", with: "x$(observation)")
        #expect(complaint { try bound(part, "observation=a", "observation=b") }.contains("2 values"))
    }

    @Test("what is given on the command line comes behind what the file says")
    func overrides() throws {
        let pipeline = try bound(
            quicklook, "observation=a.h5", "image.size=512", "mask.mask=mine.txt", "prefix=p=q")
        #expect(texts(pipeline, "image", "size") == ["512"])
        #expect(texts(pipeline, "image", "prefix") == ["p=q"])
        #expect(pipeline.stages[4].parameters.last?.origin == .commandLine("image.size=512"))
        #expect(pipeline.inputs.map { $0.texts.map(\.text) } == [["a.h5"], ["p=q"]])
    }

    @Test("a name is the file's without its suffix, if none is written")
    func names() throws {
        let text = stages("- s:")
        #expect(try PipelineFile(text: text, path: "a/b/night.2.yaml").name == "night")
        #expect(try PipelineFile(text: text, path: ".yaml").name == "pipeline")
        #expect(complaint { try bound("sluice: 1\nname: a/b\nstages: [s]") }.contains("line 2"))
    }

    @Test("stages may be bare words, Windows' line ends and a byte order mark do no harm")
    func forms() throws {
        #expect(try bound("sluice: 1\nstages: [read, autoflag]").stages.map(\.name) == ["read", "autoflag"])
        let windows = "\u{FEFF}" + quicklook.replacingOccurrences(of: "\n", with: "\r\n")
        let pipeline = try bound(windows, "observation=a.h5")
        #expect(pipeline.stages.map(\.origin) == (8...12).map { .file("night/p.yaml", line: $0) })
        #expect(texts(pipeline, "image", "cell") == ["2arcsec"])
    }
}
