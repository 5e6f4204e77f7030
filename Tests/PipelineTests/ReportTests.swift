import Foundation
import Rings
import Synchronization
import TestSupport
import Testing
import Visibilities

@testable import Pipeline

@Suite("Report, log and progress") struct ReportTests {
    private func report(_ path: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        return try #require(object as? [String: Any])
    }

    @Test("a good run reports what it was and how it went")
    func good() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("weigh", Weighing(2), parameters: [StageParameter("factor", "2")])
        pipeline.add("digest", Digesting(folder["out"]))
        let path = folder["report.json"]
        try "{\"an\": \"older report\"}".write(toFile: path, atomically: false, encoding: .utf8)
        let result = await PipelineRun(pipeline, quiet { $0.report = path }).run()
        #expect(result.reportError == nil)
        let report = try report(path)
        #expect(report["schema"] as? String == "sluice-report/1")
        #expect(report["exit_code"] as? Int == 0)
        #expect(report["error"] == nil)
        #expect(((report["outputs"] as? [[String: Any]])?.first?["sha256"] as? String)?.count == 64)
        let stages = (report["run"] as? [String: Any])?["stages"] as? [[String: Any]]
        #expect(stages?.map { $0["samples_out"] as? Int } == [1760, 1760, 0])
        #expect((stages?[1]["rules"] as? [String: Int]) == ["every fifth": 370])
        #expect(try folder.names == ["out", "report.json"])
    }

    @Test("files of parameters are inputs, told apart by their folders, which no result replaces")
    func parameterFiles() async throws {
        let folder = try Scratch()
        let files = FileManager.default
        for name in ["one", "two"] {
            try files.createDirectory(
                at: folder.url.appending(path: name), withIntermediateDirectories: false)
        }
        try folder.write("abc", to: "one/mask.txt")
        try folder.write("abc", to: "linked")
        try files.createSymbolicLink(
            atPath: folder["two/mask.txt"], withDestinationPath: folder["linked"])
        func run(to output: String) async -> RunResult {
            var pipeline = Pipeline("test")
            pipeline.add("sky", Sky())
            pipeline.add(
                "weigh", Weighing(2),
                parameters: [
                    StageParameter("mask", folder["one/mask.txt"], decidesBits: false, mayBeFile: true),
                    StageParameter("list", folder["two/mask.txt"], decidesBits: false, mayBeFile: true),
                    StageParameter("start-of-names", folder["one/no"], decidesBits: false, mayBeFile: true),
                    StageParameter("prefix", folder["one/mask.txt"], decidesBits: false),
                ])
            pipeline.add("digest", Digesting(output))
            return await PipelineRun(pipeline, quiet { $0.overwrite = true }).run()
        }
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let result = await run(to: folder["out"])
        #expect(
            result.report.inputs
                == ["one/mask.txt", "two/mask.txt"].map { InputRecord(name: $0, bytes: 3, sha256: digest) })
        let lines = folder.text("out")?.split(separator: "\n").map(String.init) ?? []
        #expect(lines.contains("stage weigh"))
        #expect(lines.contains("input two/mask.txt 3 bytes sha256 \(digest)"))
        let refused = await run(to: folder["two/mask.txt"])
        #expect(refused.error?.description.hasPrefix("output would replace an input: ") == true)
        #expect(folder.text("two/mask.txt") == "abc")
    }

    @Test("a report is written when the check fails, and its lack never fails a run")
    func always() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3, breaks: .prepare))
        pipeline.add("collect", Collecting())
        let path = folder["report.json"]
        _ = await PipelineRun(pipeline, quiet { $0.report = path }).run()
        let report = try report(path)
        #expect(report["exit_code"] as? Int == 1)
        #expect(report["error"] as? String == "broken: source: mend it (stage count)")
        #expect(report["stage"] as? String == "count")

        var good = Pipeline("test")
        good.add("count", Counting(3))
        good.add("collect", Collecting())
        let result = await PipelineRun(good, quiet { $0.report = "/no/such/folder/report.json" }).run()
        #expect(result.exitCode == .success)
        #expect(result.reportError?.description.hasPrefix("cannot write (No such file") == true)
    }

    @Test("a report never replaces a result, an input or any file that is no report")
    func slips() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("digest", Digesting(folder["out"]))
        let twice = await PipelineRun(pipeline, quiet { $0.report = folder["out"] }).run()
        #expect(twice.exitCode == .usage)
        #expect(twice.error?.description.contains("by digest and the report") == true)
        try folder.write("data", to: "data")
        let slip = await PipelineRun(pipeline, quiet { $0.report = folder["data"] }).run()
        #expect(slip.exitCode == .success)
        #expect(slip.reportError?.description.hasPrefix("a file that is no report is in the place") == true)
        #expect(folder.text("data") == "data")
    }

    @Test("a report reads back")
    func decodes() async throws {
        let folder = try Scratch()
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3))
        pipeline.add("collect", Collecting())
        let result = await PipelineRun(pipeline, quiet { $0.report = folder["r"] }).run()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let again = try decoder.decode(RunReport.self, from: Data((folder.text("r") ?? "").utf8))
        #expect(again.inputs == [InputRecord(name: "integers", bytes: 80, checksum: "abc")])
        #expect(again.run?.links.first?.blocks == 3)
        #expect(again.times.started == result.report.times.started)
    }

    /// Goes on when its input has ended, and says so.
    private struct Polishing: Sink {
        struct Gone: Error {}
        static let name = "polish"
        static let summary = "works on what it has read"
        private let work: @Sendable () throws -> Void
        private var context: StageContext?

        init(_ settings: NoParameters) { work = {} }
        init(_ work: @escaping @Sendable () throws -> Void) { self.work = work }
        mutating func prepare(_ header: ObservationCut, _ context: StageContext) { self.context = context }
        func run(_ input: Reader<VisibilityBlock>) async throws {
            for try await _ in input {}
            context?.activity = "polishing"
            context?.report("layers", ["number": .count(1)])
            try work()
        }
    }

    @Test("what a stage does after its input is progress; what it made, or broke off, is in the report")
    func finishing() async throws {
        let current = Mutex<PipelineRun?>(nil)
        let lines = Mutex<[String]>([])
        for fails in [false, true] {
            var pipeline = Pipeline("test")
            pipeline.add("sky", Sky())
            pipeline.add(
                "polish",
                Polishing {
                    if let snapshot = current.withLock({ $0?.snapshot }) {
                        lines.withLock { $0.append(Progress.line(snapshot)) }
                    }
                    if fails { throw Polishing.Gone() }
                })
            let run = PipelineRun(pipeline, quiet { _ in })
            current.withLock { $0 = run }
            let stage = await run.run().report.run?.stages.last
            #expect(stage?.details == ["layers": [["number": .count(1)]]])
            #expect(stage?.activity == (fails ? "polishing" : nil))
        }
        for line in lines.withLock({ $0 }) {
            #expect(line.contains("s, all data read; sky "), "\(line)")
            #expect(line.hasSuffix("; polish polishing"), "\(line)")
        }
        #expect(lines.withLock { $0.count } == 2)
    }

    @Test("values of a stage's own read back, what is no number as such")
    func values() throws {
        let entry: ReportEntry = ["a": .count(3), "b": .number(0.5), "c": .text("three")]
        let data = Data(try jsonText(["clean": [entry]]).utf8)
        #expect(try JSONDecoder().decode([String: [ReportEntry]].self, from: data) == ["clean": [entry]])
        let none = try JSONDecoder().decode(
            ReportEntry.self, from: Data(try jsonText(["a": ReportValue.number(.infinity)]).utf8))
        guard case .number(let value) = none["a"] else { return #expect(Bool(false)) }
        #expect(value.isNaN)
    }

    @Test("progress tells rate, flagged share, occupancy and time left")
    func progress() throws {
        var stage = RunSnapshot.Stage(
            name: "weigh", state: .running, blocksIn: 1, samplesIn: 2_000_000, bytesIn: 26_000_000,
            blocksOut: 1, samplesOut: 2_000_000, bytesOut: 26_000_000,
            rules: ["a": 50_000, "b": 20_000], seconds: 2, inputWaitSeconds: 0, outputWaitSeconds: 0,
            busySeconds: 2, finalSeconds: 0)
        var snapshot = RunSnapshot(seconds: 30, done: 0.25, stages: [stage], links: [], pools: [])
        #expect(
            Progress.line(snapshot)
                == "30 s, 25 % of the data read, 1 min 30 s left; weigh 1 Msamples/s, 3.5 % flagged")
        #expect(
            Progress.lines(snapshot) == [
                "30 s, 25 % of the data read, 1 min 30 s left", "  weigh  1 Msamples/s  3.5 % flagged",
            ])
        snapshot.done = nil
        #expect(Progress.line(snapshot).hasPrefix("30 s; weigh") == true)
        // What is done with all of the data goes at no rate, and nobody knows how long it takes.
        (snapshot.done, stage.finalSeconds) = (1, 2)
        snapshot.stages = [stage]
        #expect(Progress.line(snapshot) == "30 s, all data read; weigh finishing, 3.5 % flagged")
        snapshot.stages[0].activity = "cleaning"
        #expect(Progress.lines(snapshot) == ["30 s, all data read", "  weigh  cleaning  3.5 % flagged"])
        #expect(Progress(.none, snapshot: { nil }) == nil)
    }

    @Test("live lines are replaced and log lines stay above them")
    func console() throws {
        let folder = try Scratch()
        let descriptor = open(folder["screen"], O_CREAT | O_RDWR, 0o600)
        defer { close(descriptor) }
        let console = Console(descriptor: descriptor)
        #expect(!console.isTerminal)
        console.show(["one", "two"])
        console.line("a log line")
        console.show([])
        #expect(folder.text("screen") == "one\ntwo\n\u{1B}[2A\u{1B}[Ja log line\none\ntwo\n\u{1B}[2A\u{1B}[J")
    }

    @Test("times are UTC to the second")
    func times() {
        #expect(utcText(Date(timeIntervalSince1970: 0)) == "1970-01-01T00:00:00Z")
        #expect(utcText(Date(timeIntervalSince1970: 1_709_210_096.7)) == "2024-02-29T12:34:56Z")
    }
}
