import Formats
import Foundation
import Parameters
import Rings
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Images of streams that hold little, or nothing, or what is no number.
@Suite("Images of odd streams", .serialized) struct OddStreamTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.39GHz bandwidth=130MHz sefd=0 plan=t*6 window=4"
    private static let image = "image prefix=DIR/a size=65,64 cell=4arcsec png=no"

    /// Runs a simulation, something on the way, and an image.
    private func run(
        _ more: String, source: String = Self.source,
        passing: @escaping @Sendable (inout VisibilityBlock) throws -> Void = { _ in }
    ) async throws -> (result: RunResult, files: [String: Data]) {
        try await results(
            [source, Self.image + more],
            replacing: { $0 is Image ? [Passing(passing), $0] : [$0] })
    }

    private func images(
        _ more: String, plane: Int? = nil,
        passing: @escaping @Sendable (inout VisibilityBlock) throws -> Void
    ) async throws -> [String: FITSImage] {
        let (result, files) = try await run(more, passing: passing)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        return try fitsImages(files, plane: plane)
    }

    /// Sends nothing on.
    private struct Sinkhole: Transform {
        struct Settings: ParameterSet {}
        static let name = "sinkhole"
        static let summary = "swallows the stream"
        static let inPlace = true
        init(_ settings: Settings) {}
        func prepare(_ header: ObservationCut, _ context: StageContext) -> ObservationCut { header }
        func run(_ input: Reader<VisibilityBlock>, into output: Outlet<VisibilityBlock>) async throws {
            for try await _ in input {}
        }
    }

    @Test(
        "A stream without a block, or without an unflagged sample, leaves nothing but an error about the data",
        arguments: [
            "", " live=0.01s", " niter=10", " weight=uniform density=exact", " channels-out=3 cube=yes",
        ])
    func nothing(parameters: String) async throws {
        let (empty, none) = try await results(
            [Self.source, Self.image + parameters],
            replacing: { $0 is Image ? [Sinkhole(Sinkhole.Settings()), $0] : [$0] })
        let (flagged, left) = try await run(parameters) { $0.flag { _, _ in true } }
        for (result, files) in [(empty, none), (flagged, left)] {
            #expect(result.exitCode == .data && files.isEmpty)
            #expect("\(try #require(result.error))".contains("no visibility left"))
        }
    }

    @Test(
        "Weights that are no positive numbers are flags",
        arguments: [
            "", " weight=natural baseline-averaging=1%", " weight=uniform density=exact", " niter=20",
        ])
    func weights(parameters: String) async throws {
        let odd = try await images(parameters) { block in
            block.withMutableArrays { _, weights, _, _, _ in
                for sample in weights.indices where sample % 5 == 0 {
                    weights[sample] = [.nan, .infinity, -1, 0, -.infinity][sample / 5 % 5]
                }
            }
        }
        let flagged = try await images(parameters) { block in
            block.withMutableArrays { _, _, flags, _, _ in
                for sample in flags.indices where sample % 5 == 0 { flags[sample] |= 1 }
            }
        }
        #expect(odd.keys == flagged.keys && odd["dirty"] != nil)
        for (name, image) in odd {
            let isSame = image.pixels == flagged[name]?.pixels
            #expect(isSame && image.pixels.allSatisfy(\.isFinite), "\(name)")
            #expect(image.header.weights == flagged[name]?.header.weights)
        }
    }

    @Test("Output channels without a sample are left out, blank in cubes, and no part of what CLEAN does")
    func emptyChannels() async throws {
        let flag: @Sendable (inout VisibilityBlock) -> Void = {
            $0.flag { channel, _ in (4..<8).contains(channel) }
        }
        let kinds = ["dirty", "psf", "model", "residual", "image"]
        func names(_ channels: [String]) -> Set<String> {
            Set(channels.flatMap { channel in kinds.map { "\(channel)-\($0)" } })
        }
        let clean = " channels-out=3 niter=50 fit-spectral-pol=3"
        let apart = try await images(clean, passing: flag)
        #expect(Set(apart.keys) == names(["0000", "0002", "MFS"]))
        for plane in 0..<3 {
            let cubes = try await images(clean + " cube=yes", plane: plane, passing: flag)
            #expect(Set(cubes.keys) == names(["cube", "MFS"]))
            for kind in kinds {
                let pixels = try #require(cubes["cube-\(kind)"]).pixels
                let isSame = pixels == apart["000\(plane)-\(kind)"]?.pixels
                #expect(plane == 1 ? pixels.allSatisfy(\.isNaN) : isSame, "\(plane) \(kind)")
            }
        }
    }

    @Test("Intervals without a sample are left out")
    func emptyIntervals() async throws {
        let made = try await images(" intervals-out=3 pol=XX,YY") {
            $0.flag { _, dump in (2..<4).contains(dump) }
        }
        let products = ["XX", "YY"].flatMap { ["\($0)-dirty", "\($0)-psf"] }
        #expect(
            Set(made.keys) == Set(["t0000", "t0002"].flatMap { part in products.map { "\(part)-\($0)" } }))
    }

    @Test("A block of a field that the header has nothing scheduled on is an error about the data")
    func unscheduled() async throws {
        let (result, files) = try await run("", passing: Self.turnToNowhere)
        let (predicted, none) = try await results(
            [Self.source, "predict model=standard", Self.image],
            replacing: { $0 is Predict ? [Passing(Self.turnToNowhere), $0] : [$0] })
        for (result, files) in [(result, files), (predicted, none)] {
            #expect(result.exitCode == .data && files.isEmpty)
            #expect("\(try #require(result.error))".contains("field 9, on which nothing is scheduled"))
        }
    }

    /// Tells blocks from the second window on of a field that nobody knows.
    @Sendable private static func turnToNowhere(_ block: inout VisibilityBlock) {
        guard block.context.window > 0 else { return }
        let context = block.context
        block.reshape(
            block.shape,
            context: BlockContext(
                scan: context.scan, intent: context.intent, field: 9, phaseCentre: context.phaseCentre,
                spectralWindow: context.spectralWindow, channels: context.channels,
                frequencies: context.frequencies, widths: context.widths,
                scheduleIndex: context.scheduleIndex, dumps: context.dumps, times: context.times,
                intervals: context.intervals, subband: context.subband, window: context.window,
                endsScan: context.endsScan))
    }

    @Test("One visibility makes a fringe, and no restored image, since there is no beam")
    func one() async throws {
        let source = "simulate antennas=2 channels=1 frequency=1.39GHz bandwidth=1MHz sefd=0 plan=t*1"
        let (result, files) = try await run(" niter=10", source: source)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        let images = try fitsImages(files)
        #expect(Set(images.keys) == ["dirty", "psf", "model", "residual"])
        let psf = try #require(images["psf"])
        #expect(abs(psf.pixels[32 * 65 + 32] - 1) < 1e-5 && psf.pixels.allSatisfy { abs($0) < 1.0001 })
        #expect(psf.header.beam == nil)
    }
}
