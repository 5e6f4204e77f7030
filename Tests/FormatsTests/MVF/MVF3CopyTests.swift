import Astrometry
import Foundation
import Rings
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("Copies of MVF v3 files in katdal", .enabled(if: MVFOracle.isPresent, "needs shared/ and katdal"))
struct MVF3CopyTests {
    /// Streams a selected file into a writer.
    private func copy(_ view: ObservationView, to path: String, dumps: Int = 4, channels: Int = 32)
        async throws
    {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        let cut = MVFCheck.cut(view, dumps: dumps, channels: channels, baselines: 5)
        let reader = try ObservationReader(view, cut: cut, threads: 2)
        let writer = try MVF3Writer(path: path, cut: cut, copying: try view.mvf, threads: 2)
        let pool = SlabPool("copy", slabs: cut.tiles.count, byteCount: VisibilityBlock.slabByteCount(cut))
        for scan in cut.observation.schedule.indices {
            for subband in cut.subbands.indices {
                for window in cut.windows(dumps: cut.observation.schedule[scan].times.count).indices {
                    for block in try await reader.blocks(
                        scheduleIndex: scan, subband: subband, window: window, from: pool)
                    {
                        try await writer.write(block)
                    }
                }
            }
        }
        try writer.finish()
    }

    private static let whole = [
        MVFVariety(name: "both", options: "--ants 8 --chans 64 --plan 'bp*3 t*6 g*3' --seed 3"),
        MVFVariety(
            name: "model",
            options: "--style model --ants 6 --chans 40 --plan 't*5' --dump-start-times --order cbf"),
        MVFVariety(
            name: "telstate", options: "--style telstate --ants 6 --chans 32 --plan 't*5' --gzip --band u"),
        MVFVariety(name: "few", options: "--ants 4 --chans 33 --plan 't*4' --no-autos --pols hh,vv"),
    ]

    @Test("a copy of everything agrees with katdal and holds the same bytes", arguments: whole)
    func everything(_ variety: MVFVariety) async throws {
        let path = try await MVFOracle.make("whole-" + variety.name, variety.options)
        let file = try MVF3File(path: path)
        var selection = ReadSelection()
        selection.targets = file.targets.map(\.name)
        let target = MVFOracle.scratch.appending(path: "copied-\(variety.name)/1497500000.h5").path
        try await copy(try file.select(selection), to: target)
        try? FileManager.default.removeItem(at: MVFOracle.truth(target))
        try FileManager.default.copyItem(at: MVFOracle.truth(path), to: MVFOracle.truth(target))
        let check = try MVFOracle.run("katdal_check.py", [target])
        #expect(check.status == 0, "\(check.output)")
        let copied = try MVF3File(path: target)
        #expect(
            try file.data.visibilities.readAll(as: Float.self)
                == copied.data.visibilities.readAll(as: Float.self))
        #expect(try file.data.flags?.readAll(as: UInt8.self) == copied.data.flags?.readAll(as: UInt8.self))
        #expect(
            try file.data.weights?.readAll(as: UInt8.self) == copied.data.weights?.readAll(as: UInt8.self))
        #expect(
            try file.data.channelWeights?.readAll(as: Float.self)
                == copied.data.channelWeights?.readAll(as: Float.self))
    }

    @Test(
        "katdal sees the scans, channels and antennas of a selection",
        arguments: ["model", "telstate"])
    func selected(_ style: String) async throws {
        let path = try await MVFOracle.make(
            "part-" + style,
            "--style \(style) --ants 8 --chans 64 --plan 'bp*3 slew*2 g*3 slew*1 t*6 slew*1 g*3 t*2'")
        let file = try MVF3File(path: path)
        var selection = ReadSelection()
        selection.targets = ["target", "gaincal"]
        let dropped = file.antennas[0].name
        selection.antennas = { $0 != dropped }
        selection.channels = [[16..<48]]
        selection.polarisations = [.xx, .yy]
        let view = try file.select(selection)
        let target = MVFOracle.scratch.appending(path: "part-\(style)-out/1497500000.h5").path
        try await copy(view, to: target, dumps: 5, channels: 16)
        let script = """
            import katdal, sys, logging
            logging.disable(logging.CRITICAL)
            d = katdal.open(sys.argv[1]); d.select(scans='~scan')
            print([(s, t.name, len(d.timestamps)) for i, s, t in d.scans()])
            d.select(); print(d.shape, ','.join(a.name for a in d.ants), d.freqs[0], d.freqs[-1])
            """
        let seen = try Peers.run(Peers.katdal, ["-c", script, target], withErrors: true)
        let names = file.antennas.dropFirst().map(\.name).joined(separator: ",")
        let channels = "\(file.frequencies[16]) \(file.frequencies[47])"
        #expect(
            seen.output == """
                [('track', 'J0403-3605', 3), ('track', 'SIM', 6), ('track', 'J0403-3605', 3), ('track', 'SIM', 2)]
                (14, 32, 56) \(names) \(channels)

                """)
        let copied = try MVF3File(path: target).select(selection.with(channels: nil))
        let cut = MVFCheck.cut(copied, dumps: 64, channels: 64, baselines: 100)
        _ = try await MVFCheck.expectSamples(of: ObservationReader(copied, cut: cut))
        #expect(copied.observation.baselines == view.observation.baselines)
    }

    @Test("katdal sees the axes and samples of an averaged stream", arguments: ["model", "telstate"])
    func averaged(_ style: String) async throws {
        let path = try await MVFOracle.make(
            "averaged-" + style,
            "--style \(style) --ants 5 --chans 64 --plan 'slew*1 t*6 slew*1 t*4' --dump-start-times")
        let view = try MVF3File(path: path).select()
        var observation = view.observation
        let window = observation.spectralWindows[0]
        observation.spectralWindows[0] = SpectralWindow(
            name: window.name,
            frequencies: stride(from: 0, to: 64, by: 4).map {
                window.frequencies[$0] + 1.5 * window.widths[0]
            },
            widths: [Double](repeating: 4 * window.widths[0], count: 16))
        observation.integrationTime *= 2
        for scan in observation.schedule.indices {
            let times = observation.schedule[scan].times
            observation.schedule[scan].times = stride(from: 0, to: times.count, by: 2).map {
                (times[$0] + times[$0 + 1]) / 2
            }
            observation.schedule[scan].intervals = [Double](repeating: 16, count: times.count / 2)
        }
        let subbands = [0..<8, 8..<16].map { Subband(spectralWindow: 0, channels: $0) }
        let cut = ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: 2, subbands: subbands, baselinesPerTile: 4)
        let target = MVFOracle.scratch.appending(path: "averaged-\(style)-out/1497500000.h5").path
        try FileManager.default.createDirectory(
            at: URL(filePath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
        try await MVFSample.write(cut, to: target, copying: try view.mvf)
        let script = """
            import katdal, sys, logging
            logging.disable(logging.CRITICAL)
            d = katdal.open(sys.argv[1]); d.select(scans='~scan')
            print([(s, len(d.timestamps)) for i, s, t in d.scans()], d.dump_period); d.select()
            print(d.shape, d.freqs[0], d.freqs[-1], d.channel_width, d.timestamps[0], d.timestamps[-1], sep='\\n')
            v = d.vis[1, 2, 3]; print(float(v.real), float(v.imag), float(d.weights[1, 2, 3]))
            """
        let seen = try Peers.run(Peers.katdal, ["-c", script, target], withErrors: true)
        let lines = seen.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 8, "\(seen.output)")
        #expect(lines[0] == "[('track', 3), ('track', 2)] 16.0")
        #expect(lines[1] == "(5, 16, 60)")
        let spectrum = observation.spectralWindows[0]
        let (first, last) = (observation.schedule[0].times[0], observation.schedule[1].times[1])
        let expected = [
            spectrum.frequencies[0], spectrum.frequencies[15], spectrum.widths[0],
            first - Conventions.unixEpochMJD,
            last - Conventions.unixEpochMJD,
        ]
        for (line, value) in zip(lines[2...6], expected) {
            #expect(abs((Double(line) ?? 0) - value) < 1e-3, "\(line)")
        }
        let layout = try MVFOutputLayout(cut, copying: try view.mvf, path: target)
        let sample = MVFSample.sample(scan: 0, plane: layout.planes[3].plane, dump: 1, channel: 2)
        #expect(lines[7] == "\(sample.value.real) \(sample.value.imaginary) \(sample.weight)")
    }

    @Test("mvftoms opens files written with and without a source")
    func measurementSets() async throws {
        let made = MVFOracle.scratch.appending(path: "ms/1500000000.h5").path
        try FileManager.default.createDirectory(
            at: URL(filePath: made).deletingLastPathComponent(), withIntermediateDirectories: true)
        var sample = MVFSample()
        sample.scans[1].dumps = 3
        try await sample.write(to: made)
        let mvftoms = URL(filePath: try #require(Peers.katdal)).deletingLastPathComponent().appending(
            path: "mvftoms.py"
        ).path
        let output = made.replacingOccurrences(of: ".h5", with: ".ms")
        let result = try Peers.run(mvftoms, ["-f", "-o", output, made], withErrors: true)
        #expect(result.status == 0, "\(result.output)")
        #expect(FileManager.default.fileExists(atPath: output + "/table.dat"))
    }
}

extension ReadSelection {
    /// The same selection with other channels.
    func with(channels: [[Range<Int>]]?) -> ReadSelection {
        var changed = self
        changed.channels = channels
        return changed
    }
}
