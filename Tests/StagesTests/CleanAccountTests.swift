import Formats
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// What log, headers and report say of how CLEAN ended.
@Suite(.serialized) struct CleanAccountTests {
    private static let source =
        "simulate layout=vla-d channels=2 frequency=1.39GHz bandwidth=13MHz sefd=1000 plan=t*3 dump=600s "
        + "centre=04:00:00,20:00:00 seed=3"
    private static let few = "simulate antennas=6 channels=2 frequency=1.39GHz bandwidth=13MHz plan=t*4"
    private static let image =
        "image prefix=DIR/a size=48 cell=15arcsec png=no auto-threshold=3 auto-mask=5"

    private func run(
        _ more: String, niter: Int = 20000, source: String = source
    ) async throws -> (entries: [ReportEntry], images: [String: FITSImage], remarks: Remarks) {
        let remarks = Remarks()
        let image = Self.image + " niter=\(niter)" + more
        let (result, files) = try await results([source, image]) { remarks.listen(&$0) }
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let stage = try #require(result.report.run?.stages.last)
        #expect(stage.activity == nil)
        return (stage.details?["clean"] ?? [], try fitsImages(files), remarks)
    }

    private func number(_ entry: ReportEntry, _ key: String) -> Double? {
        switch entry[key] {
        case .number(let value): value
        case .count(let value): Double(value)
        default: nil
        }
    }

    @Test("at its threshold: flux, peak and noise in the report are those of the files, as HISTORY says")
    func threshold() async throws {
        let (entries, images, remarks) = try await run(" multiscale=yes")
        #expect(remarks.warnings.isEmpty, "\(remarks.warnings)")
        let entry = try #require(entries.first)
        #expect(entries.count == 1 && entry["channel"] == nil && entry["interval"] == nil)
        #expect(entry["ended"] == .text("threshold") && entry["unit"] == .text("Jy/beam"))
        let residual = try #require(images["residual"]).pixels.map(abs).sorted()
        let noise = 1.4826 * Double(residual[residual.count / 2])
        #expect(abs(try #require(number(entry, "residual_noise")) / noise - 1) < 1e-6)
        #expect(number(entry, "residual_peak") == residual.last.map { Double($0) })
        let flux = try #require(images["model"]).pixels.reduce(0.0) { $0 + Double($1) }
        #expect(abs(try #require(number(entry, "model_flux")) - flux) < 1e-6)
        for (name, image) in images {
            let lines = image.header.history.filter { $0.hasPrefix("CLEAN") }
            #expect(lines.count == (["dirty", "psf"].contains(name) ? 0 : 2), "\(name): \(lines)")
            if let last = lines.last { #expect(last.hasPrefix("CLEAN ended: peak ")) }
        }
    }

    @Test(
        "at a limit before the threshold: a warning names the limit, the peak, the threshold and what to raise",
        arguments: [(1, 20000, "nmiter", "1 major cycles"), (40, 3, "niter", "3 components")])
    func limit(_ nmiter: Int, _ niter: Int, _ name: String, _ taken: String) async throws {
        let (entries, images, remarks) = try await run(" nmiter=\(nmiter)", niter: niter)
        #expect(remarks.warnings.count == 1, "\(remarks.warnings)")
        #expect(
            remarks.tell(
                "CLEAN ended: \(taken), as many as \(name) allows, at a peak of ",
                " Jy/beam, before the threshold of ", "raise \(name)"), "\(remarks.warnings)")
        let entry = try #require(entries.first)
        #expect(entry["ended"] == .text(name) && (number(entry, "threshold") ?? 0) > 0)
        #expect((number(entry, "residual_peak") ?? 0) > (number(entry, "threshold") ?? 0))
        #expect(images["image"]?.header.history.contains { $0.contains("raise \(name)") } == true)
    }

    @Test("so many components and no threshold are what was asked for; so many major cycles may not be")
    func noThreshold() async throws {
        let plain = "image prefix=DIR/a size=48 cell=15arcsec png=no"
        for (more, count) in [(" niter=3", 0), (" niter=3000 nmiter=1", 1)] {
            let remarks = Remarks()
            _ = try await results([Self.source, plain + more]) { remarks.listen(&$0) }
            #expect(remarks.warnings.count == count, "\(remarks.warnings)")
            #expect(count == 0 || remarks.tell("nmiter", "no threshold was given"))
        }
    }

    @Test(
        "each output channel and product has an entry and a HISTORY of its own; together they have one more",
        arguments: [("", 3), (" join-channels=no", 2)])
    func several(_ more: String, _ count: Int) async throws {
        let (entries, images, _) = try await run(
            " nmiter=2 channels-out=2 pol=I,V intervals-out=2" + more,
            source: Self.few + " pol=XX,XY,YX,YY")
        #expect(entries.count == 4 * count)
        #expect(Set(entries.map { [$0["interval"], $0["channel"], $0["pol"]] }).count == 4 * count)
        for (name, image) in images where name.hasSuffix("-model") {
            let isMean = name.contains("MFS")
            let lines = image.header.history.filter { $0.contains("CLEAN") }
            #expect(lines.count == (isMean && count == 2 ? 4 : 2), "\(name): \(lines)")
            #expect(lines[0].contains("together") == (count == 3))
            if isMean, count == 2 { #expect(lines[3].hasPrefix("channel 1: CLEAN ended")) }
        }
        let cube = try await run(" nmiter=2 channels-out=2 cube=yes" + more, source: Self.few)
            .images["cube-residual"]
        #expect(cube?.header.history.count { $0.contains("CLEAN") } == (count == 2 ? 4 : 2))
    }

    @Test("uncalibrated data are cleaned in counts")
    func counts() async throws {
        let (entries, images, remarks) = try await run("", source: Self.source + " gains=phase")
        #expect(entries.first?["unit"] == .text("counts/beam"))
        #expect(remarks.tell("counts/beam is not above the threshold"), "\(remarks.warnings)")
        let history = try #require(images["residual"]).header.history
        #expect(!history.contains { $0.contains("Jy") }, "\(history)")
    }
}
