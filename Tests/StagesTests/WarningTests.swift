import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// What a user gets told who asks for something that has no effect.
@Suite(.serialized) struct WarningTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.39GHz bandwidth=130MHz plan=t*6 window=4"
    private static let image = "image prefix=DIR/a size=64 cell=5arcsec png=no weight=natural"

    private func warnings(_ lines: [String], overwrite: Bool = false) async throws -> Remarks {
        let remarks = Remarks()
        let (result, _) = try await results(lines) {
            remarks.listen(&$0)
            $0.overwrite = overwrite
        }
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        return remarks
    }

    @Test("A plain image has none")
    func none() async throws {
        let remarks = try await warnings([Self.source, Self.image])
        #expect(remarks.warnings.isEmpty, "\(remarks.warnings)")
    }

    @Test(
        "Parameters without effect are named, with what would give them one",
        arguments: [
            ("gain=0.2 mgain=0.5 multiscale=yes", "gain, mgain, multiscale", "niter above 0"),
            ("niter=0 border=3 fits-mask=none.fits", "fits-mask, border", "niter above 0"),
            ("store=scratch", "store: ", "niter above 0"),
            ("cube=yes mf-weighting=yes", "cube, mf-weighting", "channels-out"),
            ("density=exact super-weight=2", "density, super-weight", "briggs"),
            ("pb-limit=0.2", "pb-limit: ", "pb yes"), ("feed-angle=10deg", "feed-angle: ", "IQUV"),
        ])
    func idle(_ more: String, _ names: String, _ mend: String) async throws {
        let remarks = try await warnings([Self.source, Self.image + " " + more])
        #expect(remarks.tell("image: " + names, mend), "\(remarks.warnings)")
        #expect(remarks.warnings.count == 1, "\(remarks.warnings)")
    }

    @Test("A list that has lost its sources is simulated as noise, and said to be")
    func emptySky() async throws {
        let folder = try Scratch()
        let list = try folder.write("# nothing\n", to: "sky.txt")
        let remarks = try await warnings([Self.source + " sky=\(list)", Self.image])
        #expect(remarks.tell("sky.txt lists no source"), "\(remarks.warnings)")
    }

    @Test("An image that is already below its threshold: the log has its peak, not that of an empty mask")
    func belowThreshold() async throws {
        for more in ["", " auto-mask=5", " multiscale=yes"] {
            let remarks = try await warnings([Self.source, Self.image + " niter=9 threshold=100" + more])
            #expect(remarks.tell("nothing to clean: the peak of ", "threshold of 100"), "\(remarks.warnings)")
            #expect(!remarks.tell("peak of 0.0 "))
        }
    }

    @Test(
        "Where pixels do not sample the beam, images that are not restored are named, each once",
        arguments: [
            ("", ["image: no restoring beam: ", "no beam; not written without one: a-image.fits"]),
            (
                " channels-out=2 pol=XX,YY pb=yes",
                ["a-0001-XX-image.fits, a-0001-XX-image-pb.fits", "a-MFS-YY-image.fits"]
            ),
            (" channels-out=2 cube=yes", ["image: channel 0: no", "a-MFS-image.fits"]),
        ])
    func unrestored(_ more: String, _ words: [String]) async throws {
        let image = "image prefix=DIR/a size=16 cell=0.1arcsec png=no weight=natural niter=2"
        let remarks = try await warnings([Self.source, image + more])
        for word in words {
            #expect(remarks.warnings.count { $0.contains(word) } == 1, "\(word): \(remarks.warnings)")
        }
        #expect(!remarks.tell("image: image:"))
    }

    @Test("Blank planes of a cube are named")
    func blank() async throws {
        let remarks = try await warnings([
            Self.source, "preflag channels=4~7", Self.image + " channels-out=3 cube=yes",
        ])
        #expect(remarks.tell("plane 1 of cube-dirty", "blank"), "\(remarks.warnings)")
    }

    @Test("Images of an earlier run that stay beside the new ones are named")
    func older() async throws {
        let folder = try Scratch()
        let image = Self.image.replacing("DIR", with: folder.path)
        for other in ["a-notes.fits", "ab-0002-dirty.fits", "a-0002-dirty.txt"] {
            try folder.write("", to: other)
        }
        let first = try await warnings([Self.source, image + " channels-out=3"])
        #expect(first.warnings.isEmpty)
        let again = try await warnings([Self.source, image + " channels-out=3"], overwrite: true)
        #expect(again.warnings.isEmpty)
        let fewer = try await warnings([Self.source, image + " channels-out=2"], overwrite: true)
        #expect(
            fewer.tell("stay beside these: a-0002-dirty.fits, a-0002-psf.fits: remove"), "\(fewer.warnings)")
        // One that this run would replace, and has nothing for.
        let empty = try await warnings(
            [Self.source, "preflag channels=8~11", image + " channels-out=3"], overwrite: true)
        #expect(empty.tell("a-0002-dirty.fits, a-0002-psf.fits: remove"), "\(empty.warnings)")
        // Two stages of one run are not in each other's way.
        let both = [Self.source, image + " channels-out=3", image]
        _ = try await warnings(both, overwrite: true)
        #expect(try await warnings(both, overwrite: true).warnings.isEmpty)
    }

    @Test("A ready mask of another band, and a mask of none of the data's frequencies")
    func masks() async throws {
        let folder = try Scratch()
        let path = try folder.write("100 101 MHz\n", to: "mask.txt")
        let other = try await warnings([Self.source, "mask mask=meerkat-uhf", Self.image])
        #expect(other.tell("12 of 12 channels lie beyond", "use meerkat-l"), "\(other.warnings)")
        #expect(try await warnings([Self.source, "mask mask=meerkat-l", Self.image]).warnings.isEmpty)
        let none = try await warnings([Self.source, "mask mask=\(path)", Self.image])
        #expect(none.tell("none of its frequencies"), "\(none.warnings)")
    }
}
