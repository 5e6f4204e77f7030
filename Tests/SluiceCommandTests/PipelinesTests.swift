import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct PipelinesTests {
    static let folder = Program.root.appending(path: "Pipelines")

    @Test("Every ready pipeline has a comment on top and is described")
    func commented() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder, includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "yaml" }
        #expect(files.count >= 3)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.hasPrefix("# "), "\(file.lastPathComponent)")
            #expect(text.contains("Needs: ") && text.contains("Gives: ") && text.contains("\ndescription: "))
        }
    }

    /// The truth's arrays are as long as they should be and agree about where interference is; its names are in the JSON.
    private func expectTruth(in scratch: Scratch, dumps: Int, channels: Int) throws {
        func samples<T: BinaryInteger>(_ name: String, as type: T.Type) throws -> [T] {
            let bytes = try Data(contentsOf: URL(filePath: scratch[name]))
            let size = MemoryLayout<T>.size
            #expect(
                bytes.starts(with: [0x93] + Array("NUMPY".utf8))
                    && bytes.count % 64 == dumps * channels * size % 64)
            let header = String(decoding: bytes.dropLast(dumps * channels * size), as: UTF8.self)
            #expect(header.contains("'shape': (\(dumps), \(channels),)") && header.hasSuffix(" \n"))
            return stride(from: bytes.count - dumps * channels * size, to: bytes.count, by: size).map {
                start in
                bytes[start..<start + size].reversed().reduce(T(0)) { $0 << 8 | T($1) }
            }
        }
        let kinds = try samples("truth-rfi-kind.npy", as: UInt16.self)
        let strengths = try samples("truth-rfi-snr.npy", as: UInt32.self).map(Float.init(bitPattern:))
        #expect(zip(kinds, strengths).allSatisfy { ($0 != 0) == ($1 > 0) })
        let truth = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: scratch["truth.json"])))
        let bits = try #require((truth as? [String: Any])?["interferenceBits"] as? [String: Int])
        #expect(bits.count == 11 && bits["radar"] == 256)
        let all = kinds.reduce(0, |)
        for kind in ["persistent", "drift", "weak", "comb", "satellite"] {
            #expect(all & UInt16(bits[kind] ?? 0) != 0, "\(kind)")
        }
    }

    @Test("The main job: simulate, flag, reduce to an image, on a machine without data")
    func mainJob() throws {
        let scratch = try Scratch()
        let simulate = Self.folder.appending(path: "simulate-meerkat.yaml").path
        let simulated = try Program.run(
            "run", simulate, "output=observation.h5", "truth=truth.json", "simulate.antennas=5",
            "simulate.channels=32", "simulate.plan=slew*1 t*20", in: scratch.url)
        #expect(simulated.code == 0, "\(simulated.errors)")

        try expectTruth(in: scratch, dumps: 20, channels: 32)

        let flag = Self.folder.appending(path: "flag.yaml").path
        let flagged = try Program.run(
            "run", flag, "observation=observation.h5", "output=flagged.h5", in: scratch.url)
        #expect(flagged.code == 0, "\(flagged.errors)")

        let quicklook = Self.folder.appending(path: "meerkat-quicklook.yaml").path
        let reduced = try Program.run(
            "run", quicklook, "observation=flagged.h5", "prefix=look", "image.size=128", "image.cell=5arcsec",
            in: scratch.url)
        #expect(reduced.code == 0, "\(reduced.errors)")
        let clean = Self.folder.appending(path: "meerkat-clean.yaml").path
        let cleaned = try Program.run(
            "run", clean, "observation=flagged.h5", "prefix=clean", "image.size=64", "image.cell=10arcsec",
            "image.niter=30", "image.multiscale=no", in: scratch.url)
        #expect(cleaned.code == 0, "\(cleaned.errors)")
        let expected = [
            "clean-dirty.fits", "clean-image.fits", "clean-image.png", "clean-model.fits", "clean-psf.fits",
            "clean-report.json", "clean-residual.fits", "flagged-report.json",
            "flagged.h5", "look-dirty.fits", "look-dirty.png", "look-psf.fits",
            "look-report.json", "observation-report.json", "observation.h5", "truth-rfi-kind.npy",
            "truth-rfi-snr.npy", "truth.json",
        ]
        #expect(try scratch.names == expected)
        let report = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: scratch["look-report.json"])))
        let fields = try #require(report as? [String: Any])
        #expect(fields["exit_code"] as? Int == 0)
        #expect(fields["schema"] != nil)
    }

    @Test("An observation is described, and a plan printed, without writing anything")
    func infoAndCheck() throws {
        let scratch = try Scratch()
        let observation = try SmallObservation.path
        let info = try Program.run("info", observation, "--json")
        #expect(info.code == 0, "\(info.errors)")
        let summaries = try JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [[String: Any]]
        #expect((summaries?.first?["antennas"] as? [String])?.count == 5)
        let windows = summaries?.first?["windows"] as? [[String: Any]]
        #expect((windows?.first?["channels"] as? Int) == 16)
        let scans = summaries?.first?["scans"] as? [[String: Any]]
        #expect((scans?.first?["flagged"] as? Double) == 0)
        let flagged = try Program.run("info", flaggedHalf(scratch), "--json")
        let half = try JSONSerialization.jsonObject(with: Data(flagged.output.utf8)) as? [[String: Any]]
        #expect(((half?.first?["scans"] as? [[String: Any]])?.first?["flagged"] as? Double) == 0.5)
        try FileManager.default.removeItem(atPath: scratch["half.h5"])
        let quicklook = Self.folder.appending(path: "meerkat-quicklook.yaml").path
        let plan = try Program.run(
            "check", quicklook, "observation=\(observation)", "--graph", "graph.dot", in: scratch.url)
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(plan.output.contains("memory"))
        #expect(try scratch.names == ["graph.dot"])
    }

    /// The small observation with the lower half of its 13 MHz around 1.39 GHz masked.
    private func flaggedHalf(_ scratch: Scratch) throws -> String {
        let mask = try scratch.write("1380 1389.59 MHz\n", to: "half.txt")
        try Program.run(
            "stage", "mask", "--input", SmallObservation.path, "--output", "half.h5", "--mask", mask,
            "--quiet",
            "--report", "half.json", in: scratch.url)
        for name in ["half.txt", "half.json"] { try FileManager.default.removeItem(atPath: scratch[name]) }
        return scratch["half.h5"]
    }

    @Test("Waterfalls and statistics of an observation")
    func waterfalls() throws {
        let scratch = try Scratch()
        let outcome = try Program.run(
            "run", Self.folder.appending(path: "hera-waterfall.yaml").path,
            "observation=\(try SmallObservation.path)", "prefix=look", "waterfall.size=64,64",
            "waterfall.each=no", in: scratch.url)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let expected = [
            "look-report.json", "look-statistics.json", "look-statistics.png", "look-waterfall-mean-XX.png",
            "look-waterfall-mean-YY.png",
        ]
        #expect(try scratch.names == expected)
    }

    @Test("One stage runs between a reader and a writer")
    func singleStage() throws {
        let scratch = try Scratch()
        let observation = try SmallObservation.path
        let outcome = try Program.run(
            "stage", "autoflag", "--input", observation, "--output", "flagged.h5", "--threshold", "2",
            "--quiet",
            in: scratch.url)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try scratch.names == ["flagged-report.json", "flagged.h5"])
        let image = try Program.run(
            "stage", "image", "--input", observation, "--output", "one", "--cell=10arcsec", "--size", "64",
            "--psf", "no",
            "--png", "no", "-q", in: scratch.url)
        #expect(image.code == 0, "\(image.errors)")
        #expect(try scratch.names.contains("one-dirty.fits"))
    }

    @Test("Rules flag on the way from a file to a file, each with its reason, and the report counts them")
    func preflag() throws {
        let scratch = try Scratch()
        let pipeline = try scratch.write(
            """
            sluice: 1
            name: rules
            inputs:
              observation: {type: file}
            stages:
              - read: {input: $(observation)}
              - preflag: {autocorrelations: flag, antennas: "!m063", channels: ~1, quack: 8s, scans: 99}
              - preflag: {as: clipped, match: all, baselines: m000&m000, channels: 5, amplitude: 0~}
              - statistics: {prefix: rules}
            """, to: "rules.yaml")
        // Antennas of the small observation: the last one is far out.
        let info = try Program.run("info", SmallObservation.path, "--json")
        let summaries = try JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [[String: Any]]
        let names = try #require(summaries?.first?["antennas"] as? [String])
        try #require(names.count == 5)
        let outcome = try Program.run(
            "run", pipeline, "observation=\(try SmallObservation.path)", "preflag.antennas=\(names[1])",
            "clipped.baselines=\(names[0])&\(names[0])", in: scratch.url)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("scans: nothing"), "\(outcome.errors)")
        let report = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: scratch["rules-report.json"])))
        let run = (report as? [String: Any])?["run"] as? [String: Any]
        let stages = try #require(run?["stages"] as? [[String: Any]])
        func rules(_ name: String) -> [String: Int]? {
            stages.first { $0["name"] as? String == name }?["rules"] as? [String: Int]
        }
        // 15 baselines with 5 autocorrelations, 2 products, 24 dumps of 16 channels; 5 baselines have the antenna, one of them auto.
        #expect(
            rules("preflag") == [
                "channels": 15 * 2 * 24 * 2, "autocorrelations": 5 * 2 * 24 * 14,
                "antennas": 4 * 2 * 24 * 14, "scans": 0, "quack": 6 * 2 * 14,
            ])
        #expect(rules("clipped") == ["all rules": 0])
        let unknown = try Program.run(
            "check", pipeline, "observation=\(try SmallObservation.path)",
            "preflag.antennas=\(names[1].dropLast())",
            in: scratch.url)
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean"), "\(unknown.errors)")
    }
}
