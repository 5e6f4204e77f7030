import Formats
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// Models of several output channels put into the channels that they were made of.
@Suite(.serialized) struct PredictChannelsTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.3GHz bandwidth=600MHz sefd=0 plan=t*6"
    private static let image =
        "image prefix=DIR/a size=64 cell=5arcsec png=no weight=natural epsilon=1e-5 channels-out=3"
    private static let clean = image + " niter=30 join-channels=no"

    /// The images of a run, with its warnings.
    private func images(_ lines: [String], plane: Int? = nil) async throws -> (
        [String: FITSImage], remarks: Remarks
    ) {
        let remarks = Remarks()
        let (result, files) = try await results(lines) { remarks.listen(&$0) }
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        return (try fitsImages(files, plane: plane), remarks)
    }

    private func clean(into folder: Scratch, _ more: String = "") async throws {
        let (result, _) = try await results([
            Self.source, Self.clean.replacing("DIR", with: folder.path) + more,
        ])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
    }

    private func residuals(less model: String) async throws -> (images: [String: FITSImage], remarks: Remarks)
    {
        let (images, remarks) = try await images([
            Self.source, "predict model=\(model) mode=subtract epsilon=1e-5", Self.image,
        ])
        return (images, remarks)
    }

    @Test("what CLEAN leaves is what is left when the models of its output channels are subtracted")
    func residuals() async throws {
        let folder = try Scratch()
        try await clean(into: folder)
        let (left, remarks) = try await residuals(less: folder.path + "/a")
        #expect(remarks.warnings.isEmpty, "\(remarks.warnings)")
        var bands: [ClosedRange<Double>] = []
        for channel in ["0000", "0001", "0002"] {
            let residual = try FITSImage(contentsOf: folder["a-\(channel)-residual.fits"])
            let dirty = try FITSImage(contentsOf: folder["a-\(channel)-dirty.fits"])
            let peak = try #require(dirty.pixels.max())
            let subtracted = try #require(left["\(channel)-dirty"])
            #expect(zip(subtracted.pixels, residual.pixels).allSatisfy { abs($0 - $1) < 1e-4 * peak })
            #expect(try #require(residual.pixels.max()) < 0.9 * peak)
            bands.append(try #require(residual.header.band))
        }
        #expect(bands[0].lowerBound == 1e9 - 25e6 && bands[2].upperBound == 1.6e9 - 25e6)
        #expect(bands[0].upperBound == bands[1].lowerBound && bands[1].upperBound == bands[2].lowerBound)
        // In blocks that hold part of an output channel, or of two.
        let file = folder["o.uvh5"]
        _ = try await results([Self.source, "write output=\(file)"])
        let (cut, _) = try await images([
            "read input=\(file) subband=5", "predict model=\(folder.path)/a mode=subtract epsilon=1e-5",
            Self.image,
        ])
        for (name, image) in cut {
            let whole = try #require(left[name]).pixels
            #expect(zip(image.pixels, whole).allSatisfy { abs($0 - $1) < 1e-5 }, "\(name)")
        }
    }

    @Test(
        "models may be planes of one file, and be named after their product; one that is missing is the nearest"
    )
    func forms() async throws {
        let folder = try Scratch()
        try await clean(into: folder)
        let (left, _) = try await residuals(less: folder.path + "/a")
        let cube = try Scratch()
        try await clean(into: cube, " cube=yes")
        for model in [cube.path + "/a", cube["a-cube-model.fits"]] {
            let (same, _) = try await residuals(less: model)
            #expect(same.mapValues(\.pixels) == left.mapValues(\.pixels))
        }
        for channel in 0..<3 {
            try FileManager.default.moveItem(
                atPath: folder["a-000\(channel)-model.fits"], toPath: folder["a-000\(channel)-I-model.fits"])
        }
        let (named, _) = try await residuals(less: folder.path + "/a")
        #expect(named.mapValues(\.pixels) == left.mapValues(\.pixels))
        // Channels of a model that is not there take the nearest.
        try FileManager.default.removeItem(atPath: folder["a-0001-I-model.fits"])
        let (part, told) = try await residuals(less: folder.path + "/a")
        #expect(told.tell("4 channels lie beyond the bands"), "\(told.warnings)")
        let changed = try ["0000-dirty", "0001-dirty"].map { name in
            try zip(#require(part[name]).pixels, #require(left[name]).pixels).contains { abs($0 - $1) > 1e-4 }
        }
        #expect(changed == [false, true])
    }

    @Test("prefixes of nothing, of two runs, and of bands that overlap are refused")
    func refused() async throws {
        let folder = try Scratch()
        let prefix = folder.path + "/a"
        func said() async throws -> String {
            do {
                _ = try await results([Self.source, "predict model=\(prefix)", Self.image])
                return ""
            } catch { return "\(error)" }
        }
        #expect(try await said().contains("no a-model.fits or -0000-model.fits"))
        try await clean(into: folder)
        let (first, other) = (folder["a-0000-model.fits"], folder["a-0003-model.fits"])
        try FileManager.default.copyItem(atPath: first, toPath: other)
        #expect(try await said().contains("overlaps"))
        try FileManager.default.moveItem(atPath: other, toPath: folder["a-model.fits"])
        #expect(try await said().contains("models of several runs: a-0000-model.fits"))
    }

    @Test("what only images look at is told where the model is none")
    func idle() async throws {
        let (_, remarks) = try await images([Self.source, "predict model=standard epsilon=1e-5", Self.image])
        #expect(remarks.tell("predict: epsilon: without effect"), "\(remarks.warnings)")
    }
}
