import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("UVH5 files, joined", .enabled(if: UVH5Made.isPresent, "needs a Python with h5py"))
struct UVH5JoinTests {
    /// The paths of files of these options, in order.
    private static func made(_ options: [String]) throws -> [String] {
        let names = options.map {
            "join-" + $0.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        }
        let paths = try UVH5Made.files(zip(names, options).map { ($0, $1) })
        return try names.map { try #require(paths[$0]) }
    }

    private static func join(_ paths: [String]) throws -> JoinedObservation {
        try JoinedObservation(try paths.map(UVH5File.open))
    }

    /// Copies an observation, a bin of dumps into one.
    static func copy(_ joined: JoinedObservation, to path: String, averaging bins: Int = 1) async throws {
        let view = try joined.select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 7, baselines: 4)
        let axes = try AveragedAxes(cut, bins: AveragingBins(times: bins))
        let reader = try ObservationReader(view, cut: cut, threads: 2)
        let writer = try UVH5Writer(path: path, cut: axes.header, threads: 2)
        for try await block in MVFCheck.stream(reader) {
            var block = block
            let context = axes.context(block.context)
            block.average(axes.bins, context: context)
            try await writer.write(block)
        }
        try writer.finish(history: ["copied by a test"])
    }

    @Test("histories are joined, each once and in order; feeds are kept where the files agree")
    func header() async throws {
        let folder = try Scratch()
        let options = [
            "history:first,feeds:xy,orientation:east", "history:second,feeds:xy,later:6",
            "history:first,feeds:xy,later:12,orientation:east",
        ]
        try await Self.copy(try Self.join(try Self.made(options)), to: folder["a.uvh5"])
        let header = try HDF5File(reading: folder["a.uvh5"]).root.requireGroup("Header")
        func texts(_ name: String) throws -> [String]? { try header.dataset(name)?.values().strings }
        #expect(try texts("history") == ["first\nsecond\ncopied by a test"])
        #expect(try texts("feed_array") == ["x", "y", "x", "y", "x", "y", "x", "y"])
        #expect(try texts("x_orientation") == ["east"])
        #expect(try header.dataset("Ntimes")?.values().numbers == [18])
        let others = try Self.made(["feeds:xy", "feeds:yx,later:6", "feeds:xy,later:12"])
        try await Self.copy(try Self.join(others), to: folder["b.uvh5"])
        let second = try HDF5File(reading: folder["b.uvh5"]).root.requireGroup("Header")
        #expect(!second.contains("feed_array"))
        #expect(try second.dataset("mount_type")?.values().strings == ["fixed", "fixed", "fixed", "fixed"])
    }

    @Test("files of arrays at two places, or of two meanings of X, are refused")
    func refused() throws {
        let places = try Self.made(["chans:5", "chans:5,later:6,moved"])
        let said = complaint { try Self.join(places) }
        #expect(said.contains("the array's places differ by 19.") && said.contains(places[1]), "\(said)")
        let turned = try Self.made(["orientation:east", "orientation:north,later:6"])
        let observation = try Self.join(turned).select().observation
        let differ = complaint { try UVH5WriterSource(observation) }
        #expect(differ.contains("the files differ in x_orientation ('east', here 'north')"), "\(differ)")
    }

    @Test("bands of other channel widths are windows whose weights compare, and are written as they were")
    func widths() async throws {
        let folder = try Scratch()
        // The second band is twice as wide a channel: it begins where the first ends.
        let paths = try Self.made(["chans:7", "chans:7,width:2e5,start:1.40075e9"])
        let joined = try Self.join(paths)
        #expect(joined.contents.spectralWindows.map { $0.widths[0] } == [1e5, 2e5])
        try await Self.copy(joined, to: folder["a.uvh5"])
        let copy = try UVH5File.open(folder["a.uvh5"])
        #expect(copy.contents.spectralWindows.map(\.widths) == joined.contents.spectralWindows.map(\.widths))
        let view = try joined.select()
        let cut = MVFCheck.cut(view, dumps: 100, channels: 7, baselines: 4)
        var wrong = 0
        for try await block in MVFCheck.stream(try ObservationReader(view, cut: cut, threads: 2)) {
            let factor = Float(1 + block.context.spectralWindow)
            for plane in 0..<block.shape.planes {
                let baseline = block.firstBaseline + plane / block.shape.polarisations
                for row in 0..<block.shape.planeSize {
                    let expected = UVH5Made.sample(
                        copy, baseline, plane % block.shape.polarisations, time: row / 7, channel: row % 7,
                        factor: factor)
                    wrong += block.weights[plane * block.shape.planeSize + row] == expected.weight ? 0 : 1
                }
            }
        }
        #expect(wrong == 0)
        let script = """
            import sys, numpy as np, h5py
            one, two, both = [h5py.File(path)['Data/nsamples'][:] for path in sys.argv[1:]]
            print(int(np.array_equal(both, np.concatenate([one, two], 1)[:, :, [0, 2, 3, 1]])), both.shape[1])
            """
        let pols = copy.contents.polarisations.map(\.rawValue)
        #expect(pols == [-5, -7, -8, -6])
        #expect(try Peers.numbers(Peers.modern, script, paths + [folder["a.uvh5"]]) == [1, 14])
    }
}
