import Formats
import Foundation
import Imaging
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// CLEAN through pipelines, on simulated point sources.
@Suite(.serialized) struct CleanTests {
    /// Three sources on the middle of pixels that 27 antennas within a kilometre tell apart.
    private static func sky(in folder: Scratch) throws -> String {
        let path = folder.url.appending(path: "sky.txt")
        try Data("60.0 20.0 1\n60.0 20.05 2\n59.9556588 20.0 0.8\n".utf8).write(to: path)
        return
            "simulate layout=vla-d channels=2 frequency=1.39GHz bandwidth=13MHz sefd=1000 plan=t*5 dump=600s "
            + "centre=04:00:00,20:00:00 sky=\(path.path)"
    }
    private static let image =
        "image prefix=DIR/a size=64 cell=15arcsec png=no auto-threshold=3 auto-mask=5 niter=20000"

    private func images(_ lines: [String], _ names: [String]) async throws -> [FITSImage] {
        let (result, files) = try await results(lines)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        return try names.map { name in
            let path = folder.url.appending(path: name)
            try #require(files[name], "\(files.keys.sorted())").write(to: path)
            return try FITSImage(contentsOf: path.path)
        }
    }

    @Test("model, residual and restored image: fluxes, units, beams, and the names that wsclean gives them")
    func products() async throws {
        let folder = try Scratch()
        let made = try await images(
            [try Self.sky(in: folder), Self.image],
            ["a-dirty.fits", "a-model.fits", "a-residual.fits", "a-image.fits"])
        let (dirty, model, residual, restored) = (made[0], made[1], made[2], made[3])
        #expect(model.header.unit == "Jy/pixel" && model.header.beam == nil)
        #expect(restored.header.unit == "Jy/beam" && restored.header.beam == dirty.header.beam)
        let total = model.pixels.reduce(0, +)
        #expect(abs(total - 3.8) < 0.04, "\(total)")
        func peak(_ image: FITSImage) -> Float { image.pixels.map(abs).max() ?? .nan }
        #expect(peak(residual) < 0.02 * peak(dirty))
        #expect(abs(peak(restored) - 2) < 0.04)
    }

    @Test("a store in memory and one in a scratch file make the same bits, and no file is left behind")
    func stores() async throws {
        let folder = try Scratch()
        var first: [String: Data]?
        for store in ["memory", "scratch"] {
            let (result, files) = try await results([
                try Self.sky(in: folder), Self.image + " store=\(store)",
            ])
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            #expect(first == nil || first == files)
            first = files
        }
        #expect(
            first?.keys.sorted() == [
                "a-dirty.fits", "a-image.fits", "a-model.fits", "a-psf.fits", "a-residual.fits",
            ])
    }

    @Test("output channels are cleaned together or by themselves, as files or as cubes, with their mean")
    func channels() async throws {
        let folder = try Scratch()
        let request = Self.image + " channels-out=2"
        for more in ["", " join-channels=no", " fit-spectral-pol=2"] {
            let made = try await images(
                [try Self.sky(in: folder), request + more],
                [
                    "a-0000-model.fits", "a-0001-model.fits", "a-MFS-model.fits", "a-MFS-image.fits",
                    "a-MFS-residual.fits",
                ])
            let totals = made.prefix(3).map { $0.pixels.reduce(0, +) }
            for total in totals { #expect(abs(total - totals[2]) < 0.05 * totals[2], "\(totals)") }
        }
        let cube = try await results([try Self.sky(in: folder), request + " cube=yes"])
        #expect(cube.result.error == nil)
        #expect(
            ["a-cube-model.fits", "a-cube-image.fits", "a-cube-residual.fits"].allSatisfy {
                cube.files[$0] != nil
            })
    }

    @Test("components stay in the box; an exact density is cleaned as a predicted one is")
    func box() async throws {
        let folder = try Scratch()
        let names = ["a-model.fits", "a-residual.fits"]
        let made = try await images(
            [try Self.sky(in: folder), Self.image + " box=20,40,44,50 density=exact"], names)
        for (pixel, value) in made[0].pixels.enumerated() where value != 0 {
            #expect((20...44).contains(pixel % 64) && (40...50).contains(pixel / 64))
        }
        #expect(abs(made[0].pixels.reduce(0, +) - 2) < 0.2)
        // The source in the middle is left.
        #expect(made[1].pixels[32 * 64 + 32] > 0.9)
    }

    @Test(
        "requests that contradict each other are refused",
        arguments: [
            ("niter=10 psf=no", "psf"), ("niter=10 fit-spectral-pol=2 fit-spectral-log-pol=2", "polynomial"),
            ("niter=10 auto-mask=3 auto-threshold=5", "auto-mask: 3.0 is not above auto-threshold 5.0"),
            ("niter=10 auto-mask=3 auto-threshold=3", "leave auto-mask out"),
            ("niter=10 multiscale=no multiscale-scales=0,6", "multiscale-scales: multiscale is no"),
            ("niter=10 box=1,2,3", "box: needs four numbers"),
            ("niter=10 box=30,20,10,40", "write 10,20,30,40"),
            ("niter=10 box=30,20,70,40", "columns 0 to 63 and rows 0 to 63 of the image"),
            ("niter=10 box=30,20,70,40", "write 30,20,63,40, or a larger size"),
            ("niter=10 fit-spectral-pol=2", "give channels-out: 2 or more, or leave it out"),
            ("niter=10 channels-out=2 fit-spectral-log-pol=2 join-channels=no", "give join-channels: yes"),
            ("niter=10 fits-mask=/none.fits", "fits-mask: no readable file (/none.fits)"),
            ("niter=10 threshold=3mJy", "write 0.003, without a unit"),
            ("niter=10 threshold=3foo", "write a number without a unit"),
        ])
    func refused(parameters: String, what: String) async throws {
        let folder = try Scratch()
        await #expect {
            try await results([
                try Self.sky(in: folder), "image prefix=DIR/a size=64 cell=15arcsec \(parameters)",
            ])
        } throws: { "\($0)".contains(what) }
    }

    @Test("masks of other pixels, of another place, or without a pixel are refused")
    func masks() async throws {
        let folder = try Scratch()
        let sky = try Self.sky(in: folder)
        var mask = try await images([sky, Self.image], ["a-model.fits"])[0]
        let path = folder.url.appending(path: "mask.fits").path
        // Archives are often reached by links.
        let real = folder.url.appending(path: "real.fits").path
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: real)
        func error() async throws -> String {
            try mask.write(to: real)
            do {
                let (result, files) = try await results([sky, Self.image + " fits-mask=\(path)"])
                #expect(result.error == nil || files.isEmpty)
                // Which mask it was decides the bits of results.
                #expect(result.report.inputs.map(\.name).contains("mask.fits") == (result.error == nil))
                return result.error.map(String.init(describing:)) ?? ""
            } catch { return "\(error)" }
        }
        #expect(try await error() == "")
        let good = mask
        mask.header.cell *= 1.02
        #expect(try await error().contains("fits-mask"))
        mask = good
        mask.header.phaseCentre.declination += 1e-3
        #expect(try await error().contains("fits-mask"))
        mask = good
        mask.header.reference.x += 3
        #expect(try await error().contains("fits-mask"))
        mask = good
        mask.pixels = mask.pixels.map { _ in 0 }
        #expect(try await error().contains("no pixel"))
    }

    @Test(
        "requests that no field of the stream can meet are refused before it flows",
        arguments: [
            ("multiscale-scales=0,1e30", "multiscale-scales")
        ])
    func impossible(parameters: String, what: String) async throws {
        let folder = try Scratch()
        let (result, files) = try await results([
            try Self.sky(in: folder), "image prefix=DIR/a size=64 cell=15arcsec niter=10 \(parameters)",
        ])
        #expect("\(try #require(result.error))".contains(what))
        #expect(result.report.plan == nil && files.isEmpty)
    }
}
