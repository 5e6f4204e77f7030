import Foundation
import Parameters
import Pipeline
import Stages
import TestSupport
import Testing
import Visibilities

@testable import Kliko

@Suite struct KlikoDocumentTests {
    static let pipelines =
        (try? FileManager.default.contentsOfDirectory(
            at: Shared.package.appending(path: "Pipelines"), includingPropertiesForKeys: nil))?
        .map(\.path).filter { $0.hasSuffix(".yaml") }.sorted() ?? []

    /// Every stage that comes with Sluice and every ready pipeline, as containers.
    static func containers() throws -> [Container] {
        let registry = StageRegistry.builtIn
        return try registry.names.map { try Container(stage: $0, registry) }
            + pipelines.map { try Container(pipeline: $0, registry) }
    }

    @Test("A field follows from its declaration: type, default, choices, unit, range")
    func golden() throws {
        var registry = StageRegistry.builtIn
        registry.add(Sieve.self)
        let text = try Container(stage: "sieve", registry).document.yaml
        let own = text.prefix(upTo: try #require(text.range(of: "  - name: \"run\"")).lowerBound)
        #expect(
            own == """
                schema_version: 3
                name: "sieve"
                description: "keeps what \\"glitters\\""
                container: "sluice/sieve:\(Sluice.version)"
                io: split
                sections:
                  - name: "sieve"
                    description: "keeps what \\"glitters\\""
                    fields:
                      - name: "mesh"
                        type: str
                        help_text: "Width of a hole (with its unit: m or km; above 0m)"
                        required: true
                      - name: "shakes"
                        type: int
                        initial: 3
                        help_text: "How often (at least 1)"
                      - name: "slope"
                        type: float
                        initial: 1.0e-05
                        help_text: "Fall"
                      - name: "loss"
                        type: str
                        help_text: "What may be lost (with a percent sign; default 0.5 percent)"
                      - name: "kept_wet"
                        type: choice
                        initial: "no"
                        choices:
                          "yes": "yes"
                          "no": "no"
                        help_text: "Whether water stays"
                      - name: "metal"
                        type: choice
                        initial: "gold"
                        choices:
                          "gold": "gold"
                          "tin": "tin"
                        help_text: "What stays"
                      - name: "chart"
                        type: file
                        help_text: "Map (a file; one that holds nothing but a ready name stands for that)"
                        required: true
                      - name: "legend"
                        type: str
                        help_text: "Words (a ready name, or the name of a file in the input folder)"
                      - name: "sieve_output"
                        type: str
                        help_text: "Words, too"

                """)
    }

    @Test("Every stage and pipeline makes a document that kliko's runners can take")
    func structure() throws {
        let containers = try Self.containers()
        #expect(containers.count >= 11)
        for container in containers {
            let document = container.document
            let names = document.fields.map(\.name)
            #expect(Set(names).count == names.count, "\(document.name)")
            #expect(!document.description.isEmpty && document.container.contains("/"))
            for field in document.fields {
                #expect(field.name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, "\(document.name) \(field.name)")
                // argparse would format both.
                #expect(!field.help.contains("%") && field.initial?.contains("%") != true, "\(field.name)")
                #expect(!field.help.isEmpty, "\(document.name) \(field.name)")
                #expect(!field.isRequired || field.initial == nil, "\(field.name)")
                #expect(field.type != .file || field.isRequired, "\(field.name)")
                #expect((field.type == .choice) == !field.choices.isEmpty, "\(field.name)")
                if field.type == .choice { #expect(field.choices.contains(field.initial ?? "")) }
                #expect(!["input", "output", "work", "help", "image_name"].contains(field.name))
            }
            #expect(!document.yaml.contains("required: false"))
        }
    }

    @Test("What is written is read back as the same")
    func roundTrip() throws {
        let scratch = try Scratch()
        for container in try Self.containers() {
            let document = container.document
            let read = try KlikoDocument(path: scratch.write(document.yaml, to: "kliko.yml"))
            #expect(read.name == document.name && read.exchange == .split)
            #expect(read.sections.map(\.name) == document.sections.map(\.name))
            for (one, other) in zip(read.fields, document.fields) {
                #expect(one.name == other.name && one.type == other.type && one.help == other.help)
                #expect(one.isRequired == other.isRequired)
                #expect(Set(one.choices) == Set(other.choices))
                if one.type == .float {
                    #expect(one.initial.flatMap(Double.init) == other.initial.flatMap(Double.init))
                } else {
                    #expect(one.initial == other.initial, "\(other.name)")
                }
            }
        }
    }

    @Test(
        "A file that is none is refused in one line",
        arguments: ["", "io: [", "name: x\n", "io: pipe\n", "io: split\nsections: {a: b}\n", "- io\n"])
    func broken(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(text, to: "kliko.yml")
        let said = complaint { try KlikoDocument(path: path) }
        #expect(said.contains("kliko.yml") && !said.contains("\n"), "\(said)")
    }

    @Test("A file with changed bytes is read or refused in one line", arguments: 0..<20)
    func corrupted(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = Seeded(seed)
        let whole = Array(try Container(stage: "image", .builtIn).document.yaml.utf8)
        for _ in 0..<20 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                // Characters that mean something to YAML more often than others.
                let meaning = Array("&*!|>{}[]:-?'\"%\t\n".utf8).randomElement(using: &random)
                let any = UInt8.random(in: 0...255, using: &random)
                bytes[place] = Bool.random(using: &random) ? meaning ?? any : any
            }
            try Data(bytes).write(to: URL(filePath: scratch["kliko.yml"]))
            let said = complaint { try KlikoDocument(path: scratch["kliko.yml"]) }
            #expect(!said.contains("\n") && (said.isEmpty || said.contains("kliko.yml")), "\(said)")
        }
    }

    @Test(
        "kliko-validate 0.8 finds no problems", .enabled(if: Peers.kliko != nil, "kliko 0.8 is not installed")
    )
    func peer() throws {
        let scratch = try Scratch()
        let validate = try #require(Peers.kliko)
        var names: [String] = []
        for (index, container) in try Self.containers().enumerated() {
            names.append(try scratch.write(container.document.yaml, to: "\(index).yml"))
        }
        // The module behind the program, so that one start does for all.
        let script = """
            import sys, yaml
            from kliko.validate import validate_kliko
            for path in sys.argv[1:]:
                document = validate_kliko(yaml.safe_load(open(path)))
                for section in document['sections']:
                    for field in section['fields']:
                        kind = dict(int=int, float=float).get(field['type'], str)
                        assert isinstance(field.get('initial', kind()), kind), (path, field)
                print('good')
            """
        let outcome = try Peers.run(validate, ["-W", "ignore", "-c", script] + names, withErrors: true)
        #expect(
            outcome.output.split(separator: "\n").count { $0 == "good" } == names.count, "\(outcome.output)")
    }
}

/// A stage with a parameter of each sort.
private struct Sieve: Pointwise {
    enum Metal: String, Sendable, ParameterChoice {
        case gold
        case tin
    }

    struct Settings: ParameterSet {
        @Parameter("Width of a hole", unit: .length, range: Limits.above(0.0)) var mesh: Double
        @Parameter("How often", range: 1...) var shakes = 3
        @Parameter("Fall") var slope = 1e-5
        @Parameter("What may be lost", unit: .fraction) var loss = 0.005
        @Parameter("Whether water stays") var keptWet = false
        @Parameter("What stays") var metal = Metal.gold
        @Parameter("Map") var chart: ParameterFilePath
        @Parameter("Words") var legend: ParameterFilePath?
        @Parameter("Words, too") var output: String?
        @Parameter("Where the gravel goes") var gravel = OutputPath("gravel.txt")
        init() {}
    }

    static let name = "sieve"
    static let summary = "keeps what \"glitters\""

    init(_ settings: Settings) {}
    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        header
    }
    func apply(to block: inout VisibilityBlock) throws {}
}
