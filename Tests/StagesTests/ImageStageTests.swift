import Formats
import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// The images that one stage makes of one observation.
@Suite(.serialized) struct ImageStageTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.39GHz bandwidth=130MHz plan=t*6 window=4"
    private static let image = "image prefix=DIR/a size=65,64 cell=20arcsec png=no weight=natural"

    /// The images of a run, by the name of their file without prefix.
    private func images(_ lines: [String], plane: Int? = nil) async throws -> [String: FITSImage] {
        let (result, files) = try await results(lines)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        return try fitsImages(files, plane: plane)
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("Output channels are the images of their channels; their mean is the image of all")
    func channels() async throws {
        let whole = try await images([Self.source, Self.image])
        let parts = try await images([Self.source, Self.image + " channels-out=3"])
        #expect(
            Set(parts.keys)
                == Set(["0000", "0001", "0002", "MFS"].flatMap { ["\($0)-dirty", "\($0)-psf"] }))
        let (all, mean) = try (#require(whole["dirty"]), #require(parts["MFS-dirty"]))
        let peak = all.pixels.max() ?? 0
        #expect(difference(all.pixels, mean.pixels) < 3e-4 * peak)
        #expect(abs(all.header.frequency / mean.header.frequency - 1) < 1e-9)
        #expect(all.header.bandwidth == mean.header.bandwidth)
        #expect(abs((all.header.beam?.major ?? 0) / (mean.header.beam?.major ?? 1) - 1) < 1e-3)
        let one = try await images([Self.source, "select channels=4~7", Self.image])
        let (selected, second) = try (#require(one["dirty"]), #require(parts["0001-dirty"]))
        #expect(difference(selected.pixels, second.pixels) < 3e-4 * peak)
        #expect(second.header.frequency < mean.header.frequency * 1.01)
        #expect(abs(second.header.bandwidth - 130e6 / 3) < 1)
        #expect(second.header.reference == SIMD2(32, 32))
    }

    @Test("A cube has the channels as planes, with a beam each")
    func cube() async throws {
        let parts = try await images([Self.source, Self.image + " channels-out=3"])
        for plane in 0..<3 {
            let cube = try await images([Self.source, Self.image + " channels-out=3 cube=yes"], plane: plane)
            #expect(Set(cube.keys) == ["cube-dirty", "cube-psf", "MFS-dirty", "MFS-psf"])
            let (one, other) = try (#require(cube["cube-dirty"]), #require(parts["000\(plane)-dirty"]))
            #expect(one.pixels == other.pixels)
            #expect(abs((one.header.beam?.minor ?? 0) / (other.header.beam?.minor ?? 1) - 1) < 1e-6)
            #expect(abs(one.header.frequency / other.header.frequency - 1) < 1e-3)
        }
    }

    @Test("Intervals are images of their dumps, across windows; their mean by weight is the image of all")
    func intervals() async throws {
        let parts = try await images([Self.source, Self.image + " intervals-out=4 psf=no"])
        let names = (0..<4).map { "t000\($0)-dirty" }
        #expect(Set(parts.keys) == Set(names))
        let whole = try #require(try await images([Self.source, Self.image + " psf=no"])["dirty"])
        let intervals = try names.map { try #require(parts[$0]) }
        let weights = intervals.compactMap { $0.header.weights?.imageWeight }
        let sum = weights.reduce(0, +)
        #expect(abs(sum / (whole.header.weights?.imageWeight ?? 1) - 1) < 1e-9)
        let mean = whole.pixels.indices.map { pixel in
            Float(zip(intervals, weights).reduce(0) { $0 + Double($1.0.pixels[pixel]) * $1.1 } / sum)
        }
        #expect(difference(mean, whole.pixels) < 3e-4 * (whole.pixels.max() ?? 0))
        // Six dumps of 8 s: 1, 2, 1 and 2 of them.
        let starts = intervals.compactMap(\.header.start).map { $0 - (whole.header.start ?? 0) }
        #expect(zip(starts, [0, 8, 24, 32]).allSatisfy { abs($0 - $1) < 0.1 })
        let ends = intervals.compactMap(\.header.end).map { $0 - (whole.header.start ?? 0) }
        #expect(zip(ends, [8, 24, 32, 48]).allSatisfy { abs($0 - $1) < 0.1 } && ends.count == 4)
        #expect(whole.header.end == intervals.last?.header.end)
    }

    @Test("Stokes I is half the sum of the images of the hands; an unpolarised sky has no Q")
    func products() async throws {
        let lines = [Self.source.replacing("bandwidth", with: "pol=XX,XY,YX,YY sefd=0 bandwidth")]
        let images = try await images(lines + [Self.image + " pol=IQ,XX,YY"])
        #expect(
            Set(images.keys)
                == ["I-dirty", "Q-dirty", "XX-dirty", "YY-dirty", "I-psf", "XX-psf", "YY-psf"])
        let (i, q) = try (#require(images["I-dirty"]), #require(images["Q-dirty"]))
        let (x, y) = try (#require(images["XX-dirty"]), #require(images["YY-dirty"]))
        let peak = i.pixels.max() ?? 0
        #expect(peak > 0.1)
        #expect(
            zip(i.pixels, zip(x.pixels, y.pixels)).allSatisfy { abs($0 - ($1.0 + $1.1) / 2) < 3e-4 * peak })
        #expect((q.pixels.max() ?? 1) < 3e-4 * peak)
        #expect(q.header.stokes == .q && x.header.stokes == .xx)
        #expect(q.header.history.contains { $0.contains("parallactic angle") })
    }

    @Test("The primary beam is 1 in the middle; images are divided by it, and blank where it is low")
    func primaryBeam() async throws {
        let images = try await images([
            Self.source,
            Self.image.replacing("65,64", with: "257,256")
                + " psf=no channels-out=2 pb=yes pb-limit=0.3",
        ])
        #expect(
            Set(images.keys)
                == Set(["0000", "0001", "MFS"].flatMap { ["\($0)-dirty", "\($0)-dirty-pb", "\($0)-pb"] }))
        let dirty = try #require(images["MFS-dirty"]), corrected = try #require(images["MFS-dirty-pb"])
        let power = try #require(images["MFS-pb"])
        #expect(abs(power.pixels[128 * 257 + 128] - 1) < 1e-4 && power.header.unit.isEmpty)
        #expect(corrected.header.unit == dirty.header.unit && (power.pixels.min() ?? 1) < 0.1)
        for (pixel, power) in power.pixels.enumerated() {
            if power >= 0.3 {
                #expect(corrected.pixels[pixel] == dirty.pixels[pixel] / power)
            } else {
                #expect(corrected.pixels[pixel].isNaN)
            }
        }
        // The lower channel's beam is wider.
        let (low, high) = try (#require(images["0000-pb"]), #require(images["0001-pb"]))
        #expect(low.pixels[128 * 257 + 200] > high.pixels[128 * 257 + 200])
    }

    @Test("An image around another direction is the same sky: its middle is that direction")
    func centre() async throws {
        let sky = try Scratch()
        try Data("60.1 -35.05 2\n".utf8).write(to: sky.url.appending(path: "sky.txt"))
        let source = Self.source + " sefd=0 centre=04:00:00,-35:00:00 sky=\(sky.path)/sky.txt"
        let images = try await images([source, Self.image + " centre=60.1deg,-35.05deg"])
        let dirty = try #require(images["dirty"])
        #expect(abs(dirty.pixels[32 * 65 + 32] - 2) < 0.01)
        #expect(
            dirty.header.phaseCentre
                == (try await self.images([source, Self.image])["dirty"])?.header.phaseCentre)
        // 0.1 degrees of right ascension are 14.74 pixels at this declination, 0.05 of declination 9.
        #expect(abs(dirty.header.reference.x - 32 - 14.736) < 0.01)
        #expect(abs(dirty.header.reference.y - 32 - 9) < 0.01)
    }

    @Test("An exact density is that of the samples: of equal ones it is what the schedule predicts")
    func exactDensity() async throws {
        let image = Self.image.replacing("weight=natural", with: "weight=uniform")
        let predicted = try #require(try await images([Self.source, image])["dirty"])
        let exact = try #require(try await images([Self.source, image + " density=exact"])["dirty"])
        let peak = predicted.pixels.max() ?? 0
        #expect(difference(predicted.pixels, exact.pixels) < 1e-4 * peak)
        let shared = image + " channels-out=3 mf-weighting=yes"
        let (one, other) = (
            try await images([Self.source, shared]),
            try await images([Self.source, shared + " density=exact"])
        )
        #expect(one.count == 8)
        for (name, image) in one {
            #expect(difference(image.pixels, other[name]?.pixels ?? []) < 1e-4 * (image.pixels.max() ?? 0))
            #expect(image.pixels.count == other[name]?.pixels.count, "\(name)")
        }
        #expect(exact.header.history.contains { $0.contains("density of the samples") })
        await #expect {
            try await results([Self.source, image + " density=exact live=5s"])
        } throws: { "\($0)".contains("live") }
        for more in ["", " channels-out=2", " channels-out=2 mf-weighting=yes", " pol=XX,YY"] {
            let memory = try await images([Self.source, image + " density=exact store=memory" + more])
            let scratch = try await images([Self.source, image + " density=exact store=scratch" + more])
            #expect(memory.mapValues(\.pixels) == scratch.mapValues(\.pixels) && !memory.isEmpty)
            #expect(memory.mapValues(\.header.history) == scratch.mapValues(\.header.history))
        }
    }

    @Test("Averaging short baselines more than long ones changes no pixel by more than it may")
    func baselineAveraging() async throws {
        let image = Self.image.replacing("cell=20arcsec", with: "cell=5arcsec")
        let whole = try #require(try await images([Self.source + " sefd=0", image])["dirty"])
        // Samples without noise do not say how much of it an image has.
        #expect(!whole.header.history.contains { $0.contains("thermal noise") })
        let averaged = try #require(
            try await images([Self.source + " sefd=0", image + " baseline-averaging=1%"])["dirty"])
        #expect(difference(whole.pixels, averaged.pixels) < 0.01 * (whole.pixels.max() ?? 0))
        let (all, fewer) = try (#require(whole.header.weights), #require(averaged.header.weights))
        #expect(fewer.visibilities < 0.7 * all.visibilities)
        #expect(abs(fewer.imageWeight / all.imageWeight - 1) < 1e-6)
        #expect(abs(fewer.visibilityWeightSum / all.visibilityWeightSum - 1) < 1e-6)
    }

    @Test("An image larger than memory is refused at once, and so is one of which nothing is left")
    func impossible() async throws {
        let (large, files) = try await results([
            Self.source,
            Self.image.replacing("size=65,64", with: "size=65536")
                .replacing("20arcsec", with: "2arcsec"),
        ]) { $0.memory = 1 << 30 }
        let said = "\(try #require(large.error))"
        #expect(large.exitCode == .usage && files.isEmpty)
        #expect(said.contains("size") && said.contains("--memory"), "\(said)")
        // Here the pixels would fit, and the grid of so wide a field does not.
        let (wide, none) = try await results([
            "simulate layout=meerkat antennas=64 channels=64 plan=t*6",
            Self.image.replacing("size=65,64", with: "size=8192,16384").replacing(
                "20arcsec", with: "7arcsec"),
        ]) { $0.memory = 1200 << 20 }
        let grid = "\(try #require(wide.error))"
        #expect(wide.exitCode == .usage && none.isEmpty)
        #expect(
            grid.contains("size: 8192,16384 pixels take at least ") && grid.contains("--memory"), "\(grid)")
        for more in ["", " niter=100 auto-threshold=3", " weight-rule=casa density=exact"] {
            let image = Self.image.replacing("weight=natural", with: "weight=uniform")
            let (empty, files) = try await results([Self.source, "preflag quack=1000s", image + more])
            #expect(empty.exitCode == .data && files.isEmpty)
            #expect("\(try #require(empty.error))".contains("no visibility left"))
        }
        // Pixels so large that most baselines lie beyond the grid: they are left out with a warning.
        let coarse = try await images([Self.source, Self.image.replacing("20arcsec", with: "100arcsec")])
        #expect(coarse["dirty"]?.pixels.allSatisfy { $0.isFinite } == true)
        // 15 baselines and 6 antennas of 6 dumps, 12 channels and 2 products.
        #expect(coarse["dirty"]?.header.history.contains("samples simulate \(21 * 6 * 12 * 2)") == true)
    }

    @Test("Double precision makes the same image; what single precision cannot keep is refused")
    func precision() async throws {
        let single = try #require(try await images([Self.source, Self.image + " epsilon=1e-5"])["dirty"])
        #expect(single.header.history.contains { $0.hasPrefix("thermal noise") })
        let double = try #require(
            try await images([Self.source, Self.image + " epsilon=1e-8 precision=double"])["dirty"])
        let peak = double.pixels.max() ?? 0
        #expect(difference(single.pixels, double.pixels) < 1e-5 * peak && single.pixels != double.pixels)
        for stage in [Self.image, "predict model=standard"] {
            await #expect {
                try await results([Self.source, stage + " epsilon=1e-8"])
            } throws: { "\($0)".contains("precision: double") }
        }
    }

    @Test(
        "More images than dumps, channels or products can make are refused",
        arguments: [
            "channels-out=13", "intervals-out=7", "pol=RR", "pol=XY", "pol=banana",
            "centre=16:00:00,35:00:00",
        ])
    func refusals(_ parameters: String) async throws {
        let (result, files) = try await results([Self.source, Self.image + " " + parameters])
        #expect(result.error != nil && files.isEmpty)
    }

    @Test(
        "Cubes of uneven output channels are refused, with what would make them even",
        arguments: [
            (12, 5, "the 12 channels, such as 4, or leave"), (11, 3, "the 11 channels, or leave"),
            // Bins of 5 leave one of 2 over.
            (12, 3, "select channels of one width"),
        ])
    func unevenCubes(channels: Int, wanted: Int, mend: String) async throws {
        let source = Self.source.replacing("channels=12", with: "channels=\(channels)")
        let average = wanted == 3 && channels == 12 ? ["average channels=5"] : []
        let image = Self.image + " channels-out=\(wanted) cube=yes"
        let (result, files) = try await results([source] + average + [image])
        #expect("\(try #require(result.error))".contains(mend) && files.isEmpty)
    }
}
