import Astrometry
import Formats
import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Simulated observations through the real stages, in this process.
@Suite(.serialized) struct ReductionTests {
    private static let source =
        "simulate antennas=5 channels=24 frequency=1.39GHz bandwidth=20MHz rfi=blips window=16"

    @Test("A noiseless source appears where it is, with its flux, and the point spread function peaks at 1")
    func source() async throws {
        let (result, files) = try await results([
            "simulate antennas=8 channels=8 frequency=1.39GHz bandwidth=13MHz sefd=0",
            "image prefix=DIR/a size=256 cell=8arcsec weight=natural png=no",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        let path = folder.url.appending(path: "image.fits")
        try #require(files["a-psf.fits"]).write(to: path)
        let psf = try FITSImage(contentsOf: path.path)
        #expect(abs(psf.pixels[128 * 256 + 128] - 1) < 1e-5)
        #expect(psf.pixels.max() == psf.pixels[128 * 256 + 128])
        try #require(files["a-dirty.fits"]).write(to: path)
        let dirty = try FITSImage(contentsOf: path.path)
        #expect(dirty.header.unit == "Jy/beam")
        #expect((dirty.header.beam?.major ?? 0) > 0)
        let weights = try #require(dirty.header.weights)
        #expect(weights.scheme == "natural")
        // Natural weights are the data's own; those beyond the grid are in the first sum only.
        #expect(weights.visibilityWeightSum > weights.imageWeight)
        #expect(abs(weights.effectiveVisibilities / weights.visibilities - 1) < 1e-9)
    }

    @Test(
        "Briggs' weights tell wsclean's name, fewer effective visibilities and the sum of the data's weights")
    func weightCards() async throws {
        let (result, files) = try await results([
            "simulate antennas=5 channels=8 plan=t*4",
            "image prefix=DIR/a size=64 cell=20arcsec psf=no png=no",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        let path = folder.url.appending(path: "image.fits")
        try #require(files["a-dirty.fits"]).write(to: path)
        let weights = try #require(try FITSImage(contentsOf: path.path).header.weights)
        #expect(weights.scheme == "Briggs'(0)")
        #expect(weights.effectiveVisibilities < 0.999 * weights.visibilities)
        #expect(weights.visibilityWeightSum > weights.imageWeight)
    }

    @Test("Two averages in a row, and a loss after an average, do not depend on the sub-bands of reading")
    func averages() async throws {
        let simulated = try await results([
            "simulate antennas=4 channels=48 plan=t*20 bandwidth=10MHz", "write output=DIR/a.h5",
        ])
        let folder = try Scratch()
        let path = folder.url.appending(path: "one.h5")
        try #require(simulated.files["a.h5"]).write(to: path)
        for averages in [
            ["average times=2 channels=2", "average time=32s frequency=833kHz"],
            ["average smearing=0.5% radius=1deg", "average smearing=2% radius=1deg"],
        ] {
            var first: Data?
            for subband in [1, 5, 48] {
                let (result, files) = try await results(
                    ["read input=\(path.path) window=3 subband=\(subband)"] + averages + [
                        "write output=DIR/b.h5"
                    ])
                #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
                let averaged = folder.url.appending(path: "\(subband).h5")
                try #require(files["b.h5"]).write(to: averaged)
                let file = try MVF3File(path: averaged.path)
                if averages[0].contains("times") {
                    #expect(file.times.count == 5 && file.frequencies.count == 12)
                }
                let axes = try JSONEncoder().encode([file.times, file.frequencies])
                #expect(first == nil || first == axes)
                first = axes
            }
        }
    }

    @Test("No option of a run changes a bit of the results")
    func determinism() async throws {
        let lines = [
            Self.source, "autoflag hop=16 margin=16", "select autocorrelations=drop", "mask mask=meerkat-l",
            "average times=2 channels=2", "image prefix=DIR/a size=64 cell=20arcsec",
        ]
        let files = try await resultsUnderAllOptions(lines)
        #expect(files.keys.sorted() == ["a-dirty.fits", "a-dirty.png", "a-psf.fits"])
    }

    @Test("What is written is read again: flags with their reasons, samples and weights")
    func writeAndRead() async throws {
        let (result, files) = try await results([Self.source, "mask mask=none", "write output=DIR/a.h5"])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        let (path, twice) = (folder.url.appending(path: "one.h5"), folder.url.appending(path: "two.h5"))
        try #require(files["a.h5"]).write(to: path)
        let again = try await results(["read input=\(path.path) window=16", "write output=DIR/a.h5"])
        #expect(again.result.error == nil, "\(again.result.error.map(String.init(describing:)) ?? "")")
        try #require(again.files["a.h5"]).write(to: twice)
        let (one, two) = (try MVF3File(path: path.path), try MVF3File(path: twice.path))
        #expect(one.times == two.times && one.frequencies == two.frequencies)
        #expect(one.products == two.products && one.antennas.map(\.name) == two.antennas.map(\.name))
    }

    @Test("Counts of every stage add up, and flags are counted by stage and rule")
    func counts() async throws {
        let (result, _) = try await results([
            Self.source, "mask mask=meerkat-l", "autoflag",
            "image prefix=DIR/a size=64 cell=20arcsec png=no psf=no",
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let run = try #require(result.report.run)
        #expect(Set(run.links.map(\.samples)).count == 1)
    }
}

@Suite struct SettingsTests {
    private func make(_ stage: String, _ assignments: [String]) throws -> any Stage {
        try StageRegistry.builtIn.make(
            StageEntry(stage: stage, parameters: assignments.map { try RawParameter(assignment: $0) }))
    }

    @Test(
        "Settings that contradict each other are refused, saying what to leave out",
        arguments: [
            ("average", ["smearing=0.5%"], "radius"),
            ("average", ["smearing=0.5%", "radius=1deg", "times=2"], "times"),
            ("average", ["time=16s", "times=2"], "twice"), ("average", ["radius=1deg"], "smearing"),
            ("mask", ["mask=meerkat-l", "dilate=1MHz", "dilate-channels=2"], "twice"),
            ("mask", ["mask=meerkat-x"], "meerkat-l"), ("mask", [], "mask"),
            ("image", ["prefix=a", "cell=2"], "2arcsec"),
            ("image", ["prefix=a", "cell=2arcsec", "weight=brigs 0"], "briggs"),
            ("image", ["prefix=a", "cell=2arcsec", "uv-range=1~2klambda,3~4klambda"], "100lambda~20klambda"),
            ("image", ["prefix=a", "cell=1deg", "size=256"], "horizon"),
            ("image", ["cell=2arcsec"], "prefix"), ("image", ["prefix=out/", "cell=2arcsec"], "out/image"),
            ("statistics", ["prefix=out/"], "out/statistics"), ("waterfall", ["prefix=/"], "/waterfall"),
            ("image", ["prefix=a", "cell=2arcsec", "size=64", "niter=1", "border=32"], "at most 31"),
            (
                "image", ["prefix=a", "cell=2arcsec", "size=64", "niter=1", "border=9", "box=0,0,8,63"],
                "narrower border"
            ),
            ("image", ["prefix=a", "cell=2arcsec", "weight=briggs nan"], "robustness"),
            ("select", ["pol=XQ"], "XQ"), ("select", ["channels=9~2"], "backwards"),
            ("write", ["output=a.ms"], ".h5"),
            ("simulate", ["rfi=storm"], "storm"), ("simulate", ["plan=t"], "t"),
            ("autoflag", ["threshold=nan"], "threshold"),
        ])
    func refused(stage: String, assignments: [String], mentions: String) {
        #expect(performing: { try make(stage, assignments) }, throws: { "\($0)".contains(mentions) })
    }
}
