import Astrometry
import Formats
import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Model images as other programs write them, about the default phase centre, 60 and -35 degrees.
@Suite(.serialized) struct PredictForeignTests {
    private static let sky =
        "simulate antennas=6 channels=4 frequency=1.39GHz bandwidth=13MHz sefd=0 plan=t*4 centre=4h,-35d"
    private static let image = "image prefix=DIR/a size=64 cell=2arcsec weight=natural png=no psf=no"
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    /// A model of a point off the middle.
    private static var model: FITSImage {
        let header = ImageHeader(
            width: 64, height: 64, cell: 2 * Angle.arcsecond,
            phaseCentre: Direction(rightAscension: 60 * Angle.degree, declination: -35 * Angle.degree),
            frequency: 1.39e9, bandwidth: 13e6, unit: "Jy/pixel", object: "x", telescope: "MeerKAT")
        var model = FITSImage(header: header, pixels: [Float](repeating: 0, count: 64 * 64))
        model.pixels[20 * 64 + 50] = 1
        return model
    }

    /// The dirty image of a model, and what was said of it.
    private func predicted(_ path: String) async throws -> (pixels: [Float], remarks: Remarks) {
        let remarks = Remarks()
        let (result, files) = try await results(
            [Self.sky, "predict model=\(path) epsilon=1e-5", Self.image]) { remarks.listen(&$0) }
        if let error = result.error { throw error }
        return (try #require(try fitsImages(files)["dirty"]).pixels, remarks)
    }

    @Test("models in counts are of uncalibrated data, and those of intervals are given one by one")
    func counts() async throws {
        var model = Self.model
        model.header.unit = "counts/pixel"
        try model.write(to: folder["a-t0001-model.fits"])
        func error(_ sky: String, _ model: String, _ mode: String) async throws -> String? {
            do {
                let lines = [sky, "predict model=\(model) mode=\(mode)", Self.image]
                return try await results(lines).0.error.map { "\($0)" }
            } catch { return "\(error)" }
        }
        let (all, one) = (folder.path + "/a", folder.path + "/a-t0001")
        #expect(try await error(Self.sky, all, "add")?.contains("give a-t0000 or its like") == true)
        #expect(
            try await error(Self.sky, one, "subtract")?.contains("in counts, the visibilities are in Jy")
                == true)
        #expect(try await error(Self.sky + " gains=phase", one, "subtract") == nil)
        #expect(try await error(Self.sky, one, "replace") == nil)
        try Self.model.write(to: folder["b-0001-model.fits"])
        model.header.frequency += 13e6
        try model.write(to: folder["b-0002-model.fits"])
        #expect(
            try await error(Self.sky, folder.path + "/b", "replace")?.contains("give images of one run")
                == true)
    }

    private func difference(_ one: [Float], _ other: [Float]) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test("a phase centre of J2000 is what wsclean, the FITS standard or the observation means by it")
    func frames() async throws {
        var model = Self.model
        let path = folder["a.fits"]
        try model.write(to: path)
        let (own, _) = try await predicted(path)
        #expect(own.max() ?? 0 > 0.9)
        for (ra, dec) in [
            (60.0000061914351, -35.0000039483805), (60.00000289297721, -35.000003523307505), (60.0, -35.0),
        ] {
            model.header.phaseCentre = Direction(
                rightAscension: ra * Angle.degree, declination: dec * Angle.degree)
            try model.write(to: path)
            var data = try Data(contentsOf: URL(filePath: path))
            let card = try #require(data.range(of: Data("RADESYS = 'ICRS    '".utf8)))
            data.replaceSubrange(card, with: Data("EQUINOX =     2000.0".utf8))
            try data.write(to: URL(filePath: path))
            let (pixels, remarks) = try await predicted(path)
            #expect(difference(pixels, own) < 1e-5 && remarks.warnings.isEmpty, "\(remarks.warnings)")
        }
    }

    @Test("a model about another place is moved there; far ones are refused, with distance and tolerance")
    func elsewhere() async throws {
        var model = Self.model
        let path = folder["a.fits"]
        try model.write(to: path)
        let (own, _) = try await predicted(path)
        model.header.phaseCentre.declination += 3.3 * model.header.cell
        model.header.reference.y += 3.3
        try model.write(to: path)
        let (pixels, remarks) = try await predicted(path)
        #expect(difference(pixels, own) < 1e-4)
        #expect(remarks.tell("6.6 arcsec", "where its header puts it"), "\(remarks.warnings)")
        model.header.phaseCentre.rightAscension += 2 * Angle.degree
        try model.write(to: path)
        await #expect {
            try await predicted(path)
        } throws: { error in
            ["phase centre", "1.64 deg", "above 0.01 cells", "regrid"].allSatisfy { "\(error)".contains($0) }
        }
    }

    @Test("wsclean's mean model is in Jy/pixel whatever it says; its restored image is none")
    func unit() async throws {
        var model = Self.model
        let path = folder["a-model.fits"]
        try model.write(to: path)
        let (own, _) = try await predicted(path)
        (model.header.unit, model.header.origin) = ("JY/BEAM", "WSClean")
        try model.write(to: path)
        let (pixels, remarks) = try await predicted(path)
        #expect(pixels == own)
        #expect(remarks.tell("a-model.fits", "taken as Jy/pixel", "JY/BEAM"), "\(remarks.warnings)")
        try model.write(to: folder["a-image.fits"])
        await #expect {
            try await predicted(folder["a-image.fits"])
        } throws: { "\($0)".contains("not Jy/pixel") }
    }

    @Test("models of other products than Stokes I are named when a prefix leaves them out")
    func products() async throws {
        var model = Self.model
        for stokes in [Polarisation.q, .u] {
            model.header.stokes = stokes
            try model.write(to: folder["a-\(stokes.name)-model.fits"])
        }
        await #expect {
            try await predicted(folder["a"])
        } throws: { "\($0)".contains("there are only a-Q-model.fits, a-U-model.fits") }
        model.header.stokes = .i
        try model.write(to: folder["a-I-model.fits"])
        let (_, remarks) = try await predicted(folder["a"])
        #expect(remarks.tell("only Stokes I", "a-Q-model.fits, a-U-model.fits"), "\(remarks.warnings)")
    }
}
