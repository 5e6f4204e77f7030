import CHDF5
import Foundation
import Synchronization
import Testing
import Visibilities

@testable import Formats

@Suite("Chunks of MVF v3 files")
struct MVFChunkTests {
    /// Ten dumps of 256 channels, in chunks of the given size.
    private func reader(dumps: Int, channels: Int) async throws -> ObservationReader {
        var sample = MVFSample()
        (sample.antennas, sample.channels, sample.scans) = (2, 256, [(number: 0, field: 0, dumps: 10)])
        let path = try await MVFEdit.file("chunks-\(dumps)-\(channels)", sample) { root in
            try MVFEdit.cut(root, "correlator_data", Float.self, dumps: dumps, channels: channels)
            try MVFEdit.cut(root, "flags", UInt8.self, dumps: dumps, channels: channels)
            try MVFEdit.cut(root, "weights", UInt8.self, dumps: dumps, channels: channels)
        }
        let view = try MVF3File(path: path).select()
        return try ObservationReader(
            view, cut: MVFCheck.cut(view, dumps: 4, channels: 64, baselines: 2), threads: 2)
    }

    private func wrongSamples(_ reader: ObservationReader) async throws -> Int {
        var wrong = 0
        try await MVFCheck.blocks(of: reader) { wrong += MVFSample.wrongSamples($0) }
        return wrong
    }

    @Test(
        "the place of each chunk is looked up once, however often the file is read",
        arguments: [(3, 8), (1, 32), (10, 256), (4, 48)])
    func few(dumps: Int, channels: Int) async throws {
        let reader = try await reader(dumps: dumps, channels: channels)
        for _ in 0..<2 { #expect(try await wrongSamples(reader) == 0) }
        let layout = try #require(reader.readers[0] as? MVF3Reader).layout
        let chunks = (9 / dumps + 1) * (255 / channels + 1)
        for place in [layout.visibilities, try #require(layout.flags), try #require(layout.weights)] {
            #expect(place.isPlain && place.chunks?.lookUps == chunks)
        }
    }

    @Test("thousands of chunks are read without a look-up: each would walk the whole index")
    func many() async throws {
        let reader = try await reader(dumps: 1, channels: 1)
        #expect(try await wrongSamples(reader) == 0)
        let layout = try #require(reader.readers[0] as? MVF3Reader).layout
        for place in [layout.visibilities, try #require(layout.flags), try #require(layout.weights)] {
            #expect(place.isPlain && place.chunks == nil)
            #expect(place.dataset.chunk?.first == 1)
        }
    }

    @Test("what is written has one place per array and no chunks")
    func written() async throws {
        let data = try MVF3File(path: try await MVFEdit.file("no-chunks")).data
        for dataset in [data.visibilities, data.flags, data.weights, data.channelWeights] {
            #expect(dataset?.chunk == nil && dataset?.contiguousOffset != nil)
        }
    }

    @Test("the memory of a copy counts the source's channel weights")
    func workBytes() async throws {
        let view = try MVF3File(path: try await MVFEdit.file("work-bytes")).select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 16, baselines: 100)
        let table = try view.mvf.times.count * view.mvf.frequencies.count * 4
        #expect(
            MVF3Writer.workByteCount(cut, copying: try view.mvf, threads: 2)
                >= MVF3Writer.workByteCount(cut, threads: 2) + table)
    }

    @Test("libhdf5 prints nothing on any thread that calls it")
    func silence() async {
        let printing = Atomic<Int>(0)
        await withCheckedContinuation { done in
            let thread = Thread {
                HDF5.locked {
                    var printer: H5E_auto2_t?
                    var data: UnsafeMutableRawPointer?
                    H5Eget_auto2(HDF5.defaults, &printer, &data)
                    if printer != nil { printing.add(1, ordering: .relaxed) }
                }
                done.resume()
            }
            thread.start()
        }
        #expect(printing.load(ordering: .relaxed) == 0)
    }
}
