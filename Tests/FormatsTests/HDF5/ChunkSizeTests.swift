import CHDF5
import Foundation
import Parameters
import TestSupport
import Testing

@testable import Formats

/// Chunks that decode to something else than a chunk: libhdf5 would read behind what it decoded.
@Suite("Sizes of decoded chunks") struct ChunkSizeTests {
    /// A dataset of one chunk of 64 numbers, stored as bytes that its filters are said to have made.
    ///
    /// - Parameter filters: numbers, each with its parameters.
    private func dataset(
        _ filters: [(Int, [UInt32])], _ stream: [UInt8], in scratch: Scratch
    ) throws -> HDF5Dataset? {
        let path = scratch["chunk.h5"]
        try HDF5.locked {
            // libhdf5 makes no dataset with a filter that only decodes; while it is made, LZF is one that encodes.
            var encoder = H5Z_class2_t()
            (encoder.version, encoder.id, encoder.encoder_present) = (H5Z_CLASS_T_VERS, LZF.filter, 1)
            encoder.filter = { _, _, _, _, _, _ in 0 }
            #expect(H5Zregister(&encoder) >= 0)
            defer { LZF.register() }
            do {
                let root = try HDF5File(creating: path).root
                let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
                defer { H5Pclose(creation) }
                #expect(H5Pset_chunk(creation, 1, [64]) >= 0)
                for (number, parameters) in filters {
                    #expect(
                        H5Pset_filter(
                            creation, H5Z_filter_t(number), UInt32(H5Z_FLAG_OPTIONAL), parameters.count,
                            parameters) >= 0)
                }
                let space = try #require(HDF5Handle(H5Screate_simple(1, [64], nil)))
                let made = try #require(
                    HDF5Handle(
                        H5Dcreate2(root.handle.id, "visdata", Float.stored, space.id, 0, creation, 0)))
                #expect(H5Dwrite_chunk(made.id, 0, 0, [0], stream.count, stream) >= 0)
            }
        }
        return try HDF5File(reading: path).root.dataset("visdata")
    }

    /// An LZF stream of so many equal bytes, 4 or more.
    private func lzf(_ count: Int) -> [UInt8] {
        var stream: [UInt8] = [0, 7]
        var left = count - 1
        while left > 0 {
            let run = left > 263 ? 200 : left
            if run >= 9 {
                stream += [0xe0, UInt8(run - 9), 0]
            } else if run >= 3 {
                stream += [UInt8(run - 2) << 5, 0]
            } else {
                stream += [UInt8(run - 1)] + [UInt8](repeating: 7, count: run)
            }
            left -= run
        }
        return stream
    }

    /// Reads a dataset's chunk by libhdf5's own decoding, and by ours.
    private func both(_ dataset: HDF5Dataset) throws -> [(String, () throws -> Float)] {
        let chunks = try #require(HDF5DecodedChunks(dataset, as: Float.self, isStored: true, limit: 1 << 20))
        return [
            ("by libhdf5", { try dataset.readAll(as: Float.self)[63] }),
            ("here", { try chunks.holding([0]).start.load(as: Float.self) }),
        ]
    }

    private static let sevens = Float(bitPattern: 0x0707_0707)

    @Test("what decodes to a whole chunk is read, by libhdf5 and by our own decoding")
    func whole() throws {
        let scratch = try Scratch()
        for filters in [[(32000, [4, 261, 256])], [(2, [4]), (32000, [4, 261, 256])]] as [[(Int, [UInt32])]] {
            let dataset = try #require(try dataset(filters, lzf(256), in: scratch))
            for (path, read) in try both(dataset) { #expect(try read() == Self.sevens, "\(path)") }
        }
    }

    @Test(
        "a stream that makes less or more than a chunk is bad data", arguments: [4, 252, 255, 257, 260, 512])
    func otherSize(count: Int) throws {
        let scratch = try Scratch()
        for filters in [[(32000, [4, 261, 256])], [(2, [4]), (32000, [4, 261, 256])]] as [[(Int, [UInt32])]] {
            let dataset = try #require(try dataset(filters, lzf(count), in: scratch))
            for (path, read) in try both(dataset) {
                let error = #expect(throws: HDF5Error.self, "\(path)") { _ = try read() }
                #expect(error?.fault == .data && error?.object == "/visdata")
                #expect(error?.file == scratch["chunk.h5"])
            }
        }
    }

    @Test(
        "a filter that has another size of chunks in mind, or none, is bad data",
        arguments: [[4, 261, 128], [4, 261, 257], [4, 261, 0], [4, 261], []] as [[UInt32]])
    func otherParameter(parameters: [UInt32]) throws {
        let scratch = try Scratch()
        let error = #expect(throws: HDF5Error.self) {
            _ = try dataset(
                [(32000, parameters)], lzf(Int(parameters.dropFirst(2).first ?? 256)), in: scratch)
        }
        #expect(error?.fault == .data && error?.object == "/visdata" && error?.file == scratch["chunk.h5"])
        #expect(error?.what.contains("bytes, expected 256") == true, "\(error?.what ?? "")")
    }

    @Test("LZF behind a filter that changes sizes is named as not read")
    func order() throws {
        let error = #expect(throws: HDF5Error.self) {
            _ = try dataset([(3, []), (32000, [4, 261, 256])], lzf(256), in: Scratch())
        }
        #expect(error?.fault == .usage && error?.what.contains("fletcher32") == true)
    }
}
