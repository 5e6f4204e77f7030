import Foundation
import TestSupport
import Testing

@testable import Formats
@testable import Pipeline
@testable import Stages

/// `autoflag` at work on a file of simulated interference, in sub-bands and windows of many sizes.
@Suite(.serialized) struct AutoflagStageTests {
    private let folder: Scratch
    private let file: String

    init() async throws {
        folder = try Scratch()
        let (result, files) = try await results([
            "simulate antennas=3 channels=32 frequency=1.39GHz bandwidth=20MHz rfi=blips,burst,persistent "
                + "plan=t*21\tg*12 window=16",
            "write output=DIR/a.h5",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        file = folder["a.h5"]
        try #require(files["a.h5"]).write(to: URL(fileURLWithPath: file))
    }

    /// The flags that a pipeline leaves, and its report.
    private func flags(
        _ read: String, _ stages: [String]
    ) async throws -> (flags: [UInt8], run: RunSnapshot) {
        let (result, files) = try await results(
            ["read input=\(file) target=target,gaincal \(read)"] + stages + ["write output=DIR/b.h5"])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let path = folder.url.appending(path: "b.h5")
        try #require(files["b.h5"]).write(to: path)
        let flags = try MVF3File(path: path.path).data.flags?.readAll(as: UInt8.self)
        return (try #require(flags), try #require(result.report.run))
    }

    @Test(
        "a halo as wide as the band gives each sub-band what the whole band gives, through all stages that pass it on",
        arguments: [
            [], ["mask mask=meerkat-l"], ["select autocorrelations=drop channels=2~29"],
            ["mask mask=meerkat-l", "select pol=XX,YY channels=2~29", "average times=2 channels=2"],
        ])
    func wideHalo(above: [String]) async throws {
        // The second mask keeps a selection from being done while reading.
        let stages = ["mask mask=none"] + above + ["autoflag halo=32 hop=8 margin=8"]
        let whole = try await flags("subband=32", stages)
        let parts = try await flags("subband=8 window=4", stages)
        #expect(parts.flags == whole.flags)
        #expect(whole.flags.contains { $0 & 128 != 0 } && whole.flags.contains { $0 & 128 == 0 })
        #expect(parts.run.stages.map(\.rules) == whole.run.stages.map(\.rules))
        #expect(parts.run.links.map(\.samples) == whole.run.links.map(\.samples))
        let without = try await flags(
            "subband=8", ["mask mask=none"] + above + ["autoflag halo=0 hop=8 margin=8"])
        #expect(without.flags != whole.flags)
    }

    @Test("the report counts what each detector was the first to flag, those that found nothing too")
    func detectors() async throws {
        let before = try await flags("", []).flags
        for (strategy, names) in [
            ("sluice", ["blocks", "emitters", "growth", "runs"]),
            ("aoflagger-generic", ["aoflagger-generic"]),
        ] {
            let (flags, run) = try await flags("", ["autoflag strategy=\(strategy) hop=8 margin=8"])
            let stage = try #require(run.stages.first { $0.name == "autoflag" })
            #expect(stage.rules.keys.sorted() == names)
            let fresh = zip(before, flags).count { $0 == 0 && $1 != 0 }
            #expect(stage.rules.values.reduce(0, +) == fresh && fresh > 0)
        }
    }

    @Test("AOFlagger's strategy: windows and halos as wide as the data give what whole scans give")
    func otherStrategy() async throws {
        let whole = try await flags("subband=32", ["autoflag strategy=aoflagger-generic hop=64"])
        let ours = try await flags("subband=32", ["autoflag hop=64"])
        #expect(whole.flags != ours.flags)
        #expect(whole.flags.contains { $0 & 128 != 0 } && whole.flags.contains { $0 & 128 == 0 })
        let parts = try await flags(
            "subband=8 window=4", ["autoflag strategy=aoflagger-generic hop=8 margin=64 halo=32"])
        #expect(parts.flags == whole.flags)
    }

    @Test("no option of a run changes a flag that was found with a halo")
    func determinism() async throws {
        let lines = [
            "read input=\(file) subband=8", "mask mask=meerkat-l", "autoflag halo=5 hop=8 margin=4",
            "write output=DIR/b.h5", "statistics prefix=DIR/c",
        ]
        let files = try await resultsUnderAllOptions(lines)
        #expect(files.keys.contains("b.h5"))
    }

    @Test(
        "baselines that are shown a part of a window at a time are flagged as all at once",
        arguments: ["window=20", "window=5"])
    func partsOfWindows(cut: String) async throws {
        // 36 baselines, of which a thread is shown 32; a scan of one window, and of several.
        let files = try await resultsUnderAllOptions([
            "simulate antennas=10 channels=8 frequency=1.39GHz bandwidth=3MHz plan=t*20 rfi=blips \(cut)",
            "select antennas=!m003", "autoflag halo=3 hop=8 margin=8", "statistics prefix=DIR/c",
            "write output=DIR/b.h5",
        ])
        #expect(files.keys.contains("b.h5"))
    }

    @Test(
        "flaggers of scans that come whole take no memory of each baseline",
        arguments: ["sluice", "aoflagger-generic"])
    func plannedMemory(strategy: String) throws {
        func work(_ window: Int) throws -> Int {
            let plan = try plan([
                "simulate antennas=24 channels=64 frequency=1.39GHz bandwidth=3MHz plan=t*64 window=\(window)",
                "autoflag strategy=\(strategy)", "statistics prefix=DIR/c",
            ])
            return try #require(plan.stages.first { $0.name == "autoflag" }).workBytes
        }
        // Amplitudes of two products, or more, of 276 baselines.
        #expect(try work(16) - work(64) > 276 * 64 * 64 * 2 * 4)
    }

    @Test("one window is read ahead of a flagger at work, and no second one")
    func readAhead() async throws {
        let lines = [
            "read input=\(file) target=target,gaincal subband=4", "autoflag hop=64",
            "statistics prefix=DIR/c",
        ]
        let (result, _) = try await results(lines) { ($0.linkCapacity, $0.tileBytes) = (1, 4096) }
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        // Eight sub-bands of two scans, six baselines.
        let (plan, run) = (try #require(result.report.plan), try #require(result.report.run))
        #expect(plan.links.first?.schedule?.blocks == 16 * 6)
        // One at work, one ahead; a block in each link and in the last stage's hands.
        let pool = try #require(run.pools.first)
        #expect(pool.highest > 6 && pool.highest <= 2 * 6 + 3)
        #expect(try pool.highest <= #require(plan.pools.first).slabs && pool.overflow == 0)
    }

    @Test("windows in which a scan is read change neither hops nor flags", arguments: [1, 7, 64, 200])
    func windows(dumps: Int) async throws {
        let stages = ["autoflag hop=8 margin=8 halo=4"]
        let expected = try await flags("subband=8 window=16", stages)
        let other = try await flags("subband=8 window=\(dumps)", stages)
        #expect(other.flags == expected.flags)
    }

    @Test(
        "protected channels are never flagged, and count as little as if they were flagged before",
        arguments: ["", "subband=8 window=4"])
    func protect(read: String) async throws {
        // Channels 11 to 14, the outer ones of which the range touches.
        let frequencies = try MVF3File(path: file).frequencies
        let width = frequencies[1] - frequencies[0]
        let (first, last) = (frequencies[11] + 0.4 * width, frequencies[14] - 0.4 * width)
        let known = try folder.write("\(first)Hz \(last)Hz\n", to: "lines.txt")
        let lines = "\(first)Hz~\(last)Hz"
        let stages = ["autoflag hop=8 margin=8 halo=5 protect=\(lines)"]
        let spared = try await flags(read, stages).flags
        let masked = try await flags(read, ["mask mask=\(known)", "autoflag hop=8 margin=8 halo=5"]).flags
        let open = try await flags(read, ["autoflag hop=8 margin=8 halo=5"]).flags
        let products = spared.count / (33 * 32)
        var (inside, wrong) = (0, 0)
        for sample in spared.indices {
            let channel = sample / products % 32
            if (11...14).contains(channel) {
                inside += open[sample] != 0 ? 1 : 0
                wrong += spared[sample] != 0 || masked[sample] != 2 ? 1 : 0
            } else {
                wrong += spared[sample] != masked[sample] ? 1 : 0
            }
        }
        #expect(wrong == 0)
        #expect(inside > 0 && open != spared)
    }

    @Test("a scan, and what follows a gap within one, is flagged as if nothing had been before it")
    func gaps() async throws {
        func flags(_ selection: String) async throws -> [UInt8] {
            try await self.flags("subband=16", [selection, "autoflag hop=8 margin=8 halo=4"]).flags
        }
        let both = try await flags("select scans=0~")
        let row = both.count / 33
        #expect(try await flags("select scans=0") == Array(both[..<(21 * row)]))
        #expect(try await flags("select scans=1") == Array(both[(21 * row)...]))
        // Dumps are 8 s long: 6 of them are left out.
        let parted = try await flags("select scans=0 times=~60s,112s~")
        #expect(parted.count == 15 * row)
        #expect(try await flags("select scans=0 times=112s~") == Array(parted[(8 * row)...]))
        #expect(try await flags("select scans=0 times=~60s") == Array(parted[..<(8 * row)]))
    }

    @Test("old flags stay, and nothing grows from them")
    func oldFlags() async throws {
        let before = try await flags("subband=16", ["mask mask=meerkat-l"]).flags
        let after = try await flags("subband=16", ["mask mask=meerkat-l", "autoflag hop=8 margin=8"]).flags
        #expect(zip(before, after).allSatisfy { $0 & $1 == $0 && ($0 == 0 || $1 == $0) })
        #expect(before.contains { $0 != 0 })
    }
}
