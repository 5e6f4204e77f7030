import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

@Suite("The preflag stage") struct PreflagTests {
    @Test(
        "settings that make no sense are refused, saying how to mend them",
        arguments: [
            ("band-edges=51%", "50%"), ("band-edges=-1", "out of range"), ("band-edges=2m", "5%"),
            ("band-edges=1,2,3", "two"), ("elevation=15", "15arcsec"), ("elevation=~100deg", "out of range"),
            ("times=noon~", "2019-06-15T12:00:00"), ("times=2019-06-31~", "2019-06-15T12:00:00"),
            ("times=2019-06-15~3h", "mixes"), ("times=2019-06-15T12:00~2019-06-15T11:00", "backwards"),
            ("uv-range=100", "100m"), ("uv-range=1m~1klambda", "mixes"), ("amplitude=low", "number"),
            ("amplitude=9~1", "backwards"), ("quack=-1s", "out of range"), ("quack=2", "2s"),
            ("lst=25h~", "out of range"), ("shadow-tolerance=1m", "shadow: yes"),
            ("dish-diameter=13.5m", "shadow: yes"), ("dish-diameter=0m shadow=yes", "out of range"),
            ("match=every", "any, all"), ("match=all amplitude=1~ dead-antennas=yes", "leave out"),
            ("antenna=h1", "did you mean 'antennas'?"), ("channels=9~2", "backwards"),
            ("scans=-1", "negative"), ("autocorrelations=drop", "keep, flag"),
        ])
    func refused(text: String, mentions: String) {
        let complaint = complaint {
            try StageRegistry.builtIn.make(
                StageEntry(
                    stage: "preflag",
                    parameters: text.split(separator: " ").map {
                        try RawParameter(assignment: String($0))
                    }))
        }
        #expect(complaint.contains(mentions), "\(complaint)")
    }

    @Test(
        "names that the data do not have are errors with the nearest",
        arguments: [
            ("antennas=h9", "did you mean 'h"), ("baselines=h1&m001", "no antenna 'm001'"),
            ("antennas=!H1", "did you mean 'h1'?"), ("channels=37", "from 0 to 36"),
        ])
    func unknown(text: String, mentions: String) {
        let complaint = complaint { try PreflagStream().flagged([text]) }
        #expect(complaint.contains(mentions), "\(complaint)")
    }

    @Test(
        "rules about dumps are refused where scans are not known beforehand; the others hold there",
        arguments: [
            "scans=5", "times=~1h", "lst=2h~", "quack=8s", "quack-end=8s", "elevation=~15deg", "shadow=yes",
        ])
    func live(text: String) throws {
        var observation = PreflagStream().observation
        observation.schedule = []
        func rules(_ texts: [String]) throws -> PreflagRules {
            try PreflagRules(PreflagSettings(assignments: texts, stage: "preflag"), of: observation)
        }
        let complaint = complaint { try rules([text]) }
        #expect(complaint.contains("\(text.prefix { $0 != "=" }): the stream's scans are not known"))
        #expect(complaint.contains("leave it out"))
        #expect(try rules(["band-edges=1", "antennas=h0", "uv-range=~1m"]).bound.count == 3)
    }

    @Test("the plan tells what each rule is about, and what is about nothing")
    func notes() throws {
        func rules(_ texts: [String]) throws -> PreflagRules {
            try PreflagRules(
                PreflagSettings(assignments: texts, stage: "preflag"), of: PreflagStream().observation)
        }
        let set = try rules([
            "band-edges=1", "antennas=h0", "scans=5", "shadow=yes", "times=~1s", "uv-range=~1m",
        ])
        #expect(
            set.notes == [
                "band edges: 4 of 42 channels", "antennas: 5 of 15 baselines", "scans: 4 of 12 dumps",
                "times: 1 of 12 dumps", "shadow: h0, h1, h2, h4 in 9 of 12 dumps",
            ])
        let idle = try rules(["frequencies=1GHz", "baselines=h1&h1,!h1", "scans=7", "elevation=~1deg"])
        #expect(!idle.bound.contains { !$0.isIdle })
        #expect(idle.notes.count { $0.hasSuffix(": nothing") } == 4)
        #expect(idle.bound.filter(\.rule.isNamed).count == 3)
        #expect(try rules([]).bound.isEmpty)
    }

    @Test("channels that are flagged on all baselines are gone from the header, others are not")
    func header() throws {
        let observation = PreflagStream().observation
        func masked(_ texts: [String]) throws -> [Int] {
            let settings = try PreflagSettings(assignments: texts, stage: "preflag")
            return try PreflagRules(settings, of: observation).header.maskedChannels.map { $0.count { $0 } }
        }
        #expect(try masked(["band-edges=1", "channels=~2"]) == [4, 4])
        #expect(try masked(["antennas=h1", "amplitude=~100"]) == [0, 0])
        #expect(try masked(["match=all", "band-edges=1", "antennas=h1"]) == [0, 0])
    }

    @Test("no option of a run changes a bit, fused with its neighbours or not")
    func determinism() async throws {
        let files = try await resultsUnderAllOptions([
            "simulate antennas=5 channels=24 frequency=1.39GHz bandwidth=20MHz rfi=blips plan=t*20 window=8",
            "mask mask=meerkat-l",
            "preflag band-edges=5% antennas=m005 quack=10s shadow=yes dead-antennas=yes uv-range=~1klambda amplitude=30~",
            "average times=2 channels=2", "write output=DIR/a.h5",
        ])
        #expect(files.keys.sorted() == ["a.h5"])
    }

    @Test("the report counts flags by rule, those that found nothing too")
    func report() async throws {
        let (result, _) = try await results([
            "simulate antennas=4 channels=20 plan=t*8", "preflag band-edges=1 quack=8s elevation=~1deg",
            "write output=DIR/a.h5",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let stages = try #require(result.report.run).stages
        let preflag = try #require(stages.first { $0.name == "preflag" })
        // 10 baselines with autocorrelations, 2 products, 8 dumps of 20 channels.
        #expect(preflag.rules == ["band edges": 10 * 2 * 8 * 2, "quack": 10 * 2 * 18, "elevation": 0])
    }

    @Test("channels that a flagger sees beside its sub-band are flagged alike and counted once")
    func halo() async throws {
        let folder = try Scratch()
        let made = try await results(["simulate antennas=3 channels=32 plan=t*12", "write output=DIR/a.h5"])
        try #require(made.files["a.h5"]).write(to: folder.url.appending(path: "a.h5"))
        let rules = "preflag band-edges=3 channels=7~9 quack=8s amplitude=20~ autocorrelations=flag"
        var counts: [[String: Int]] = []
        for lines in [["autoflag"], []] {
            let (result, _) = try await results(
                ["read input=\(folder["a.h5"]) subband=8 window=5", rules] + lines + ["write output=DIR/b.h5"]
            )
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            let run = try #require(result.report.run)
            counts.append(try #require(run.stages.first { $0.name == "preflag" }).rules)
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0]["channels"] == 6 * 2 * 12 * 3)
    }

    @Test("whatever is written is an error that says how to mend it, or a rule that runs")
    func anything() throws {
        var random = Seeded(5)
        let pieces = [
            "~", "~", ",", "!", "0", "7", "999999999999999999999", "-3", "1e308", "h1", "&", "h4", "5%",
            "2MHz",
            "1.45GHz", "3h", "40deg", "20m", "1klambda", "2018-06-15T04:30", " ", "nan", "inf", "yes", "flag",
            "all",
        ]
        let stream = PreflagStream()
        var ran = 0
        for round in 0..<1500 {
            let parameter = PreflagSettings.parameters[round % PreflagSettings.parameters.count].name
            let text = (0...random.next() % 3).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
            do {
                let settings = try PreflagSettings(assignments: ["\(parameter)=\(text)"], stage: "preflag")
                _ = try Preflag(settings)
                let rules = try PreflagRules(settings, of: stream.observation)
                #expect(rules.titles.count == rules.bound.count)
                ran += 1
            } catch {
                #expect("\(error)".contains(": ") && !"\(error)".contains("\n"))
            }
        }
        #expect(ran > 20)
    }
}
