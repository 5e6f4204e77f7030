import Astrometry
import Foundation
import Rings
import Testing
import Visibilities

@testable import Formats

/// A way in which real files differ, as options of the generator.
struct MVFVariety: Sendable, CustomTestStringConvertible {
    let name: String
    let options: String
    var testDescription: String { name }

    static let all = [
        MVFVariety(
            name: "both",
            options: "--ants 8 --chans 64 --plan 'bp*3 slew*2 g*3 slew*1 t*9 slew*1 g*3' --lost 3 --seed 2"),
        MVFVariety(
            name: "model", options: "--style model --ants 9 --chans 48 --plan 'slew*1 t*5' --dump-start-times"
        ),
        MVFVariety(
            name: "telstate",
            options: "--style telstate --ants 8 --chans 40 --plan 'slew*2 t*5' --band u --order cbf"),
        MVFVariety(
            name: "few", options: "--ants m062,m001,m030 --chans 33 --plan 't*4' --no-autos --pols hh,vv"),
        MVFVariety(name: "gzip", options: "--ants 8 --chans 64 --plan 't*4' --gzip --lost 2"),
        MVFVariety(name: "large", options: "--ants 64 --chans 32 --plan 't*2'"),
    ]
}

@Suite(
    "MVF v3 files of the independent generator", .enabled(if: MVFOracle.isPresent, "needs shared/ and katdal")
)
struct MVF3OracleTests {
    @Test("times, channels, scans, antennas and targets are the truth's", arguments: MVFVariety.all)
    func metadata(_ variety: MVFVariety) async throws {
        let path = try await MVFOracle.make(variety.name, variety.options)
        let file = try MVF3File(path: path)
        let times = try MVFOracle.doubles(path, "times")
        #expect(file.times.count == times.count)
        #expect(zip(file.times, times).allSatisfy { abs($0 - $1 - Conventions.unixEpochMJD) < 2e-6 })
        let frequencies = try MVFOracle.doubles(path, "freqs")
        #expect(file.frequencies.count == frequencies.count)
        #expect(zip(file.frequencies, frequencies).allSatisfy { abs($0 - $1) < 1e-3 })
        let meta = try MVFOracle.meta(path)
        let scans = try #require(meta["scans"] as? [[String: Any]])
        #expect(file.scans.map(\.state.rawValue) == scans.map { $0["state"] as? String })
        #expect(file.scans.map(\.dumps.lowerBound) == scans.map { $0["first"] as? Int })
        #expect(file.scans.map { file.targets[$0.target].name } == scans.map { $0["field"] as? String })
        let antennas = try #require(meta["antennas"] as? [[String: Any]])
        #expect(
            file.antennas.map(\.name)
                == antennas.map { $0["name"] as? String }.sorted { ($0 ?? "") < ($1 ?? "") })
        for antenna in antennas {
            let found = try #require(file.antennas.first { $0.name == antenna["name"] as? String })
            let ecef = try #require(antenna["ecef"] as? [Double])
            #expect((0..<3).allSatisfy { abs(found.position[$0] - ecef[$0]) < 1e-3 })
        }
        let fields = try #require(meta["fields"] as? [String: [String: Any]])
        for target in file.targets {
            let field = try #require(fields.values.first { $0["name"] as? String == target.name })
            let direction = try #require(target.direction)
            #expect(abs(direction.rightAscension * 180 / .pi - (field["ra_deg"] as? Double ?? 0)) < 1e-9)
            #expect(abs(direction.declination * 180 / .pi - (field["dec_deg"] as? Double ?? 0)) < 1e-9)
        }
        #expect(file.warnings.allSatisfy { $0.contains("guessed from the indexers") })
    }

    @Test("every sample arrives in its plane, whatever the cut", arguments: MVFVariety.all)
    func samples(_ variety: MVFVariety) async throws {
        let path = try await MVFOracle.make(variety.name, variety.options)
        let file = try MVF3File(path: path)
        var selection = ReadSelection()
        selection.targets = file.scans.filter { $0.state == .track }.map { file.targets[$0.target].name }
        let view = try file.select(selection)
        var sums: Set<UInt64> = []
        for (dumps, channels, baselines, threads) in [(64, 64, 1000, 2), (3, 32, 7, 1)] {
            let cut = MVFCheck.cut(view, dumps: dumps, channels: channels, baselines: baselines)
            let reader = try ObservationReader(view, cut: cut, threads: threads)
            let samples = try await MVFCheck.expectSamples(of: reader)
            #expect(samples == cut.sampleCount)
            sums.insert(reader.checksums[0])
        }
        #expect(sums.count == 1, "the checksum depends on the cut")
    }
}
