import Formats
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// `read` with `phase-centre`, on a simulated source that lies 20 arcmin north of the new centre.
@Suite("Phasing while reading", .serialized) struct PhasingTests {
    static let image = "image prefix=DIR/a size=128 cell=60arcsec weight=natural psf=no png=no"
    /// asin(20 pixels of 60 arcsec) south of -35 degrees.
    static let south = "60deg,-35.33333521deg"

    private func pixels(_ source: [String]) async throws -> [Float] {
        let (result, files) = try await results(source + [Self.image])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        try #require(files["a-dirty.fits"]).write(to: folder.url.appending(path: "a.fits"))
        return try FITSImage(contentsOf: folder["a.fits"]).pixels
    }

    /// Writes an observation and returns it with its folder.
    private func written(_ lines: [String]) async throws -> (folder: Scratch, path: String) {
        let (result, files) = try await results(lines + ["write output=DIR/a.h5"])
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let folder = try Scratch()
        try #require(files["a.h5"]).write(to: folder.url.appending(path: "a.h5"))
        return (folder, folder["a.h5"])
    }

    @Test("a source keeps its place and flux about another centre, and there and back is where it was")
    func shift() async throws {
        let folder = try Scratch()
        let sky = try folder.write("04:00:00 -35:00:00 1\n", to: "sky.txt")
        let first = try await written([
            "simulate antennas=6 channels=12 plan=t*12 sefd=0 sky=\(sky) frequency=1.3GHz bandwidth=10MHz"
        ])
        let read = "read input=\(first.path) phase-centre=\(Self.south) window=5"
        let moved = try await pixels([read])
        #expect(abs(moved[84 * 128 + 64] - 1) < 1e-3)
        #expect(moved.max() == moved[84 * 128 + 64])
        let second = try await written([read])
        let back = try await pixels(["read input=\(second.path) phase-centre=60deg,-35deg"])
        let before = try await pixels(["read input=\(first.path)"])
        let worst = zip(back, before).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-4)
        #expect(abs(before[64 * 128 + 64] - 1) < 1e-3)
    }

    @Test("the bits do not depend on threads or tiles")
    func determinism() async throws {
        let (folder, path) = try await written(["simulate antennas=5 channels=20 plan=t*11 rfi=blips"])
        var first: Data?
        for (threads, tile) in [(1, 1 << 20), (2, 4096), (2, 1 << 20)] {
            let (result, files) = try await results([
                "read input=\(path) phase-centre=zenith window=4 subband=6", "write output=DIR/b.h5",
            ]) { run in
                run.threads = threads
                run.tileBytes = tile
            }
            #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
            let bytes = try #require(files["b.h5"])
            #expect(first == nil || first == bytes)
            first = bytes
        }
        withExtendedLifetime(folder) {}
    }

    @Test(
        "drift data are imaged and written as MVF only when they are phased",
        .enabled(if: Shared.find("data/uvh5") != nil, "needs shared/data/uvh5"),
        arguments: [
            // Of the second all cross baselines are flagged, the first has a gap between channels.
            (
                "zen.2458098.45361.HH_downselected.uvh5",
                "image prefix=DIR/a size=64 cell=30arcmin psf=no png=no"
            ),
            ("zen.2458432.34569.uvh5", "write output=DIR/a.h5"),
        ])
    func refused(_ name: String, sink: String) async throws {
        let path = try #require(Shared.find("data/uvh5/" + name)).path
        let (result, files) = try await results(["read input=\(path)", sink])
        #expect("\(result.error.map(String.init(describing:)) ?? "")".contains("phase-centre"))
        #expect(result.error?.exitCode == .usage && files.keys.allSatisfy { $0.contains("report") })
        let phased = try await results(["read input=\(path) phase-centre=zenith", sink])
        #expect(phased.result.error == nil, "\(phased.result.error.map(String.init(describing:)) ?? "")")
    }
}
