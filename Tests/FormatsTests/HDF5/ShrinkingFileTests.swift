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

    #if os(Linux)
        @Test(
            "however many pages are gone, and in whatever order they are touched, the mapping is in few parts"
        )
        func fewMappings() throws {
            let scratch = try Scratch()
            let (file, place) = try mapped(scratch)
            #expect(truncate(scratch["mapped"], 0) == 0)
            let start = try file.bytes(at: 0, count: file.byteCount, of: place)
            let page = Int(getpagesize())
            for number in stride(from: Self.pages - 1, through: 0, by: -2) {
                #expect(start.load(fromByteOffset: number * page, as: UInt8.self) == 0)
            }
            let range = UInt(bitPattern: start)..<UInt(bitPattern: start + file.byteCount)
            let parts = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n")
                .compactMap { UInt($0.prefix { $0 != "-" }, radix: 16) }.filter(range.contains)
            #expect(parts.count <= 2, "\(parts.count)")
            expectShrunk("mapped") { try file.check() }
        }
    #endif

    @Test(
        "a file that takes another's name between the opening and the mapping is not read by the other's addresses"
    )
    func replaced() async throws {
        let scratch = try Scratch()
        for name in ["a.uvh5", "b.uvh5"] { try await UVH5Stream(.fields).write(to: scratch[name]) }
        let file = try UVH5File.open(scratch["a.uvh5"])
        _ = try file.samples(threads: 1)
        #expect(rename(scratch["b.uvh5"], scratch["a.uvh5"]) == 0)
        let error = #expect(throws: HDF5Error.self) { _ = try file.samples(threads: 1) }
        #expect(error?.fault == .machine && error?.file == scratch["a.uvh5"])
        #expect(error?.what.contains("replaced by another one") == true, "\(error?.what ?? "")")
    }

    @Test("a mapped file whose name becomes another's stays what it was")
    func renamedOver() throws {
        let scratch = try Scratch()
        let (file, place) = try mapped(scratch)
        try Data([1]).write(to: URL(filePath: scratch["short"]))
        #expect(rename(scratch["short"], scratch["mapped"]) == 0)
        #expect(try sum(file, place) == file.byteCount)
        try file.check()
    }

    @Test("a file that is read by offsets is the one that libhdf5 has open, whoever has its name")
    func sameFile() throws {
        let scratch = try Scratch()
        for (name, value) in [("a.h5", Float(1)), ("b.h5", 2)] {
            let root = try HDF5File(creating: scratch[name]).root
            _ = try root.writeDataset("numbers", [Float](repeating: value, count: 64), shape: [64])
        }
        let file = try HDF5File(reading: scratch["a.h5"])
        let dataset = try file.root.requireDataset("numbers")
        let offset = try #require(dataset.contiguousOffset)
        #expect(rename(scratch["b.h5"], scratch["a.h5"]) == 0)
        var numbers = [Float](repeating: 0, count: 64)
        do {
            let raw = try RawFile(reading: file)
            try numbers.withUnsafeMutableBytes { try raw.read(into: $0, at: offset, of: dataset.place) }
        }
        #expect(numbers.allSatisfy { $0 == 1 })
        #expect(try dataset.readAll(as: Float.self) == numbers, "its descriptor is still open")
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
