import Foundation
import Parameters
import Pipeline
import TestSupport
import Testing

@Suite("Errors of pipeline files")
struct PipelineFileErrorTests {
    struct Case: Sendable, CustomStringConvertible {
        let text: String
        let expected: String
        var description: String { expected }
        init(_ text: String, _ expected: String) {
            self.text = text
            self.expected = expected
        }
    }

    static let cases = [
        Case("", "the file is empty: p.yaml line 1: begin with sluice: 1"),
        Case("# nothing\n", "the file is empty: p.yaml line 1: begin with sluice: 1"),
        Case("hello", "this is no pipeline file: p.yaml line 1"),
        Case("- a", "this is no pipeline file: p.yaml line 1"),
        Case("stages: [a]", "the version of the format is missing: p.yaml line 1: begin with sluice: 1"),
        Case("sluice: 2\nstages: [a]", "version '2' of the format is not known here: p.yaml line 1"),
        Case("sluice: [1]\nstages: [a]", "sluice is a list: p.yaml line 1: write sluice: TEXT"),
        Case("sluice: 1", "stages are missing: p.yaml line 1"),
        Case("sluice: 1\nstages:", "stages is nothing: p.yaml line 2"),
        Case("sluice: 1\nstages: []", "stages is a list: p.yaml line 2"),
        Case("sluice: 1\nstages: {a: b}", "stages is a map: p.yaml line 2"),
        Case(
            "sluice: 1\nstage:\n  - a:",
            "unknown key 'stage' of a pipeline file: p.yaml line 2: did you mean 'stages'?"),
        Case(
            "sluice: 1\nstages:\n  - a: 3", "stage a is a text: p.yaml line 3: write - a: {PARAMETER: VALUE}"),
        Case("sluice: 1\nstages:\n  - [a]", "a list stands where a stage should: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  -\n  - a", "nothing stands where a stage should: p.yaml line"),
        Case(
            "sluice: 1\nstages:\n  - a:\n    b: 1",
            "'b' stands beside stage a: p.yaml line 4: indent it under a if it is a parameter"),
        Case(
            "sluice: 1\nstages:\n  - a: {x: 1}\n    b: {y: 2}",
            "'b' stands beside stage a: p.yaml line 4: begin its line with -"),
        Case("sluice: 1\nstages:\n  - {as: x}", "a map stands where a stage should: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  - a: {b: {c: d}}", "b is a map: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  - a: {b: [[c]]}", "b holds a list: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  - a:\n      b:", "b is nothing: p.yaml line 4"),
        Case("sluice: 1\nstages:\n  - a b:", "'a b' is no name: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  - a: {as: 3x}", "'3x' is no name: p.yaml line 3"),
        Case("sluice: 1\nstages:\n  - a: {as: x}\n    as: y", "as stands twice: p.yaml line 4"),
        Case("sluice: 1\nstages:\n  - {[a]: b}", "a list or a map stands where a name should: p.yaml line 3"),
        Case(
            "sluice: 1\nstages:\n  - read:\n  - b: {from: raed}",
            "no stage above is called 'raed': p.yaml line 4: did you mean 'read'?"),
        Case("sluice: 1\nstages:\n  - a: {from: b}\n  - b:", "no stage above is called 'b': p.yaml line 3"),
        Case(
            "sluice: 1\nstages:\n  - a: {b: $(prefix)}",
            "$(prefix) is not an input of this pipeline: p.yaml line 3: declare it under inputs"),
        Case(
            "sluice: 1\ninputs: {prefix: {type: path}}\nstages:\n  - a:\n      b: x$(prefx)",
            "$(prefx) is not an input of this pipeline: p.yaml line 5: did you mean 'prefix'?"),
        Case(
            "sluice: 1\nstages:\n  - a: {b: $(prefix}",
            "'$(prefix' has a reference without end: p.yaml line 3: close it with )"),
        Case("sluice: 1\nstages:\n  - a: {b: $()}", "'$()' is no reference: p.yaml line 3"),
        Case(
            "sluice: 1\ninputs: {a: file}\nstages: [x]",
            "input a is a text: p.yaml line 2: write a: {type: file"),
        Case(
            "sluice: 1\ninputs: {a: {}}\nstages: [x]",
            "input a has no type: p.yaml line 2: add type: file | path"),
        Case("sluice: 1\ninputs: {a: {type: fiel}}\nstages: [x]", "type: 'fiel' is not one of"),
        Case(
            "sluice: 1\ninputs: {a: {typ: file}}\nstages: [x]",
            "unknown key 'typ' of an input: p.yaml line 2: did you mean 'type'?"),
        Case(
            "sluice: 1\ninputs: {a-b: {type: file}, a_b: {type: file}}\nstages: [x]",
            "input 'a_b' stands twice"),
        Case("sluice: 1\ninputs: [a]\nstages: [x]", "inputs is a list: p.yaml line 2"),
        Case("sluice: 1\noutputs: {a: $(b)}\nstages: [x]", "$(b) is not an input"),
        Case("sluice: 1\nname: a\nname: b\nstages: [x]", "'name' stands twice: p.yaml line 2"),
        Case(
            "sluice: 1\nstages:\n\t- read:",
            "this is not YAML (found character that cannot start any token): p.yaml line 3: indent with blanks"
        ),
        Case(
            "sluice: 1\nstages:\n  - a: {b: c",
            "this is not YAML (did not find expected ',' or '}'): p.yaml line 3"),
        Case(
            "sluice: 1\nstages:\n  - a: {b: \"c",
            "this is not YAML (found unexpected end of stream): p.yaml line 3"),
        Case("sluice: 1\n---\nstages: [a]", "this is not YAML (but found another document): p.yaml line 2"),
        Case(
            "sluice: 1\nstages: [a]\nx: \u{E001}", "the character U+e001 has no place here: p.yaml line 3"),
        Case("sluice: 1\nstages: [a\0]", "the character U+0 has no place here: p.yaml line 2"),
    ]

    @Test("each is one line with the line of the fault and how to mend it", arguments: cases)
    func file(_ wrong: Case) {
        let text = complaint { try PipelineFile(text: wrong.text, path: "p.yaml") }
        #expect(text.hasPrefix(wrong.expected))
        #expect(!text.contains("\n"))
    }

    @Test(
        "what the command line says wrongly",
        arguments: [
            (
                "observatoin=x",
                "pipeline meerkat-quicklook has no input 'observatoin': command line 'observatoin=x': did you mean 'observation'?"
            ),
            (
                "image=x",
                "'image' is a stage, not an input: command line 'image=x': write image.PARAMETER=VALUE"
            ),
            (
                "imag.size=3",
                "pipeline meerkat-quicklook has no stage 'imag': command line 'imag.size=3': did you mean 'image'?"
            ),
            ("size", "'size' is not KEY=VALUE: command line 'size'"),
            ("observation=", "observation: the path is empty: command line 'observation='"),
        ])
    func commandLine(argument: String, expected: String) {
        #expect(complaint { try bound(quicklook, "observation=x", argument) }.hasPrefix(expected))
    }

    @Test("inputs without a value, or with one of another type, are refused")
    func inputs() {
        #expect(
            complaint { try bound(quicklook) }
                == "input observation has no value: night/p.yaml line 5: add observation=VALUE (MVF v3 or UVH5)"
        )
        let typed = "sluice: 1\ninputs:\n  n: {type: integer, default: x}\nstages: [s]"
        #expect(complaint { try bound(typed) }.hasPrefix("n: 'x' is not a whole number: night/p.yaml line 3"))
        #expect(
            complaint { try bound(typed, "n=1.5") }.hasPrefix(
                "n: '1.5' is not a whole number: command line 'n=1.5'"))
        #expect(complaint { try bound(typed, "n=5") } == "")
        let circle =
            "sluice: 1\ninputs:\n  a: {type: text, default: $(b)}\n  b: {type: text, default: $(a)}\nstages: [s]"
        #expect(
            complaint { try bound(circle) }.hasPrefix(
                "the default of a refers to itself: night/p.yaml line 3"))
    }

    @Test("files that are missing, folders, not text or too large")
    func files() throws {
        let folder = try Scratch()
        #expect(complaint { try PipelineFile(path: folder["no.yaml"]) }.contains("there is no file"))
        #expect(complaint { try PipelineFile(path: folder.path) }.contains("is a folder"))
        try Data().write(to: URL(fileURLWithPath: folder["empty.yaml"]))
        #expect(
            complaint { try PipelineFile(path: folder["empty.yaml"]) }.hasPrefix("the file is empty"))
        try Data(quicklook.utf8).write(to: URL(fileURLWithPath: folder["good.yaml"]))
        #expect(try PipelineFile(path: folder["good.yaml"]).name == "meerkat-quicklook")
        let latin = Array("sluice: 1\nname: ".utf8) + [0xE9, 0x0A]
        #expect(
            complaint { try PipelineFile(bytes: latin, path: "l.yaml") }
                == "the file is not UTF-8 text: l.yaml line 2: save it as UTF-8")
        let utf16 = try #require(quicklook.data(using: .utf16))
        #expect(complaint { try PipelineFile(bytes: utf16, path: "u.yaml") }.contains("not UTF-8"))
        #expect(complaint { try PipelineFile(path: "/dev/zero") }.contains("larger than 256 KiB"))
    }

    @Test("deep, wide, self-repeating YAML ends in an error, at once")
    func bombs() {
        let laughs =
            "sluice: 1\na: &a [x,x,x,x,x,x,x,x,x]\n"
            + zip("bcdefghij", "abcdefghi").map {
                "\($0): &\($0) [*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1)]\n"
            }.joined()
        let texts = [
            laughs, "sluice: 1\nstages: &a [*a]", "sluice: 1\nstages: *a", "sluice: 1\n? &a [*a]\n: *a",
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 50_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
            (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            "sluice: 1\nstages: [" + String(repeating: "a,", count: 120_000) + "a b]",
            "sluice: 1\n" + (0..<20_000).map { "k\($0): 1\n" }.joined(),
            String(repeating: "x", count: 300 << 10),
            "sluice: 1\nstages:\n" + String(repeating: "  - a\n", count: 20_000),
            "sluice: 1\nstages:\n  - a: {b: 1,\n" + (0..<20_000).map { "c\($0),\n" }.joined() + "}",
            "sluice: 1\nstages: [a]\ninputs:\n" + (0..<10_000).map { "  i\($0): {type: text}\n" }.joined(),
            "sluice: 1\nname: \"" + String(repeating: "\\n", count: 100_000),
        ]
        let start = ContinuousClock.now
        for text in texts {
            let complaint = complaint { try PipelineFile(text: text, path: "b.yaml") }
            #expect(complaint.contains("b.yaml line"))
            #expect(!complaint.contains("\n") && complaint.utf8.count < 1000)
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("defaults that double each other end in an error")
    func doublingDefaults() {
        let doubling = zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu").map {
            "  \($0): {type: text, default: $(\($1))$(\($1))}\n"
        }
        let text =
            "sluice: 1\ninputs:\n" + doubling.joined() + "  u: {type: text, default: xxxxxxxx}\nstages: [s]"
        #expect(complaint { try bound(text) }.contains("becomes too long: night/p.yaml line"))
    }
}
