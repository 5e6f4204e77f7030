import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// Messages of `image` that say what is wrong, where, and how to mend it.
@Suite(.serialized) struct MendingTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.39GHz bandwidth=130MHz plan=t*6 centre=4h,-35d"
    private static let image = "image prefix=DIR/a size=64 cell=5arcsec png=no psf=no"

    private func said(_ lines: [String]) async throws -> String {
        do {
            let (result, files) = try await results(lines)
            #expect(files.isEmpty)
            return "\(try #require(result.error))"
        } catch { return "\(error)" }
    }

    @Test(
        "A range of uv distances that leaves nothing: the distances that there are",
        arguments: ["weight=natural", "", "density=exact", "channels-out=2"])
    func range(more: String) async throws {
        let metres = try await said([Self.source, Self.image + " \(more) uv-range=100km~200km"])
        #expect(
            metres.contains("uv-range: leaves nothing of SIM, whose projected baselines are "), "\(metres)")
        #expect(metres.contains("m to ") && metres.contains("write a range that meets them"), "\(metres)")
        let waves = try await said([Self.source, Self.image + " \(more) uv-range=1klambda~1.01klambda"])
        #expect(waves.contains("no visibility left") || waves.contains("leaves nothing"), "\(waves)")
    }

    @Test(
        "An output channel that the range of uv distances leaves nothing of is left out, whatever the weights"
    )
    func channelRange() async throws {
        for weight in ["natural", "uniform"] {
            let remarks = Remarks()
            let (result, files) = try await results([
                Self.source.replacing("bandwidth=130MHz", with: "bandwidth=1300MHz"),
                Self.image.replacing(" cell=5arcsec", with: "")
                    + " channels-out=2 weight=\(weight) uv-range=25klambda~ cell=2arcsec",
            ]) { remarks.listen(&$0) }
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            #expect(files["a-0000-dirty.fits"] == nil && files["a-0001-dirty.fits"] != nil)
            #expect(remarks.tell("0000"), "\(remarks.warnings)")
        }
    }

    @Test("A product that the data do not have: those that can be made of them")
    func products() async throws {
        let error = try await said([Self.source, Self.image + " pol=RR"])
        #expect(error.contains("RR cannot be made of XX, YY: ask for some of I, XX, YY"), "\(error)")
    }

    @Test("A prefix in a folder that is not there")
    func folder() async throws {
        let error = try await said([Self.source, Self.image.replacing("DIR/a", with: "DIR/new/a")])
        #expect(error.contains("there is no folder") && error.contains("make it"), "\(error)")
        for name in ["", ".", ".."] {
            let error = try await said([Self.source, Self.image.replacing("DIR/a", with: "DIR/" + name)])
            #expect(error.contains("is a folder") && error.contains("/image"), "\(error)")
        }
    }

    @Test("An image far beyond the primary beam is warned of, with its distance; one in it is not")
    func far() async throws {
        for (centre, isFar) in [
            ("7h,-35d", true), ("4h,-36d", false), ("4h10m,-35d", false), ("4h,-30d", true),
        ] {
            let remarks = Remarks()
            let (result, _) = try await results(
                [Self.source, Self.image + " weight=natural centre=\(centre)"]) { remarks.listen(&$0) }
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            #expect(remarks.tell("centre: the image lies", "three times λ / D of antennas of 13.5m") == isFar)
            #expect(
                remarks.tell("36.5 deg from the phase centre of SIM") == (centre == "7h,-35d"),
                "\(remarks.warnings)")
        }
    }

    @Test("A mask of another place: how far it lies off")
    func mask() async throws {
        let folder = try Scratch()
        let clean = Self.image.replacing("psf=no", with: "niter=2")
        _ = try await results([Self.source, clean.replacing("DIR", with: folder.path)])
        let mask = folder["a-model.fits"]
        let elsewhere = Self.source.replacing("4h,-35d", with: "4h,-35.01d")
        for (source, more, what) in [
            (
                elsewhere, "",
                "the mask's phase centre lies 36 arcsec from that of SIM, above the tolerance of 0.1"
            ),
            (
                Self.source, " cell=6arcsec",
                "the mask's pixels are 5 arcsec wide, those of the image 6 arcsec"
            ),
            (Self.source, " centre=4h,-35.01d", "the mask's middle lies"),
        ] {
            let image = more.hasPrefix(" cell") ? clean.replacing(" cell=5arcsec", with: "") : clean
            let error = try await said([source, image + " fits-mask=\(mask)" + more])
            #expect(error.contains("fits-mask: \(what)"), "\(error)")
        }
    }
}
