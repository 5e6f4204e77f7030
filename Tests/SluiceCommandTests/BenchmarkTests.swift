import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchmarkTests {
    private static let tiny = [
        "--simulate", "4x16x2x80s@8s", "--rounds", "1", "--copy-buffer", "1MiB", "--threads", "1", "--quiet",
    ]

    private func benchmark(_ arguments: [String], in scratch: Scratch) throws -> Program.Outcome {
        try Program.finish(
            Program.start(["benchmark"] + arguments + Self.tiny + ["--scratch", "."], in: scratch.url))
    }

    private func parts(_ scratch: Scratch) throws -> [[String: Any]] {
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: scratch["figures.json"])))
        return try #require((json as? [String: Any])?["parts"] as? [[String: Any]])
    }

    @Test("all registered stages are in the table, and nothing but the figures is left behind")
    func allStages() throws {
        let scratch = try Scratch()
        let outcome = try benchmark(
            [
                "all", "image.size=64", "--json", "figures.json", "--picture", "figures.png", "--observation",
                "64x4096x4x8h@8s",
            ], in: scratch)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let described = try Program.run("stages", "--json").output
        let stages = try JSONSerialization.jsonObject(with: Data(described.utf8)) as? [[String: Any]]
        let names = try #require(stages?.compactMap { $0["name"] as? String })
        let rows = outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        for name in names { #expect(rows.contains(Substring(name)), "\(outcome.output)") }
        #expect(!outcome.output.contains("not measured"), "\(outcome.output)")
        #expect(try scratch.names == ["figures.json", "figures.png"])
        #expect(try Data(contentsOf: URL(filePath: scratch["figures.png"])).starts(with: [0x89, 0x50]))
        let measured = try parts(scratch)
        #expect(measured.compactMap { $0["subject"] as? String } == names)
        // 10 baselines x 2 products x 16 channels x 10 dumps.
        #expect(measured.allSatisfy { $0["source_samples"] as? Int == 3200 })
    }

    @Test("a pipeline's stages are measured together, on inputs of its own, and leave no results")
    func pipeline() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            """
            sluice: 1
            name: chain
            inputs:
              observation: {type: file}
            stages:
              - read: {input: $(observation)}
              - mask: {mask: meerkat-l}
              - average: {times: 2}
              - write: {output: averaged.h5}
            """, to: "chain.yaml")
        let outcome = try benchmark(
            [file, "observation=\(SmallObservation.path)", "--json", "figures.json"], in: scratch)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scratch.names == ["chain.yaml", "figures.json"])
        let part = try #require(try parts(scratch).first)
        let stages = try #require(part["stages"] as? [[String: Any]])
        #expect(stages.compactMap { $0["name"] as? String } == ["read", "mask", "average", "write"])
        let samples = stages.compactMap { $0["samples"] as? Int }
        #expect(samples[1] == samples[0] && samples[2] == samples[0] && samples[3] * 2 == samples[0])
    }

    @Test(
        "wrong names and values end with 2 and one line",
        arguments: [
            (["autoflg"], "autoflag"), (["mask", "maks=none"], "mask"),
            (["mask", "--threads", "9999"], "9999"),
            (["mask", "--threads", "two"], "two"), (["all", "mask=none"], "STAGE.mask=none"),
            (["all", "maks.mask=none"], "mask"), (["missing.yaml"], "missing.yaml"),
            (["mask", "--observation", "64x8h"], "64x4096x4x8h@8s"),
            (["mask", "--input", "missing.h5"], "missing.h5"),
            (["read", "input=missing.h5"], "missing.h5"), (["mask", "--rounds", "0"], "--rounds"),
            (["mask", "--scratch", "/proc/none"], "scratch"),
        ])
    func usage(arguments: [String], mentions: String) throws {
        let scratch = try Scratch()
        let tiny = Self.tiny.filter { !["--threads", "--rounds", "1"].contains($0) }
        let outcome = try Program.finish(Program.start(["benchmark"] + arguments + tiny, in: scratch.url))
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
        #expect(try scratch.names.isEmpty)
    }

    @Test("figures replace nothing unasked, nor what is read, and are refused before anything is measured")
    func existing() throws {
        let scratch = try Scratch()
        for name in ["old.json", "old.png"] { try scratch.write("old", to: name) }
        try FileManager.default.copyItem(atPath: SmallObservation.path, toPath: scratch["night.h5"])
        let mask = ["mask", "mask=meerkat-l"]
        let refused: [(arguments: [String], mentions: String)] = [
            (["--json", "old.json"], "old.json: use another name, or --overwrite"),
            (["--picture", "old.png"], "old.png"), (["--json", "missing/new.json"], "missing/new.json"),
            (["--json", "new", "--picture", "new"], "new, by --json and --picture"),
            (["--overwrite", "--input", "night.h5", "--json", "night.h5"], "replace an input: night.h5"),
        ]
        for (arguments, mentions) in refused {
            // More rounds than anybody would wait for.
            let outcome = try Program.finish(
                Program.start(
                    ["benchmark"] + mask + arguments + ["--rounds", "1000"], in: scratch.url))
            #expect(outcome.code != 0 && outcome.errorLines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(mentions) && !outcome.errors.contains("measuring"))
        }
        #expect(try scratch.names == ["night.h5", "old.json", "old.png"])
        #expect(scratch.text("old.json") == "old" && scratch.text("old.png") == "old")
        let replaced = try benchmark(
            mask + ["--json", "old.json", "--picture", "old.png", "--overwrite"], in: scratch)
        #expect(replaced.code == 0, "\(replaced.errors)")
        #expect(try #require(scratch.text("old.json")).hasPrefix("{"))
        #expect(try Data(contentsOf: URL(filePath: scratch["old.png"])).starts(with: [0x89, 0x50]))
        #expect(try scratch.names == ["night.h5", "old.json", "old.png"])
    }
}
