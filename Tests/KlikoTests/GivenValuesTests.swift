import Foundation
import Parameters
import Pipeline
import Stages
import TestSupport
import Testing

@testable import Kliko

/// What runners write into `parameters.json`, and what lies in the folders they mount.
@Suite struct GivenValuesTests {
    private static let document = KlikoDocument(
        name: "test", description: "test", container: "sluice/test",
        sections: [
            KlikoDocument.Section(
                name: "one", description: "one",
                fields: [
                    KlikoField(name: "cell", type: .str, help: "pixel", isRequired: true),
                    KlikoField(name: "size", type: .int, initial: "2048", help: "pixels"),
                    KlikoField(name: "psf", type: .choice, choices: ["yes", "no"], help: "beam"),
                ])
        ])

    private func given(_ json: String) throws -> GivenValues {
        let scratch = try Scratch()
        return try GivenValues(path: scratch.write(json, to: "parameters.json"), Self.document)
    }

    @Test(
        "Numbers, texts and truths are the same texts; null and empty are not given",
        arguments: [
            (#"{"cell": "2arcsec"}"#, "size", "2048"), (#"{"cell": "x", "size": 64}"#, "size", "64"),
            (#"{"cell": "x", "size": "64"}"#, "size", "64"), (#"{"cell": "x", "size": 64.0}"#, "size", "64"),
            (#"{"cell": "x", "size": 0.25}"#, "size", "0.25"), (#"{"cell": "x", "size": null}"#, "size", nil),
            (#"{"cell": "x", "size": ""}"#, "size", nil), (#"{"cell": "x", "psf": false}"#, "psf", "no"),
            (#"{"cell": "x", "psf": true}"#, "psf", "yes"),
            (#"{"cell": "x", "psf": "False"}"#, "psf", "False"),
            (#"{"cell": 2}"#, "cell", "2"),
        ])
    func values(json: String, field: String, text: String?) throws {
        #expect(try given(json).text(field) == text)
    }

    @Test("A list is several values")
    func list() throws {
        let parameter = try given(#"{"cell": ["a", 2, null]}"#).parameter("cell", as: "image.cell")
        #expect(parameter?.texts.map(\.text) == ["a", "2"])
        #expect(parameter?.isList == true && parameter?.name == "image.cell")
        #expect(parameter?.origin.description.contains("parameters.json field 'cell'") == true)
    }

    @Test(
        "What is wrong is said in one line that names the file",
        arguments: [
            ("{}", "cell is missing"), (#"{"cell": null}"#, "cell is missing"),
            (#"{"cell": ""}"#, "cell is missing"), (#"{"cell": "x", "sise": 1}"#, "did you mean 'size'?"),
            ("[]", "JSON object"), ("{", "JSON object"), (#"{"cell": {"a": 1}}"#, "JSON object"),
            (#"{"cell": NaN}"#, "JSON object"), ("", "JSON object"),
        ])
    func wrong(json: String, mentions: String) throws {
        let said = complaint { try given(json) }
        #expect(
            said.contains(mentions) && said.contains("parameters.json") && !said.contains("\n"), "\(said)")
    }

    @Test("The one observation is found by content; several need a pattern")
    func observations() throws {
        let scratch = try Scratch()
        let folder = InputFolder(path: scratch.path)
        #expect(
            complaint { try folder.observations(pattern: nil, several: false) }.contains("no observation"))
        try scratch.write("not one", to: "notes.h5")
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0]).write(
            to: URL(filePath: scratch["night.dat"]))
        #expect(try folder.observations(pattern: nil, several: false) == [scratch["night.dat"]])
        try FileManager.default.copyItem(atPath: scratch["night.dat"], toPath: scratch["day.h5"])
        try FileManager.default.copyItem(
            atPath: scratch["night.dat"], toPath: scratch[".day.h5.sluice-partial"])
        let said = complaint { try folder.observations(pattern: nil, several: true) }
        #expect(said.contains("day.h5, night.dat") && said.contains("pattern"), "\(said)")
        #expect(try folder.observations(pattern: "*.h5", several: false) == [scratch["day.h5"]])
        #expect(
            complaint { try folder.observations(pattern: "*", several: false) }.contains("2 observations"))
        #expect(try folder.observations(pattern: "*", several: true).count == 2)
        #expect(complaint { try folder.observations(pattern: "x*", several: false) }.contains("'x*'"))
        let nowhere = InputFolder(path: scratch["missing"])
        #expect(complaint { try nowhere.observations(pattern: nil, several: false) }.contains("INPUT"))
    }

    @Test("A file is found where kliko copied it, or in the input folder; a ready name stays")
    func files() throws {
        let scratch = try Scratch()
        try scratch.write("1 2 GHz\n", to: "mask")
        try scratch.write(" meerkat-l\n", to: "layout")
        try scratch.write("1 2 GHz\n", to: "own.txt")
        func resolved(_ text: String, _ field: String = "mask", _ role: PathRole = .parameters) throws
            -> String
        {
            try ParameterFiles(
                input: InputFolder(path: scratch.path), folder: scratch.path, field: field
            ).resolved(text, role, at: .program)
        }
        #expect(try resolved("/param_files/mask") == scratch["mask"])
        #expect(try resolved("/param_files/layout", "layout") == "meerkat-l")
        #expect(try resolved("own.txt") == scratch["own.txt"])
        #expect(try resolved("meerkat-uhf") == "meerkat-uhf")
        #expect(try resolved("truth.json", "truth", .output) == "truth.json")
        for wrong in ["missing.txt", "../own.txt", "/missing", "/param_files/sky"] {
            #expect(complaint { try resolved(wrong) }.contains("no file"), "\(wrong)")
        }
        #expect(complaint { try resolved("missing", "model", .input) }.contains("no file"))
        #expect(complaint { try resolved("/etc/x", "truth", .output) }.contains("outside"))
    }

    @Test("Places are those of kliko, or those of the environment, absolute")
    func places() {
        let usual = ContainerPlaces([:])
        #expect(usual.input == "/input" && usual.output == "/output" && usual.document == "/kliko.yml")
        #expect(usual.parameters == "/parameters.json" && usual.parameterFiles == "/param_files")
        let other = ContainerPlaces(["INPUT": "/data", "OUTPUT": "out", "WORK": ""])
        #expect(other.input == "/data" && other.work == "/work")
        #expect(other.output == FileManager.default.currentDirectoryPath + "/out")
        var joined = Self.document
        joined.exchange = .join
        #expect(usual.results(joined) == "/work" && usual.observations(joined) == "/work")
        #expect(usual.results(Self.document) == "/output" && usual.observations(Self.document) == "/input")
    }
}
