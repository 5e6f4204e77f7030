import Foundation
import TestSupport
import Testing

@testable import Imaging

/// What is said of a deconvolution.
@Suite struct CleanSummaryTests {
    private static let sky: CleanSky = {
        var sky = CleanSky(width: 32, height: 32, count: 200)
        sky.observe(sky.points([(16, 16, 1), (9, 22, -0.4)]))
        return sky
    }()

    private func end(
        _ change: (inout CleanSettings) -> Void
    ) async throws -> CleanResult {
        var settings = CleanSettings()
        settings.threshold = 0.01
        change(&settings)
        let field = try CleanField(width: 32, height: 32)
        return try await clean(
            dirty: [Self.sky.dirty], psfs: [Self.sky.psf], field: field, settings: settings,
            cycle: Self.sky)
    }

    @Test("each reason is said in one line")
    func lines() {
        let ends: [CleanEnd] = [
            .threshold(peak: 0.01234, level: 0.0123), .iterations(7, kept: 7, peak: 2, level: 1),
            .majors(2, peak: 2, level: 1), .iterations(7, kept: 7, peak: 2, level: 0), .negative(peak: 0.3),
            .belowThreshold(peak: 1, level: 2), .noProgress(peak: 1e-9), .divergence(peak: 2, best: 1),
            .notFinite, .nothingToClean,
        ]
        let lines = ends.map { $0.description(unit: "counts/beam") }
        #expect(Set(lines).count == ends.count)
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("Jy") })
        #expect(
            lines[2]
                == "2 major cycles, as many as nmiter allows, at a peak of 2.0 counts/beam, before the threshold of 1.0 counts/beam: raise nmiter to reach it"
        )
        #expect(lines[4] == "the strongest peak is below zero: -0.3 counts/beam")
        let back = CleanEnd.iterations(9, kept: 7, peak: 2, level: 0)
        #expect(back.description(unit: "Jy/beam").hasSuffix("rose after the first 7, whose model is kept"))
        #expect(!back.isAsAsked)
        // Components without a threshold are all that was asked for.
        #expect(ends.filter(\.isAsAsked).map(\.reason) == ["threshold", "niter", "negative"])
    }

    @Test("model flux, peak and noise are those of the images, whatever scales and shares they are judged by")
    func summary() async throws {
        let changes: [(inout CleanSettings) -> Void] = [
            { _ in }, { $0.scales = .automatic }, { $0.scales = .pixels([4, 8]) }, { $0.localNoise = 5 },
        ]
        for change in changes {
            let result = try await end {
                change(&$0)
                $0.border = 8
                ($0.threshold, $0.automaticThreshold) = (0.001, 3)
                $0.majors = 2
            }
            let (summary, residual) = (result.summary, result.residuals[0])
            let inner = residual.indices.filter { (8..<24).contains($0 % 32) && (8..<24).contains($0 / 32) }
            #expect(summary.peak == inner.map { Double(abs(residual[$0])) }.max())
            #expect(abs(summary.flux - result.models[0].reduce(0.0) { $0 + Double($1) }) < 1e-9)
            #expect(summary.majors == result.majors.count && summary.threshold > 0)
            #expect(summary == result.summaries[0] && summary.channels == 1)
        }
    }

    @Test("channels that are cleaned together have sums of their own, and their mean has those by weight")
    func joined() async throws {
        let field = try CleanField(
            width: 32, height: 32, channels: [.init(weight: 1), .init(weight: 0), .init(weight: 3)])
        let (dirty, psf) = (Self.sky.dirty, Self.sky.psf)
        let twice = dirty.map { 2 * $0 }
        let blank = [Float](repeating: .nan, count: 1024)
        var settings = CleanSettings()
        settings.threshold = 0.05
        let cycle = try await ImagePlaneCycle(
            dirty: [dirty, dirty, twice], psfs: [psf, psf, psf], field: field)
        let result = try await clean(
            dirty: [dirty, blank, twice], psfs: [psf, blank, psf], field: field, settings: settings,
            cycle: cycle)
        let (first, last) = (try #require(result.summaries[0]), try #require(result.summaries[2]))
        #expect(result.summaries[1] == nil && result.summary.channels == 2)
        #expect(abs(last.flux / first.flux - 2) < 0.01 && abs(last.noise / first.noise - 2) < 0.01)
        #expect(abs(result.summary.flux - (first.flux + 3 * last.flux) / 4) < 1e-6)
        #expect(first.noise == (try await robustNoise(result.residuals[0])))
        #expect(result.summary.lines(unit: "Jy/beam").made.hasPrefix("CLEAN of 2 channels together: "))
    }
}
