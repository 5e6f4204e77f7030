import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

/// A real observation, and what its README says of it.
struct UVH5Real: Sendable, CustomTestStringConvertible {
    let name: String
    let baselines, times, channels, products: Int
    var testDescription: String { name }

    static let all = [
        UVH5Real(name: "zen.2458432.34569.uvh5", baselines: 10, times: 8, channels: 64, products: 4),
        UVH5Real(
            name: "zen.2458098.45361.HH_downselected.uvh5", baselines: 36, times: 10, channels: 64,
            products: 2),
        UVH5Real(name: "zen.2458661.23480.HH.uvh5", baselines: 10, times: 20, channels: 4, products: 2),
        UVH5Real(
            name: "zen.2457698.40355191.xx.HH.uvh5", baselines: 190, times: 1, channels: 256, products: 1),
        UVH5Real(
            name: "zen.2458043.40141.xx.HH.XRAA.uvh5", baselines: 28, times: 60, channels: 64, products: 1),
        UVH5Real(
            name: "zen.2458098.43124.downsample.uvh5", baselines: 55, times: 3, channels: 128, products: 4),
        UVH5Real(
            name: "zen.2459122.30030.sum.single_time.uvh5", baselines: 120, times: 1, channels: 129,
            products: 1),
    ]

    /// Its path, if real data are there.
    static func path(_ name: String) -> String? { Shared.find("data/uvh5/" + name)?.path }
    static let arePresent = path(all[0].name) != nil
}

/// Arrays that `Tests/Peers/read_uvh5.py` left behind.
private struct Plain {
    let prefix: String

    func array<T: BitwiseCopyable>(_ name: String, of type: T.Type) throws -> [T] {
        let bytes = try Data(contentsOf: URL(filePath: prefix + "." + name))
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<T>.stride).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self)
            }
        }
    }
}

@Suite("Real UVH5 files", .enabled(if: UVH5Real.arePresent, "needs shared/data/uvh5"))
struct UVH5RealTests {
    /// Where pyuvdata's arrays of all files are.
    private static let pyuvdata: Scratch? = {
        guard let scratch = try? Scratch() else { return nil }
        let script = Shared.package.appending(path: "Tests/Peers/read_uvh5.py").path
        let run = try? Peers.run(
            Peers.modern, [script, scratch.path] + UVH5Real.all.compactMap { UVH5Real.path($0.name) })
        return run?.status == 0 ? scratch : nil
    }()

    @Test(
        "each sample is pyuvdata's with the opposite sign of baseline", .enabled(if: Peers.modern != nil),
        arguments: UVH5Real.all)
    func samples(_ real: UVH5Real) async throws {
        let path = try #require(UVH5Real.path(real.name))
        let file = try UVH5File.open(path)
        let contents = file.contents
        #expect(contents.baselines.count == real.baselines && contents.times.count == real.times)
        #expect(contents.polarisations.count == real.products)
        let plain = Plain(prefix: try #require(Self.pyuvdata)[real.name])
        let antennas: [Int64] = try plain.array("ants", of: Int64.self)
        let times = try plain.array("times", of: Double.self)
        let stored = try plain.array("pols", of: Int64.self).map { Int($0) }
        let values = try plain.array("data", of: Complex64.self)
        let flags = try plain.array("flags", of: UInt8.self)
        let weights = try plain.array("samples", of: Float.self)
        let uvw = try plain.array("uvw", of: Double.self)
        #expect(try plain.array("freqs", of: Double.self) == contents.spectralWindows[0].frequencies)
        let read = try await UVH5Samples(file, dumpsEach: 7, channelsEach: 50)
        var wrong = 0
        var (seen, strayed) = (0, 0)
        let index = Dictionary(uniqueKeysWithValues: contents.baselines.enumerated().map { ($1, $0) })
        let numbers = Set(antennas).sorted()
        let (channels, stride) = (real.channels, real.products)
        for row in times.indices {
            let (one, two) = (antennas[2 * row], antennas[2 * row + 1])
            let isReversed = one > two
            let pair = Baseline(
                try #require(numbers.firstIndex(of: min(one, two))),
                try #require(numbers.firstIndex(of: max(one, two))))
            let baseline = try #require(index[pair])
            let time = (times[row] - 2_400_000.5) * 86400
            let dump = try #require(contents.times.firstIndex { abs($0 - time) < 1e-3 })
            let place = read.uvw(baseline, dump)
            let sign = isReversed ? 1.0 : -1.0
            if [place.u, place.v, place.w] != uvw[3 * row..<3 * row + 3].map({ sign * $0 }) { strayed += 1 }
            for (product, kind) in contents.polarisations.enumerated() {
                let code = (isReversed ? kind.exchanged : kind).rawValue
                let place = try #require(stored.firstIndex(of: code))
                for channel in 0..<channels {
                    let index = (row * channels + channel) * stride + place
                    let value = isReversed ? values[index] : values[index].conjugate
                    let expected = UVH5Samples.Sample(
                        value, samples: weights[index], isFlagged: flags[index] != 0)
                    if read[baseline, product, dump, channel] != expected { wrong += 1 }
                    seen += 1
                }
            }
        }
        #expect(wrong == 0 && strayed == 0 && seen == read.sampleCount)
    }

    @Test("the file of the Allen Telescope Array with impossible weights is told, not read")
    func garbage() throws {
        let path = try #require(UVH5Real.path("ata.LoA.C0352.uvh5_60647_62965_9760406_3c286_0001.uvh5"))
        let file = try UVH5File.open(path)
        #expect(file.contents.antennas.count == 28 && file.contents.targets.map(\.name) == ["3c286"])
        #expect(file.contents.polarisations == [.xx, .xy, .yx, .yy])
        let said = complaint { try file.samples(threads: 1) }
        #expect(said.contains("all 25984 values of nsamples are negative or not finite"), "\(said)")
    }

    @Test("the share of flags is the file's")
    func flags() throws {
        let path = try #require(UVH5Real.path("zen.2458043.40141.xx.HH.XRAA.uvh5"))
        let share = try #require(try UVH5File.open(path).flaggedShare(dumps: 0..<60))
        #expect(abs(share - 0.06924293) < 1e-7)
    }
}
