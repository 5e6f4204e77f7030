import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("UVH5 files, written")
struct UVH5WriterTests {
    @Test("the arrays hold what the blocks held, conjugated, row by row", arguments: UVH5Stream.Kind.allCases)
    func samples(_ kind: UVH5Stream.Kind) async throws {
        let folder = try Scratch()
        let stream = try UVH5Stream(kind)
        try await stream.write(to: folder["a.uvh5"])
        let expected = stream.expected
        let file = try HDF5File(reading: folder["a.uvh5"])
        let data = try file.root.requireGroup("Data")
        let visdata = try data.requireDataset("visdata")
        #expect(visdata.memberNames == ["r", "i"])
        #expect(
            try visdata.values(ofMember: "r").numbers?.map(Float.init) == expected.visibilities.map(\.real))
        #expect(
            try visdata.values(ofMember: "i").numbers?.map(Float.init)
                == expected.visibilities.map(\.imaginary))
        #expect(try data.requireDataset("flags").values().numbers == expected.flags.map(Double.init))
        let nsamples = try data.requireDataset("nsamples").readAll(as: Float.self)
        if kind == .averaged {
            #expect(nsamples != expected.weights)
        } else {
            #expect(nsamples == expected.weights)
        }
        let header = try file.root.requireGroup("Header")
        let uvw = try header.requireDataset("uvw_array").readAll(as: Double.self)
        #expect(uvw == expected.uvw.flatMap { [$0.u, $0.v, $0.w] })
    }

    @Test("nsamples times the length and width of a sample give its weight back")
    func relativeWeights() async throws {
        let folder = try Scratch()
        let stream = try UVH5Stream(.averaged)
        try await stream.write(to: folder["a.uvh5"])
        let file = try HDF5File(reading: folder["a.uvh5"])
        let nsamples = try file.root.requireGroup("Data").requireDataset("nsamples").readAll(as: Float.self)
        let header = try file.root.requireGroup("Header")
        let times = try header.requireDataset("integration_time").readAll(as: Double.self)
        let widths = try header.requireDataset("channel_width").readAll(as: Double.self)
        let expected = stream.expected.weights
        let products = stream.observation.polarisations.count
        var (wrong, worst) = (0, Float(0))
        for (index, value) in nsamples.enumerated() {
            let channel = index / products % widths.count
            let factor = Float(times[index / products / widths.count] / 8 * (widths[channel] / 1e6))
            let weight = value * factor
            wrong += weight == expected[index] ? 0 : 1
            worst = max(worst, abs(weight / expected[index] - 1))
        }
        // Single precision has no number for some of those that were scaled, but a neighbour of each.
        #expect(worst <= Float.ulpOfOne)
        #expect(Double(wrong) < 0.1 * Double(nsamples.count))
    }

    @Test(
        "weights that are nsamples times a factor give these nsamples back, or rounder ones", arguments: 0..<4
    )
    func inverse(_ seed: Int) {
        var random = Seeded(UInt64(seed))
        for _ in 0..<20_000 {
            let factor = 0.01 + random.float() * [1, 4, 100, 3][seed]
            let stored = Float(Int(random.float() * 1000)) * (seed == 3 ? 0.5 : 1)
            let back = UVH5WeightUnit.nsamples(weight: stored * factor, factor: factor)
            #expect(back * factor == stored * factor)
            #expect(
                back == stored
                    || back.bitPattern.trailingZeroBitCount > stored.bitPattern.trailingZeroBitCount)
        }
        #expect(UVH5WeightUnit.nsamples(weight: 0, factor: 0.375) == 0)
        #expect(UVH5WeightUnit.nsamples(weight: 1.25, factor: 1) == 1.25)
    }

    @Test("equal streams give equal files, whatever the number of threads, tiles and the order")
    func deterministic() async throws {
        let folder = try Scratch()
        var stream = try UVH5Stream(.fields)
        try await stream.write(to: folder["a.uvh5"], threads: 1)
        try await stream.write(to: folder["b.uvh5"], threads: 3)
        stream.cut.tiles = [0..<2, 2..<9, 9..<15]
        try await stream.write(to: folder["c.uvh5"], threads: 2)
        stream.cut.order = .timeFirst
        try await stream.write(to: folder["d.uvh5"], threads: 2)
        let first = try Data(contentsOf: folder.url.appending(path: "a.uvh5"))
        for name in ["b.uvh5", "c.uvh5", "d.uvh5"] {
            #expect(try Data(contentsOf: folder.url.appending(path: name)) == first, "\(name)")
        }
    }

    @Test("sub-bands are whole chunks, and no array has more than 1024", arguments: [16, 24, 40, 13, 7, 1])
    func chunks(_ subband: Int) throws {
        var sample = MVFSample()
        sample.scans = [(number: 0, field: 0, dumps: 500)]
        var stream = try UVH5Stream(sample.observation, subband: subband)
        let layout = try UVH5WriterLayout(stream.cut, path: "a.uvh5")
        #expect(stream.cut.subbands.allSatisfy { $0.channels.lowerBound % layout.chunkChannels == 0 })
        #expect(subband == 1 || layout.chunkChannels > 1)
        stream.cut.observation.antennas = (0..<64).map { index in
            Antenna(name: "m\(index)", position: SIMD3(5.1e6 + Double(index), 2e6, -3.2e6), diameter: 13.5)
        }
        stream.cut.observation.baselines = (0..<64).flatMap { one in (one..<64).map { Baseline(one, $0) } }
        let large = try UVH5WriterLayout(stream.cut, path: "a.uvh5")
        #expect((large.dumps + large.chunkDumps - 1) / large.chunkDumps * large.chunkColumns <= 1024)
    }

    @Test(
        "chunks take an eighth more room than dumps need, and a third more than channels, at most",
        arguments: [1, 16, 64, 128], [1, 15, 2080])
    func room(_ subband: Int, _ baselines: Int) throws {
        var random = Seeded(UInt64(subband + baselines))
        var observation = MVFSample().observation
        observation.baselines = [Baseline](repeating: Baseline(0, 1), count: baselines)
        for _ in 0..<60 {
            let (dumps, channels) = (
                Int.random(in: 1..<4000, using: &random), Int.random(in: 1..<1200, using: &random)
            )
            let first = observation.schedule[0].times[0]
            observation.schedule = [observation.schedule[0]]
            observation.schedule[0].times = (0..<dumps).map { first + 8 * Double($0) }
            observation.spectralWindows[0] = SpectralWindow(
                name: "l", frequencies: (0..<channels).map { 1e9 + 1e6 * Double($0) },
                widths: [Double](repeating: 1e6, count: channels))
            let bands = stride(from: 0, to: channels, by: subband).map {
                Subband(spectralWindow: 0, channels: $0..<min($0 + subband, channels))
            }
            let cut = ObservationCut(
                observation, order: .subbandFirst, dumpsPerWindow: 4, subbands: bands, baselinesPerTile: 4)
            let layout = try UVH5WriterLayout(cut, path: "a.uvh5")
            let rows = (dumps + layout.chunkDumps - 1) / layout.chunkDumps * layout.chunkDumps
            #expect(8 * (rows - dumps) <= dumps, "\(dumps) dumps in chunks of \(layout.chunkDumps)")
            let width = layout.chunkColumns * layout.chunkChannels
            #expect(3 * (width - channels) <= channels, "\(channels) channels by \(layout.chunkChannels)")
            #expect(bands.allSatisfy { $0.channels.lowerBound % layout.chunkChannels == 0 })
            let bytes = 8 * layout.chunk.reduce(1, *)
            #expect(bytes <= 1 << 30 || layout.chunkDumps == 1)
        }
    }

    @Test("antenna numbers are the digits of names where these ascend, else indices")
    func antennaNumbers() throws {
        func numbers(_ names: [String]) throws -> [Int] {
            var observation = MVFSample().observation
            observation.antennas = names.map { Antenna(name: $0, position: .zero, diameter: 1) }
            return try UVH5WriterSource(observation).antennaNumbers(observation.antennas)
        }
        #expect(try numbers(["m000", "m007", "m063"]) == [0, 7, 63])
        #expect(try numbers(["m007", "m000"]) == [0, 1])
        #expect(try numbers(["1a", "2b"]) == [0, 1])
        #expect(try numbers(["x", "m99999999999999999999"]) == [0, 1])
    }

    @Test("what the format cannot hold is a usage error that says so")
    func refusals() throws {
        func refusal(_ change: (inout ObservationCut) -> Void) throws -> String {
            var cut = try UVH5Stream(.fields).cut
            change(&cut)
            return complaint { try UVH5Output(cut, path: "out.uvh5") }
        }
        #expect(
            try refusal { $0.observation.schedule = [] }
                == "UVH5 cannot hold a stream whose length is not known: out.uvh5: write it from a file")
        #expect(try refusal { $0.observation.polarisations = [] }.contains("without samples"))
        #expect(try refusal { $0.subbands.removeLast() }.contains("leave channels out"))
        #expect(
            try refusal { $0.observation.schedule[0].times[1] = $0.observation.schedule[0].times[0] + 1e-6 }
                .contains("several dumps of one time"))
        #expect(try refusal { $0.observation.schedule[0].times[0] = .nan }.contains("outside 1960 to 2200"))
        #expect(try refusal { $0.observation.antennas[2].position.x = .nan }.contains("without positions"))
    }

    @Test("a file that the disk has no room for is refused before the first sample")
    func fullDisk() throws {
        let folder = try Scratch()
        var sample = MVFSample()
        sample.scans = [(number: 0, field: 0, dumps: 20000)]
        var stream = try UVH5Stream(sample.observation)
        let free =
            try FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize] as? Int
        let channels = min(2 * (try #require(free)) / (20000 * 15 * 4 * 13), 1 << 20)
        stream.cut.observation.spectralWindows[0] = SpectralWindow(
            name: "wide", frequencies: (0..<channels).map { 1e9 + Double($0) },
            widths: [Double](repeating: 1, count: channels))
        stream.cut.subbands = [Subband(spectralWindow: 0, channels: 0..<channels)]
        let error = #expect(throws: HDF5Error.self) {
            try UVH5Writer(path: folder["a.uvh5"], cut: stream.cut, threads: 1)
        }
        #expect(error?.fault == .machine)
        #expect(error?.what.contains("no room") == true, "\(String(describing: error))")
    }

    @Test("a stream that ends early is an error")
    func incomplete() throws {
        let folder = try Scratch()
        let writer = try UVH5Writer(path: folder["a.uvh5"], cut: try UVH5Stream(.single).cut, threads: 1)
        #expect(complaint { try writer.finish() }.contains("4 blocks of the stream never came"))
    }
}
