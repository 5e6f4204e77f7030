import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

/// A way in which UVH5 files differ.
struct UVH5Dialect: Sendable, CustomTestStringConvertible {
    let name: String
    let options: String
    /// What values are multiplied with when they are stored as whole numbers.
    var scale: Float = 1
    /// The dump of the generator that each dump of the file is.
    var times = Array(0..<6)
    var testDescription: String { name }

    static let all = [
        UVH5Dialect(name: "plain", options: ""),
        UVH5Dialect(name: "double", options: "parts:c16"),
        UVH5Dialect(name: "integer", options: "parts:i4", scale: 4),
        UVH5Dialect(name: "big-endian", options: "parts:big"),
        UVH5Dialect(name: "old", options: "old,order:baseline"),
        UVH5Dialect(name: "oldest", options: "old,noversion,chunks:5/4/3,packing:lzf"),
        UVH5Dialect(name: "turned", options: "turned,order:shuffled"),
        UVH5Dialect(name: "circular", options: "pols:-4/-2/-1/-3,turned"),
        UVH5Dialect(name: "stokes", options: "pols:2/1,turned"),
        UVH5Dialect(name: "one-product", options: "pols:-6"),
        UVH5Dialect(name: "half-crossed", options: "pols:-5/-7,turned"),
        UVH5Dialect(name: "down", options: "freqs:down,chunks:7/6/2"),
        UVH5Dialect(name: "shuffled-channels", options: "freqs:shuffled"),
        UVH5Dialect(name: "chunks", options: "chunks:10/8/4"),
        UVH5Dialect(name: "split-products", options: "chunks:7/21/1"),
        UVH5Dialect(name: "lzf", options: "chunks:7/5/3,packing:lzf"),
        UVH5Dialect(name: "lzf-down", options: "chunks:60/9/4,packing:lzf,freqs:down"),
        UVH5Dialect(name: "shuffled-lzf", options: "chunks:7/5/4,packing:shuffle/lzf"),
        UVH5Dialect(name: "gzip", options: "chunks:7/5/4,packing:shuffle/gzip/fletcher"),
        UVH5Dialect(name: "gzip-integer", options: "chunks:11/5/3,packing:gzip,parts:i4", scale: 4),
        UVH5Dialect(name: "lzf-big-endian", options: "chunks:11/5/3,packing:lzf,parts:big"),
        UVH5Dialect(name: "missing", options: "missing,order:shuffled", times: [0, 1, 2, 4, 5]),
        UVH5Dialect(
            name: "all-at-once",
            options: "missing,turned,order:shuffled,freqs:down,parts:c16,chunks:7/9/4,packing:lzf",
            times: [0, 1, 2, 4, 5]),
        UVH5Dialect(name: "single", options: "ants:1,times:1,chans:1", times: [0]),
    ]

    /// The paths of all files, made in one run of Python.
    static let paths = try? UVH5Made.files(all.map { ($0.name, $0.options) })

    func open() throws -> UVH5File { try UVH5File.open(try #require(Self.paths?[name])) }
}

@Suite("UVH5 in its dialects", .enabled(if: UVH5Made.isPresent, "needs a Python with h5py"))
struct UVH5DialectTests {
    @Test("every sample is what was written, whatever the cut", arguments: UVH5Dialect.all)
    func samples(_ dialect: UVH5Dialect) async throws {
        let file = try dialect.open()
        let whole = try await UVH5Samples(file, threads: 1)
        let pieces = try await UVH5Samples(file, dumpsEach: 4, channelsEach: 6)
        #expect(whole.checksum == pieces.checksum && whole.sampleCount == pieces.sampleCount)
        let contents = file.contents
        #expect(contents.times.count == dialect.times.count)
        var wrong = 0
        for baseline in contents.baselines.indices {
            for product in contents.polarisations.indices {
                for (dump, time) in dialect.times.enumerated() {
                    for channel in contents.spectralWindows[0].frequencies.indices {
                        var expected = UVH5Made.sample(
                            file, baseline, product, time: time, channel: channel, scale: dialect.scale)
                        if isMissing(file, baseline, product, dump) { expected = .lost }
                        let found = whole[baseline, product, dump, channel]
                        if found != expected || pieces[baseline, product, dump, channel] != expected {
                            wrong += 1
                        }
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test(
        "the size of what is fetched at once changes nothing, nor does how little is kept",
        arguments: UVH5Dialect.all)
    func parts(_ dialect: UVH5Dialect) async throws {
        let file = try dialect.open()
        let whole = try await UVH5Samples(file, threads: 1)
        for (rows, groupBytes) in [(1, 1), (7, 20_000), (4096, 1)] {
            let limits = UVH5Layout.Limits(
                keptBytes: 1, partBytes: rows == 4096 ? 1 : 1 << 20, rows: rows, groupBytes: groupBytes)
            let reader = try UVH5Reader(file.map, threads: 2, limits: limits)
            let parts = try await UVH5Samples(file, dumpsEach: 5, reader: reader)
            #expect(parts.checksum == whole.checksum && parts.sampleCount == whole.sampleCount)
            #expect(parts.flags == whole.flags && parts.weights == whole.weights)
            #expect(parts.visibilities.elementsEqual(whole.visibilities))
        }
    }

    /// Whether the file has nothing to say of a baseline's product in a dump.
    private func isMissing(_ file: UVH5File, _ baseline: Int, _ product: Int, _ dump: Int) -> Bool {
        guard let row = file.map.rows.row(dump: dump, baseline: baseline) else { return true }
        let places = row.isReversed ? file.map.polarisations.reversed : file.map.polarisations.forward
        return places[product] == nil
    }

    @Test(
        "uvw are the file's own to the bit, negated, and antennas' agree with them",
        arguments: UVH5Dialect.all)
    func uvw(_ dialect: UVH5Dialect) async throws {
        let file = try dialect.open()
        let read = try await UVH5Samples(file)
        let antennaUVW = try #require(file.contents.antennaUVW)
        let antennas = file.contents.antennas.count
        for (baseline, pair) in file.contents.baselines.enumerated() {
            for dump in file.contents.times.indices {
                let difference =
                    antennaUVW[dump * antennas + pair.antenna1] - antennaUVW[dump * antennas + pair.antenna2]
                guard let row = file.map.rows.row(dump: dump, baseline: baseline) else {
                    #expect(read.uvw(baseline, dump).u.isNaN, "what is missing keeps the schedule's")
                    continue
                }
                let sign = row.isReversed ? 1.0 : -1.0
                let stored = file.map.uvw[3 * row.row..<3 * row.row + 3].map { sign * $0 }
                let own = read.uvw(baseline, dump)
                #expect([own.u, own.v, own.w] == stored)
                #expect(
                    abs(difference.u - own.u) + abs(difference.v - own.v) + abs(difference.w - own.w) < 1e-9)
            }
        }
    }

    @Test("what is not finite, exactly zero or without a usable weight is lost, and only that")
    func odd() async throws {
        let path = try #require(try UVH5Made.files([("odd", "odd,chans:9")])["odd"])
        let read = try await UVH5Samples(UVH5File.open(path))
        let lost = FlagReasons.dataLost.rawValue
        for channel in 0..<9 {
            let found = read[0, 0, 0, channel]
            let good = UVH5Made.sample(read.file, 0, 0, time: 0, channel: channel)
            if channel > 5 {
                #expect(found == good)
                continue
            }
            #expect(found.weight == 0 && found.flag == good.flag | lost)
            #expect(found.value == (channel < 3 ? Complex64(0, 0) : good.value))
        }
    }

    @Test("weights are relative to the most common length and width")
    func weights() async throws {
        let path = try #require(try UVH5Made.files([("weights", "lengths,widths")])["weights"])
        let read = try await UVH5Samples(UVH5File.open(path))
        for dump in 0..<6 {
            for channel in 0..<21 {
                let factor = Float((dump == 5 ? 0.5 : 1) * (channel < 4 ? 2 : 1))
                let expected = UVH5Made.sample(
                    read.file, 1, 0, time: dump, channel: channel, factor: factor)
                #expect(read[1, 0, dump, channel] == expected)
            }
        }
        #expect(read.file.contents.intervals == [2, 2, 2, 2, 2, 1])
    }
}
