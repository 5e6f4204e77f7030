import Foundation
import Parameters
import Pipeline
import TestSupport
import Testing
import Visibilities

/// A stage with parameters that a registry makes.
private struct Average: Pointwise {
    struct Settings: ParameterSet {
        @Parameter("A mask") var mask: ParameterFilePath?
        @Parameter("Length of a bin", unit: .time) var time: Double?
        @Parameter("Dumps of a bin", range: 1...) var times: Int?
        @Parameter("Loss", unit: .fraction) var smearing = Double.percent(0.5)
    }
    struct Refusal: Error {}
    static let name = "bin_up"
    static let summary = "averages"
    let settings: Settings

    init(_ settings: Settings) throws {
        if settings.time != nil, settings.times != nil {
            throw settings.$times.error("stands beside time", mend: "remove one")
        }
        if settings.times == 13 { throw Refusal() }
        self.settings = settings
    }
    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        header
    }
    func apply(to block: inout VisibilityBlock) throws {}
}

@Suite("The registry of stages")
struct StageRegistryTests {
    private var registry: StageRegistry {
        var registry = StageRegistry()
        registry.add(Counting.self)
        registry.add(Doubling.self)
        registry.add(Average.self)
        registry.add(Collecting.self)
        return registry
    }

    private func entries(_ text: String, _ overrides: String...) throws -> [StageEntry] {
        try PipelineFile(text: text, path: "night/p.yaml").bound(to: overrides).stages
    }

    @Test("stages are found by name, - and _ alike, in the order they were added")
    func names() throws {
        #expect(registry.names.count == 4 && registry.names[2] == "bin-up")
        let stage = try registry.make(StageEntry(stage: "bin_up"))
        #expect(stage is Average)
        var replaced = registry
        replaced.add(Average.self)
        #expect(replaced.names.count == 4)
    }

    @Test("an unknown stage is refused with its line and the nearest name")
    func unknown() throws {
        let entry = try entries(stages("- binup:"))[0]
        #expect(
            complaint { try registry.make(entry) }
                == "there is no stage 'binup': night/p.yaml line 3: did you mean 'bin-up'?")
    }

    @Test("parameters are typed by the stage; the command line replaces the file; paths are the file's")
    func parameters() throws {
        let text = stages("- bin-up: {mask: mine.txt, time: 8s}")
        let stage = try #require(try registry.make(entries(text)[0]) as? Average)
        #expect(stage.settings.mask?.path == "night/mine.txt" && stage.settings.time == 8)
        let given = try #require(
            try registry.make(entries(text, "bin_up.time=2min", "bin-up.mask=mine.txt")[0]) as? Average)
        #expect(given.settings.mask?.path == "mine.txt" && given.settings.time == 120)
        #expect(
            complaint { try registry.make(entries(text, "bin-up.tiem=2min")[0]) }
                == "unknown parameter 'tiem': command line 'bin-up.tiem=2min', stage bin-up: did you mean 'time'?"
        )
        #expect(
            complaint { try registry.make(entries(stages("- bin-up:", "    times: 0"))[0]) }
                == "times: '0' is out of range: night/p.yaml line 4, stage bin-up: allowed: at least 1")
    }

    @Test("what a stage refuses itself keeps its place, or gets that of the stage")
    func refusals() throws {
        #expect(
            complaint { try registry.make(entries(stages("- bin-up: {time: 8s,", "     times: 2}"))[0]) }
                == "times: stands beside time: night/p.yaml line 4, stage bin-up: remove one")
        #expect(
            complaint { try registry.make(entries(stages("- bin-up: {times: 13, as: b}"))[0]) }
                == "stage b: Refusal(): night/p.yaml line 3")
    }

    @Test("parameters as text have the defaults, and say whether they decide the bits")
    func texts() throws {
        let texts = try registry.parameters(of: entries(stages("- bin-up: {mask: mine.txt, time: 8s}"))[0])
        #expect(texts.map(\.name) == ["mask", "time", "smearing"])
        #expect(texts.map(\.text) == ["night/mine.txt", "8s", "0.5%"])
        #expect(texts.map(\.decidesBits) == [false, true, true])
        #expect(texts.map(\.mayBeFile) == [true, false, false])
    }

    @Test("a description tells kind, what is read and made, parameters and an example; it has a JSON form")
    func descriptions() throws {
        let all = registry.descriptions
        #expect(all.map(\.kind) == [.source, .transform, .pointwise, .sink])
        #expect(all.map(\.reads) == [nil, "Integers", "visibilities", "Integers"])
        #expect(all.map(\.makes) == ["Integers", "Integers", "visibilities", nil])
        let average = try registry.description(of: "bin-up")
        #expect(average.example == "- bin-up: {smearing: 0.5%}")
        #expect(average.parameters.map(\.name) == ["mask", "time", "times", "smearing"])
        #expect(average.text.contains("Dumps of a bin\n      (at least 1)"))
        let json = try JSONEncoder().encode(all)
        #expect(try JSONDecoder().decode([StageDescription].self, from: json) == all)
        #expect(
            complaint { try registry.description(of: "bin-upp") }
                == "there is no stage 'bin-upp': did you mean 'bin-up'?")
    }

    @Test("a file makes a pipeline whose stages have their names and parameters")
    func pipelines() throws {
        let file = try PipelineFile(
            text: stages("- count:", "- double:", "- double: {as: again}", "- collect:"), path: "p.yaml")
        #expect(try Pipeline(file.bound(), stages: registry).name == "p")
        #expect(
            complaint { try Pipeline(bound(stages("- counts:")), stages: registry) }.hasPrefix(
                "there is no stage 'counts'"))
    }
}
