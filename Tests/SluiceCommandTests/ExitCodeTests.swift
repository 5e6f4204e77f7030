import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ExitCodeTests {
    /// A pipeline that reads and images.
    static func pipeline(_ image: String = "size: 64, cell: 10arcsec, psf: no, png: no") -> String {
        """
        sluice: 1
        name: test
        inputs:
          observation: {type: file}
        stages:
          - read: {input: $(observation)}
          - image: {prefix: result, \(image)}
        """
    }

    @Test(
        "Wrong usage ends with 2 and one line that says what and where",
        arguments: [
            (["frobnicate"], "frobnicate"),
            (["run"], "pipeline"),
            (["run", "missing.yaml"], "missing.yaml"),
            (["run", "good.yaml"], "observation"),
            (["run", "good.yaml", "observation=missing.h5"], "missing.h5"),
            (["run", "good.yaml", "observaton=x.h5"], "observation"),
            (["run", "good.yaml", "observation=x.h5", "image.sise=3"], "size"),
            (["run", "good.yaml", "observation=x.h5", "image.cell=2"], "2arcsec"),
            (["run", "good.yaml", "observation=x.h5", "--threads", "4000"], "4000"),
            (["run", "good.yaml", "observation=x.h5", "--memory", "lots"], "memory"),
            (["run", "unknown.yaml", "observation=x.h5"], "autoflag"),
            (["run", "empty.yaml"], "empty.yaml"),
            (["run", "broken.yaml"], "broken.yaml"),
            (["stage", "autoflagg"], "autoflag"),
            (["stage", "autoflag", "--output", "x.h5"], "--input"),
            (["stage", "image", "prefix=x"], "write --prefix x"),
            (["stage", "image", "x.h5"], "write --input x.h5"),
            (["stages", "imag"], "image"),
            (["info", "missing.h5"], "missing.h5"),
        ])
    func usage(arguments: [String], mentions: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(Self.pipeline(), to: "good.yaml")
        _ = try scratch.write("", to: "empty.yaml")
        _ = try scratch.write("sluice: 1\nstages:\n  - read: {input: [", to: "broken.yaml")
        _ = try scratch.write(Self.pipeline().replacing("image:", with: "autoflg:"), to: "unknown.yaml")
        let outcome = try Program.finish(Program.start(arguments, in: scratch.url))
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
        let left = try scratch.names.filter { $0 != "result-report.json" }
        #expect(left == ["broken.yaml", "empty.yaml", "good.yaml", "unknown.yaml"])
    }

    @Test(
        "Help and version end with 0",
        arguments: [["--help"], ["--version"], ["run", "--help"], ["stage", "image", "--help"]])
    func help(arguments: [String]) throws {
        let outcome = try Program.finish(Program.start(arguments))
        #expect(outcome.code == 0)
        #expect(!outcome.output.isEmpty)
    }

    @Test("A plan above --memory is refused before anything runs, naming what to change")
    func memory() throws {
        let scratch = try Scratch()
        let file = try scratch.write(Self.pipeline(), to: "p.yaml")
        let observation = try SmallObservation.path
        let outcome = try Program.run(
            "run", file, "observation=\(observation)", "--memory", "1MiB", in: scratch.url)
        #expect(outcome.code == 2)
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(try !scratch.names.contains("result-dirty.fits"))
    }

    @Test("An existing result stops the run before it starts, unless it may be replaced")
    func existing() throws {
        let scratch = try Scratch()
        let file = try scratch.write(Self.pipeline(), to: "p.yaml")
        let observation = try SmallObservation.path
        _ = try scratch.write("mine", to: "result-dirty.fits")
        let refused = try Program.run("run", file, "observation=\(observation)", in: scratch.url)
        #expect(refused.code == 2, "\(refused.errors)")
        #expect(try String(contentsOfFile: scratch["result-dirty.fits"], encoding: .utf8) == "mine")
        let replaced = try Program.run(
            "run", file, "observation=\(observation)", "--overwrite", in: scratch.url)
        #expect(replaced.code == 0, "\(replaced.errors)")
        let size =
            try FileManager.default.attributesOfItem(atPath: scratch["result-dirty.fits"])[.size] as? Int
        #expect((size ?? 0) > 64 * 64 * 4)
    }

    @Test(
        "A place that cannot be written ends with 2",
        arguments: ["missing/result", "/proc/result", "p.yaml/result"])
    func unwritable(prefix: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write(Self.pipeline(), to: "p.yaml")
        let outcome = try Program.run(
            "run", file, "observation=\(SmallObservation.path)", "image.prefix=\(prefix)", "--report",
            "r.json",
            in: scratch.url)
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
    }

    @Test("Data of which nothing is left to image end with 3")
    func allFlagged() throws {
        let scratch = try Scratch()
        let masked = Self.pipeline().replacing("  - image:", with: "  - mask: {mask: all.txt}\n  - image:")
        let file = try scratch.write(masked, to: "p.yaml")
        _ = try scratch.write(
            "1 GHz 2 GHz\n".replacing(" GHz ", with: "GHz ").replacing(" GHz\n", with: "GHz\n"), to: "all.txt"
        )
        let outcome = try Program.run("run", file, "observation=\(SmallObservation.path)", in: scratch.url)
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(try !scratch.names.contains("result-dirty.fits"))
        #expect(try scratch.names.contains("result-report.json"))
    }
}
