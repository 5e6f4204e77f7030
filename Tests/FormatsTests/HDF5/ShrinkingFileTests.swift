import CHDF5
import Foundation
import Parameters
import TestSupport
import Testing

@testable import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that become shorter while they are read: an error, never a signal and never zeros that pass for data.
@Suite("Files that shrink") struct ShrinkingFileTests {
    private static let pages = 64

    /// A file of so many pages of ones, mapped.
    private func mapped(_ scratch: Scratch, _ name: String = "mapped") throws -> (MappedFile, HDF5Place) {
        try Data(repeating: 1, count: Self.pages * Int(getpagesize())).write(to: URL(filePath: scratch[name]))
        return (try MappedFile(reading: scratch[name]), HDF5Place(file: scratch[name], path: "/"))
    }

    /// Adds up all bytes that a file had when it was mapped.
    private func sum(_ file: MappedFile, _ place: HDF5Place) throws -> Int {
        let start = try file.bytes(at: 0, count: file.byteCount, of: place)
        return UnsafeRawBufferPointer(start: start, count: file.byteCount).reduce(0) { $0 + Int($1) }
    }

    private func expectShrunk(_ name: String, _ body: () throws -> Void) {
        let error = #expect(throws: HDF5Error.self) { try body() }
        #expect(error?.fault == .machine && error?.file.hasSuffix(name) == true)
        #expect(error?.what.contains("became shorter while it was read") == true, "\(error?.what ?? "")")
    }

    @Test("a mapped file is what it is for as long as nobody changes it, even without a name")
    func whole() throws {
        let scratch = try Scratch()
        let (file, place) = try mapped(scratch)
        #expect(unlink(scratch["mapped"]) == 0)
        #expect(try sum(file, place) == file.byteCount)
        try file.check()
        file.release()
        #expect(try sum(file, place) == file.byteCount)
        try file.check()
    }

    @Test("pages that are gone read as zeros and are told of", arguments: [0, 1, 32 * 4096, 63 * 4096])
    func gone(size: Int) throws {
        let scratch = try Scratch()
        let (file, place) = try mapped(scratch)
        let (other, otherPlace) = try mapped(scratch, "other")
        #expect(truncate(scratch["mapped"], off_t(size)) == 0)
        #expect(try sum(file, place) == size)
        expectShrunk("mapped") { try file.check() }
        // Growing again brings nothing back.
        #expect(truncate(scratch["mapped"], off_t(file.byteCount)) == 0)
        let error = #expect(throws: HDF5Error.self) { try file.check() }
        #expect(error?.fault == .machine && error?.what == "part of the file could not be read")
        #expect(try sum(other, otherPlace) == other.byteCount)
        try other.check()
    }

    @Test("a few bytes that are gone from the last page are told of, though no page is missing")
    func lastBytes() throws {
        let scratch = try Scratch()
        let (file, place) = try mapped(scratch)
        #expect(truncate(scratch["mapped"], off_t(file.byteCount - 10)) == 0)
        #expect(try sum(file, place) == file.byteCount - 10)
        expectShrunk("mapped") { try file.check() }
    }

    @Test("many threads may map, read and lose files at once")
    func threads() async throws {
        let scratch = try Scratch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    let (file, place) = try mapped(scratch, "file\(number)")
                    let isCut = number.isMultiple(of: 2)
                    if isCut { #expect(truncate(scratch["file\(number)"], 4096) == 0) }
                    #expect(try sum(file, place) == (isCut ? 4096 : file.byteCount))
                    if isCut { expectShrunk("file\(number)") { try file.check() } } else { try file.check() }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("an observation that shrinks between opening and reading is the machine's fault")
    func observation() async throws {
        let scratch = try Scratch()
        try await UVH5Stream(.fields).write(to: scratch["a.uvh5"])
        let file = try UVH5File.open(scratch["a.uvh5"])
        let reader = try file.samples(threads: 2)
        let samples = file.map.data.visibilities
        let middle = try #require(samples.contiguousOffset ?? samples.chunksOffset) + 64
        #expect(truncate(scratch["a.uvh5"], off_t(middle)) == 0)
        let error = await #expect(throws: HDF5Error.self) {
            _ = try await UVH5Samples(file, reader: reader)
        }
        #expect(error?.fault == .machine && error?.file == scratch["a.uvh5"], "\(String(describing: error))")
        expectShrunk("a.uvh5") { _ = try file.flaggedShare(dumps: 0..<file.contents.times.count) }
    }

    @Test("libhdf5 takes what is gone for zeros: the end of the file is looked at after it")
    func library() throws {
        let scratch = try Scratch()
        do {
            let root = try HDF5File(creating: scratch["a.h5"]).root
            _ = try root.writeDataset("numbers", [Float](repeating: 1, count: 1 << 16), shape: [1 << 16])
        }
        let dataset = try HDF5File(reading: scratch["a.h5"]).root.requireDataset("numbers")
        #expect(try dataset.readAll(as: Float.self).allSatisfy { $0 == 1 })
        #expect(truncate(scratch["a.h5"], 1 << 17) == 0)
        expectShrunk("a.h5") { _ = try dataset.readAll(as: Double.self) }
    }

    @Test("a file that is read by offsets and shrinks is no damaged file")
    func offsets() throws {
        let scratch = try Scratch()
        try Data(count: 100).write(to: URL(filePath: scratch["raw"]))
        let (file, place) = (try RawFile(reading: scratch["raw"]), HDF5Place(file: scratch["raw"], path: "/"))
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 50, alignment: 1)
        defer { bytes.deallocate() }
        let behind = #expect(throws: HDF5Error.self) { try file.read(into: bytes, at: 80, of: place) }
        #expect(behind?.fault == .data)
        #expect(truncate(scratch["raw"], 60) == 0)
        expectShrunk("raw") { try file.read(into: bytes, at: 40, of: place) }
    }
}
