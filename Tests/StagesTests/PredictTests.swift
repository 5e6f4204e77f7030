import Astrometry
import Formats
import Foundation
import Parameters
import Simulation
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Models put into simulated observations, judged by their images.
@Suite(.serialized) struct PredictTests {
    private static let sky =
        "simulate antennas=6 channels=8 frequency=1.39GHz bandwidth=13MHz sefd=0 plan=t*6"
    private static let image = "image prefix=DIR/a size=256 cell=8arcsec weight=natural png=no psf=no"

    /// The dirty image at the end of a pipeline.
    private func dirty(_ lines: [String]) async throws -> FITSImage {
        let (result, files) = try await results(lines)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        let path = folder.url.appending(path: "image.fits")
        try #require(files["a-dirty.fits"]).write(to: path)
        return try FITSImage(contentsOf: path.path)
    }

    /// The sky that is simulated, as a list.
    private func list(in folder: Scratch) async throws -> (path: String, centre: Direction) {
        let centre = try await dirty([Self.sky, Self.image]).header.phaseCentre
        let lines = PointSource.standardSky(around: centre).map { source in
            "\(source.direction.rightAscension / Angle.degree) \(source.direction.declination / Angle.degree) "
                + "\(source.flux) \(source.spectralIndex)"
        }
        let path = folder.url.appending(path: "sky.txt")
        try Data(lines.joined(separator: "\n").utf8).write(to: path)
        return (path.path, centre)
    }

    private func peak(_ image: FITSImage) -> Float { image.pixels.map(abs).max() ?? .infinity }

    @Test(
        "what was simulated is gone when its list is subtracted, twice as bright when added, and put in again"
    )
    func sourceList() async throws {
        let folder = try Scratch()
        let path = try await list(in: folder).path
        let truth = try await dirty([Self.sky, Self.image])
        for model in [path, "standard"] {
            let gone = try await dirty([Self.sky, "predict model=\(model) mode=subtract", Self.image])
            #expect(peak(gone) < 1e-5 * peak(truth))
            // Which model it was decides the bits.
            let history = gone.header.history.joined(separator: "\n")
            #expect(history.contains(/input sky\.txt \d+ bytes\s+sha256\s+[0-9a-f]{64}/) == (model == path))
        }
        let double = try await dirty([Self.sky, "predict model=\(path) mode=add", Self.image])
        #expect(zip(double.pixels, truth.pixels).allSatisfy { abs($0 - 2 * $1) < 1e-4 })
        let again = try await dirty([
            Self.sky + " rfi=blips", "predict model=\(path)", Self.image,
        ])
        #expect(zip(again.pixels, truth.pixels).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("Components are known of one sub-band at a time, scan after scan, and planned for")
    func subbands() async throws {
        let folder = try Scratch()
        let path = try await list(in: folder).path
        let file = folder.url.appending(path: "o.uvh5").path
        let (written, _) = try await results([
            Self.sky.replacing("t*6", with: "t*3\tslew*1\tt*3"), "write output=\(file)",
        ])
        #expect(written.error == nil)
        let predict = "predict model=\(path) mode=subtract"
        let whole = try await dirty(["read input=\(file)", Self.image])
        let left = try await dirty(["read input=\(file) subband=3", predict, Self.image])
        #expect(peak(left) < 1e-5 * peak(whole))
        let lines = (0..<1000).map { "60.\($0) -35 1e-3" }.joined(separator: "\n")
        try Data(lines.utf8).write(to: URL(filePath: path))
        let simulate = "simulate antennas=2 channels=2048 plan=t*1"
        let one = try plan([simulate, predict, "write output=DIR/o.uvh5"]).memory.workBytes
        let spectra = 1000 * 2048 * 4
        #expect(one > spectra && one < spectra * 5 / 4)
    }

    @Test("an image is predicted as a list of its pixels is, within the error that it is asked to keep")
    func modelImage() async throws {
        let folder = try Scratch()
        let centre = try await list(in: folder).centre
        let header = try await dirty([Self.sky, Self.image]).header
        var model = FITSImage(header: header, pixels: [Float](repeating: 0, count: 256 * 256))
        model.header.unit = "Jy/pixel"
        let sources: [(column: Int, row: Int, flux: Float)] = [(128, 128, 1), (40, 200, 0.5), (201, 31, 2)]
        var lines = [String]()
        for source in sources {
            model.pixels[source.row * 256 + source.column] = source.flux
            let place = try #require(
                DirectionCosines(
                    l: Double(128 - source.column) * header.cell, m: Double(source.row - 128) * header.cell)
            ).direction(
                centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
            lines.append(
                "\(place.rightAscension / Angle.degree) \(place.declination / Angle.degree) \(source.flux)")
        }
        let (fits, text) = (
            folder.url.appending(path: "model.fits").path, folder.url.appending(path: "model.txt")
        )
        try model.write(to: fits)
        try Data(lines.joined(separator: "\n").utf8).write(to: text)
        let direct = try await dirty([Self.sky, "predict model=\(text.path)", Self.image])
        let left = try await dirty([
            Self.sky, "predict model=\(text.path)", "predict model=\(fits) mode=subtract epsilon=1e-5",
            Self.image,
        ])
        #expect(peak(direct) > 0.5)
        #expect(peak(left) < 2e-5 * peak(direct))
    }

    @Test("models that do not belong here are refused: no file, no list, an image of another place or unit")
    func refused() async throws {
        let folder = try Scratch()
        let nonsense = folder.url.appending(path: "nonsense.txt")
        try Data("not a sky\n".utf8).write(to: nonsense)
        let dirtyImage = folder.url.appending(path: "dirty.fits").path
        var image = try await dirty([Self.sky, Self.image])
        try image.write(to: dirtyImage)
        for path in [folder.path + "/none.txt", nonsense.path, dirtyImage] {
            await #expect(throws: (any Error).self) {
                try await results([Self.sky, "predict model=\(path)", Self.image])
            }
        }
        image.header.unit = "Jy/pixel"
        image.header.phaseCentre.declination += 0.05
        let elsewhere = folder.url.appending(path: "elsewhere.fits").path
        try image.write(to: elsewhere)
        let (result, _) = try await results([Self.sky, "predict model=\(elsewhere)", Self.image])
        #expect("\(try #require(result.error))".contains("phase centre"))
        image.header.stokes = .q
        try image.write(to: elsewhere)
        let nothing = folder.url.appending(path: "nothing.txt")
        try Data("# no source\n".utf8).write(to: nothing)
        let hertz = folder.url.appending(path: "hertz.txt")
        try Data("04:00:00 -35:00:00 1 -0.7 1284\n".utf8).write(to: hertz)
        for (path, what) in [
            (elsewhere, "Stokes"), (nothing.path, "no component"), (hertz.path, "in Hz, or with its unit"),
        ] {
            await #expect {
                try await results([Self.sky, "predict model=\(path)", Self.image])
            } throws: { "\($0)".contains(what) }
        }
    }

    @Test("A model whose grid takes more than memory is refused by its name, before it is planned")
    func tooLarge() async throws {
        let folder = try Scratch()
        var header = try await dirty([Self.sky, Self.image]).header
        (header.width, header.height, header.reference) = (2048, 2048, SIMD2(1024, 1024))
        (header.cell, header.unit) = (40 / 3600 * Angle.degree, "Jy/pixel")
        let path = folder.url.appending(path: "wide.fits").path
        try FITSImage(header: header, pixels: [Float](repeating: 0, count: 2048 * 2048)).write(to: path)
        let (result, files) = try await results([
            "simulate layout=meerkat antennas=64 channels=64 plan=t*6", "predict model=\(path)", Self.image,
        ]) { $0.memory = 64 << 20 }
        let said = "\(try #require(result.error))"
        #expect(result.exitCode == .usage && files.isEmpty)
        #expect(said.contains("the model's grid takes at least") && said.contains("wide.fits"), "\(said)")
    }
}
