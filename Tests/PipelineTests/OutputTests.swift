import Foundation
import Rings
import TestSupport
import Testing

@testable import Pipeline

@Suite("Results, all or nothing") struct OutputTests {
    private func writing(_ paths: String...) -> Pipeline {
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        for (number, path) in paths.enumerated() { pipeline.add("digest\(number)", Digesting(path)) }
        return pipeline
    }

    @Test("results get their names and digests together, the report lists them")
    func committed() async throws {
        let folder = try Scratch()
        let result = await PipelineRun(writing(folder["a"], folder["b"]), quiet()).run()
        #expect(result.exitCode == .success)
        #expect(try folder.names == ["a", "b"])
        #expect(result.outputs.map(\.path) == [folder["a"], folder["b"]])
        for output in result.outputs {
            #expect(output.bytes == folder.text(PathParts(output.path).name)?.utf8.count)
            #expect(try Digest.file(output.path) == output.sha256)
        }
    }

    @Test("SHA-256 as FIPS 180-4 has it")
    func digest() {
        func digest(_ text: String) -> String? {
            let digest = Digest()
            Array(text.utf8).withUnsafeBytes { digest.add($0) }
            return digest.finish()
        }
        #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("a view of results so far has its name at once, is replaced, and the commit leaves it alone")
    func published() throws {
        let folder = try Scratch()
        let ledger = OutputLedger(overwrite: false)
        let (view, result) = (
            try ledger.claim(folder["live"], stage: "image", suggesting: ""),
            try ledger.claim(folder["result"], stage: "image", suggesting: "")
        )
        try ledger.open()
        for text in ["first", "second"] {
            try Data(text.utf8).write(to: URL(filePath: view.temporaryPath))
            try view.publish()
            #expect(folder.text("live") == text)
        }
        #expect(throws: SystemError.self) { try view.publish() }
        try Data("all".utf8).write(to: URL(filePath: result.temporaryPath))
        #expect(try ledger.commit().map(\.path) == [folder["result"]])
        ledger.leave()
        #expect(folder.text("live") == "second" && folder.text("result") == "all")
        // Of a run that failed nothing is left, so that it can be tried again.
        let failed = OutputLedger(overwrite: false)
        let lost = try failed.claim(folder["lost"], stage: "image", suggesting: "")
        try failed.open()
        try Data("first".utf8).write(to: URL(filePath: lost.temporaryPath))
        try lost.publish()
        failed.leave()
        #expect(try folder.names == ["live", "result"])
    }

    @Test("a view takes the place of one that a killed run left, not of another result nor of an input")
    func leftView() throws {
        let folder = try Scratch()
        try folder.write("left", to: "live")
        let ledger = OutputLedger(overwrite: false)
        func view() throws -> PendingOutput {
            try ledger.claim(folder["live"], stage: "image", suggesting: "", isView: true)
        }
        #expect(throws: OutputError.self) { try ledger.claim(folder["live"], stage: "image", suggesting: "") }
        let live = try view()
        #expect(throws: OutputError.self) { try view() }
        try ledger.open()
        #expect(folder.text("live") == "left")
        try Data("new".utf8).write(to: URL(filePath: live.temporaryPath))
        try live.publish()
        #expect(folder.text("live") == "new")
        ledger.leave()
        #expect(try folder.names == [])
        try folder.write("data", to: "live")
        let other = OutputLedger(overwrite: false)
        other.protect(folder["live"])
        _ = try other.claim(folder["live"], stage: "image", suggesting: "", isView: true)
        #expect(throws: OutputError.self) { try other.open() }
        other.leave()
        #expect(folder.text("live") == "data")
    }

    @Test("an existing result stops the run before it starts, unless it may be replaced")
    func existing() async throws {
        let folder = try Scratch()
        try folder.write("precious", to: "a")
        let refused = await PipelineRun(writing(folder["a"]), quiet()).run()
        #expect(refused.exitCode == .usage)
        #expect(
            refused.error?.description
                == "result exists: \(folder["a"]): use another prefix, or --overwrite (stage digest0)")
        #expect(folder.text("a") == "precious")
        let replaced = await PipelineRun(writing(folder["a"]), quiet { $0.overwrite = true }).run()
        #expect(replaced.exitCode == .success)
        #expect(folder.text("a") != "precious")
    }

    @Test("a run refused for the sake of results leaves their report alone, and writes one where none is")
    func reportOfOthers() async throws {
        let folder = try Scratch()
        func run() async -> RunResult {
            await PipelineRun(writing(folder["a"]), quiet { $0.report = folder["a-report.json"] }).run()
        }
        #expect(await run().exitCode == .success)
        let made = try #require(folder.text("a-report.json"))
        #expect(await run().exitCode == .usage)
        #expect(folder.text("a-report.json") == made)
        try FileManager.default.removeItem(atPath: folder["a-report.json"])
        #expect(await run().exitCode == .usage)
        #expect(folder.text("a-report.json")?.contains("result exists") == true)
    }

    @Test("a failing run leaves the old result as it was")
    func keepsOld() async throws {
        let folder = try Scratch()
        try folder.write("precious", to: "a")
        var pipeline = Pipeline("test")
        pipeline.add("sky", Sky())
        pipeline.add("digest", Digesting(folder["a"], breaks: .end))
        let result = await PipelineRun(pipeline, quiet { $0.overwrite = true }).run()
        #expect(result.exitCode == .machine)
        #expect(folder.text("a") == "precious")
        #expect(try folder.names == ["a"])
    }

    @Test("a partial file that a killed run left is removed by the next run, a check leaves it alone")
    func leftOver() async throws {
        let folder = try Scratch()
        let partial = folder[".a.sluice-partial"]
        try "half".write(toFile: partial, atomically: false, encoding: .utf8)
        let run = PipelineRun(writing(folder["a"]), quiet())
        try run.check()
        #expect(try folder.names == [".a.sluice-partial"])
        #expect(await run.run().exitCode == .success)
        #expect(try folder.names == ["a"])
    }

    @Test("places that cannot be written are found before the run")
    func places() throws {
        let folder = try Scratch()
        func error(_ paths: String...) -> String? {
            var pipeline = Pipeline("test")
            pipeline.add("sky", Sky())
            for (number, path) in paths.enumerated() { pipeline.add("digest\(number)", Digesting(path)) }
            do {
                try PipelineRun(pipeline, quiet()).check()
                return nil
            } catch {
                return error.exitCode == .usage ? error.description : "exit code \(error.exitCode.rawValue)"
            }
        }
        #expect(
            error("/no/such/folder/a")
                == "there is no folder '/no/such/folder/': cannot write /no/such/folder/a: make it, or write elsewhere (stage digest0)"
        )
        try folder.write("file", to: "file")
        #expect(error(folder["file/a"])?.hasPrefix("cannot write (Not a directory)") == true)
        #expect(error("")?.hasPrefix("an output needs a file name of at most 239 bytes: ''") == true)
        #expect(error(folder.path + "/")?.hasPrefix("an output needs a file name") == true)
        #expect(
            error(folder[String(repeating: "a", count: 240)])?.hasPrefix("an output needs a file name")
                == true)
        #expect(error(folder[String(repeating: "a", count: 239)]) == nil)
        #expect(error(folder.path)?.hasPrefix("output is a folder") == true)
        let twice = error(folder["x"], folder.path + "/./x")
        #expect(
            twice?.hasPrefix("two stages write the same file: \(folder.path)/./x, by digest0 and digest1")
                == true)
    }

    @Test(
        "a folder that turns out to be unwritable is the caller's fault",
        .enabled(if: access("/proc/self", F_OK) == 0, "no /proc"))
    func unwritable() async {
        let result = await PipelineRun(writing("/proc/self/result"), quiet()).run()
        #expect(result.exitCode == .usage)
        #expect(result.error?.description.hasPrefix("cannot write (") == true)
    }

    @Test("a result never replaces a file that is being read")
    func inputs() async throws {
        struct Reading: Source {
            static let name = "read"
            static let summary = ""
            var path = ""
            init(_ settings: NoParameters = NoParameters()) {}
            mutating func prepare(_ context: StageContext) throws -> Integers.Header {
                try context.recordInputs([path], digested: false)
                _ = try context.outputs.claim(path, suggesting: "use another name")
                return Integers.Header(blocks: nil)
            }
            func run(into output: Outlet<Integers>) async throws {}
        }
        let folder = try Scratch()
        try folder.write("data", to: "a")
        var reading = Reading()
        reading.path = folder["a"]
        var pipeline = Pipeline("test")
        pipeline.add("read", reading)
        pipeline.add("collect", Collecting())
        let result = await PipelineRun(pipeline, quiet { $0.overwrite = true }).run()
        #expect(result.exitCode == .usage)
        #expect(result.error?.description.hasPrefix("output would replace an input: ") == true)
        #expect(folder.text("a") == "data")
    }

    @Test("a promised result must be written, unless the promise was taken back", arguments: [true, false])
    func promised(withdraws: Bool) async throws {
        struct Idle: Sink {
            static let name = "idle"
            static let summary = ""
            var path = ""
            var withdraws = false
            private var output: PendingOutput?
            init(_ settings: NoParameters = NoParameters()) {}
            mutating func prepare(_ header: Integers.Header, _ context: StageContext) throws {
                output = try context.outputs.claim(path, suggesting: "")
            }
            func run(_ input: Reader<Integers>) async throws {
                for try await _ in input {}
                if withdraws { output?.withdraw() }
            }
        }
        let folder = try Scratch()
        var idle = Idle()
        idle.path = folder["a"]
        idle.withdraws = withdraws
        var pipeline = Pipeline("test")
        pipeline.add("count", Counting(3))
        pipeline.add("idle", idle)
        let result = await PipelineRun(pipeline, quiet()).run()
        #expect(result.exitCode == (withdraws ? .success : .machine))
        #expect(try folder.names.isEmpty)
    }
}
