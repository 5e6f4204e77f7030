import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Formats
@testable import Pipeline
@testable import Stages

/// `waterfall` at work on simulated observations.
@Suite(.serialized) struct WaterfallTests {
    private static let source =
        "simulate antennas=4 channels=16 frequency=1.39GHz bandwidth=30MHz rfi=blips window=8 plan=t*9\tg*4"

    @Test("By default the mean and the shortest and longest baseline have a picture of each parallel hand")
    func defaults() async throws {
        let (result, files) = try await results([
            Self.source + " pol=XX,XY", "waterfall prefix=DIR/a size=40,30",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        #expect(files.count == 3 && files["a-waterfall-mean-XX.png"] != nil)
        #expect(files.keys.allSatisfy { $0.hasSuffix("-XX.png") })
        let stage = try #require(result.report.plan?.stages.last)
        #expect(stage.workBytes > 0 && stage.finalBytes > stage.workBytes)
        #expect(stage.notes.contains { $0.contains("3 pictures") })
    }

    @Test("Antennas name all of their baselines, pairs one; products and contents can be chosen")
    func chosen() async throws {
        let names = ["baselines=m005", "baselines=m005&m027"]
        for (name, count) in zip(names, [6, 1]) {
            let (result, files) = try await results([
                "simulate antennas=5 channels=4 plan=t*3 pol=XX,YY",
                "waterfall prefix=DIR/a size=40,30 pol=YY show=phase,flags stretch=linear \(name)",
            ])
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            #expect(files.count == count && files.keys.allSatisfy { $0.hasSuffix("-YY.png") })
        }
    }

    @Test("No option of a run changes a bit, also behind an average")
    func determinism() async throws {
        let lines = [
            Self.source, "mask mask=meerkat-l", "average times=2 channels=2",
            "waterfall prefix=DIR/a size=30,20 pol=XX each=no show=before,flags",
        ]
        #expect(try await resultsUnderAllOptions(lines).count == 1)
    }

    @Test(
        "What the observation does not have, and too many pictures, are refused before the run, saying how to mend it",
        arguments: [
            ("baselines=m999", "there is no antenna"), ("pol=XY", "these are there: XX, YY"),
            ("baselines=m005,m027,m051 pictures=5", "each: no"),
        ])
    func refused(parameters: String, mentions: String) async throws {
        let (result, files) = try await results([
            "simulate antennas=5 channels=4 plan=t*3", "waterfall prefix=DIR/a \(parameters)",
        ])
        let error = try #require(result.error.map { "\($0)" })
        #expect(error.contains(mentions), "\(error)")
        #expect(result.exitCode.rawValue == 2 && files.isEmpty)
    }

    @Test(
        "Settings that cannot be are refused",
        arguments: [
            (["prefix=a", "size=100"], "width,height"),
            (["prefix=a", "mean=no", "each=no"], "nothing is left"),
            (["prefix=a", "pol=XQ"], "XQ"), (["prefix=a", "show=amplitudes"], "amplitude"), ([], "prefix"),
            (["prefix=a", "size=4,4"], "16"),
        ])
    func settings(assignments: [String], mentions: String) {
        #expect(
            performing: {
                try StageRegistry.builtIn.make(
                    StageEntry(
                        stage: "waterfall", parameters: assignments.map { try RawParameter(assignment: $0) }))
            }, throws: { "\($0)".contains(mentions) })
    }

    /// Two antennas in a day of drift scan, 1000 s a dump.
    private func drift(baselines: [Baseline] = [Baseline(0, 1)], unit: String = "uncalib") -> Observation {
        Observation(
            telescope: "HERA",
            antennas: [
                Antenna(name: "0", position: SIMD3(5_109_325, 2_006_480, -3_238_738), diameter: 14),
                Antenna(name: "1", position: SIMD3(5_109_339, 2_006_480, -3_238_738), diameter: 14),
                Antenna(name: "2/a", position: SIMD3(5_109_325, 2_006_380, -3_238_738), diameter: 14),
            ], baselines: baselines,
            spectralWindows: [SpectralWindow(name: "", frequencies: [1e8, 1.1e8], widths: [1e7, 1e7])],
            polarisations: [.xx, .xy],
            fields: [Field(name: "zenith", phaseCentre: Direction(rightAscension: 0, declination: 0))],
            schedule: [
                ScheduledScan(number: 0, field: 0, intent: "", times: [], intervals: [], antennaUVW: []),
                ScheduledScan(
                    number: 1, field: 0, intent: "", times: (0..<100).map { 5.05e9 + 1000 * Double($0) },
                    intervals: [Double](repeating: 1000, count: 100), antennaUVW: []),
            ], integrationTime: 1000, visibilityUnit: unit)
    }

    @Test("Means leave autocorrelations out where there are others; a mean of one is not shown twice")
    func choice() throws {
        func pictures(_ assignments: [String], _ observation: Observation) throws -> [WaterfallPicture] {
            let settings = try Waterfall.Settings(assignments: ["prefix=a"] + assignments, stage: "waterfall")
            return try WaterfallChoice(settings).pictures(of: observation)
        }
        let all = drift(
            baselines: (0..<3).flatMap { one in (one..<3).map { Baseline(one, $0) } })
        let shown = try pictures([], all)
        #expect(shown.map(\.baselines) == [[1, 2, 4], [1], [4]])
        #expect(shown.map(\.fileName) == ["mean-XX", "0-1-XX", "1-2_a-XX"])
        #expect(try pictures(["each=no", "pol=XY"], all).map(\.fileName) == ["mean-XY"])
        #expect(try pictures(["baselines=0&0,0&1"], all).map(\.baselines) == [[0], [1]])
        let autos = drift(baselines: (0..<3).map { Baseline($0, $0) })
        #expect(try pictures([], autos).map(\.baselines) == [[0, 1, 2], [0]])
    }

    @Test("Axes follow from the schedule and the antennas alone, sidereal time over more than a day")
    func axes() throws {
        let observation = drift()
        let quality = try QualityAxes(observation, rows: 600, columns: 400, at: "waterfall")
        let scan = try #require(quality.axes.scans.first)
        let sidereal = try #require(scan.siderealTimes)
        // A day and some: sidereal time runs 366.2422 / 365.2422 as fast as the Sun's.
        let turned = (sidereal.upperBound - sidereal.lowerBound) / (2 * .pi)
        #expect(abs(turned - 100_000 / 86_164.0905) < 1e-5)
        #expect(quality.axes.scans.count == 1 && quality.axes.rows == 100)
        #expect(quality.unit == "counts" && quality.warning == "uncalibrated")
        let calibrated = try QualityAxes(drift(unit: "Jy"), rows: 600, columns: 400, at: "waterfall")
        #expect(calibrated.unit == "Jy" && calibrated.warning.isEmpty)
        var empty = observation
        empty.schedule = []
        #expect(throws: PipelineError.self) {
            try QualityAxes(empty, rows: 600, columns: 400, at: "waterfall")
        }
    }
}
