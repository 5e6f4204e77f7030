import Foundation
import TestSupport
import Testing

@testable import Formats
@testable import Pipeline
@testable import Stages

/// `statistics` at work on simulated observations.
@Suite(.serialized) struct StatisticsTests {
    private static let source =
        "simulate antennas=5 channels=40 frequency=1.39GHz bandwidth=30MHz rfi=blips window=16"

    private func document(_ files: [String: Data], _ name: String = "a-statistics.json") throws
        -> StatisticsDocument
    {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(StatisticsDocument.self, from: try #require(files[name]))
    }

    @Test("The JSON counts what the stages above flagged, by every axis, and says what made it")
    func counts() async throws {
        let (result, files) = try await results([
            Self.source + " plan=t*10\tg*6", "mask mask=meerkat-l", "statistics prefix=DIR/a",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        #expect(files.keys.sorted() == ["a-statistics.json", "a-statistics.png"])
        let document = try document(files)
        #expect(document.schema == "sluice-statistics/1" && document.telescope == "MeerKAT")
        #expect(document.history.contains { $0.hasPrefix("stage mask") })
        let all = document.counts
        #expect(all.samples == 15 * 2 * 16 * 40 && all.dataLost == 0 && all.before == all.samples)
        let run = try #require(result.report.run)
        #expect(all.flagged == run.stages.reduce(0) { $0 + $1.flagged } && all.flagged > 0)
        #expect(all.after == all.before - all.flagged && all.reasons == ["static": all.flagged])
        #expect(document.polarisations.map(\.name) == ["XX", "YY"])
        #expect(document.fields.count == 2 && document.scans.count == 2)
        #expect(document.scans.map(\.mjd.count) == [10, 6] && document.antennas.count == 5)
        #expect(document.baselines.reduce(0) { $0 + $1.counts.flagged } == all.flagged)
        #expect(document.scans.reduce(0) { $0 + $1.dumps.flagged.reduce(0, +) } == all.flagged)
        let window = try #require(document.spectralWindows.first)
        #expect(window.channels.flagged.reduce(0, +) == all.flagged)
        #expect(window.channels.reasons["static"] == window.channels.flagged)
        // Two products of cross- and of autocorrelations; nothing is left of a masked channel.
        #expect(window.bandpass.count == 4)
        let masked = try #require(window.channels.after.firstIndex(of: 0))
        #expect(window.scatter.map(\.polarisation) == ["XX", "YY", "XX", "YY"])
        for scatter in window.scatter {
            #expect(scatter.noiseBefore.allSatisfy { ($0 ?? 0) > 0 } && scatter.noiseAfter[masked] == nil)
            #expect(scatter.kurtosisBefore[masked] != nil && scatter.kurtosisAfter[masked] == nil)
        }
        #expect(window.bandpass.allSatisfy { $0.after[masked] == nil && ($0.before[masked] ?? 0) > 0 })
    }

    @Test("No option of a run changes a bit, and averaged streams are counted too")
    func determinism() async throws {
        let lines = [
            Self.source + " plan=t*21", "mask mask=meerkat-l", "average times=2 channels=2",
            "statistics prefix=DIR/a png=no",
        ]
        let document = try document(await resultsUnderAllOptions(lines))
        #expect(document.counts.samples == 15 * 2 * 11 * 20)
        #expect(
            document.scans.first?.mjd.count == 11 && document.spectralWindows.first?.frequencyHz.count == 20)
    }

    @Test("Two of them compare before and after a flagger; one prefix for both is refused")
    func twice() async throws {
        let lines = [
            Self.source + " plan=t*4", "statistics prefix=DIR/a png=no", "mask mask=meerkat-l",
            "statistics prefix=DIR/b png=no",
        ]
        let (result, files) = try await results(lines)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        #expect(files.keys.sorted() == ["a-statistics.json", "b-statistics.json"])
        let (before, after) = (try document(files), try document(files, "b-statistics.json"))
        #expect(before.counts.flagged == 0 && after.counts.flagged > 0)
        #expect(before.counts.samples == after.counts.samples)
        let (clash, none) = try await results(lines.map { $0.replacing("DIR/b", with: "DIR/a") })
        let error = try #require(clash.error.map { "\($0)" })
        #expect(error.contains("two stages write the same file") && error.contains("another prefix"))
        #expect(none.isEmpty)
    }

    @Test("Memory is declared before the run and grows with the axes, not with the samples")
    func memory() async throws {
        func work(_ channels: Int) async throws -> Int {
            let (result, _) = try await results([
                "simulate antennas=3 plan=t*3 channels=\(channels)", "statistics prefix=DIR/a png=no",
            ])
            return try #require(result.report.plan).stages.last?.workBytes ?? 0
        }
        let (narrow, wide) = (try await work(64), try await work(256))
        #expect(narrow > 0 && wide > narrow && wide < 5 * narrow)
    }
}
