import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Scratch files") struct ScratchFileTests {
    @Test("what was put in is read again from where it went, and no name is left behind")
    func roundTrip() throws {
        let folder = try Scratch()
        let file = try ScratchFile(in: folder.path)
        #expect(try folder.names.isEmpty)
        let parts = (0..<3).map { number in
            (0..<1000 * (number + 1)).map { UInt8(truncatingIfNeeded: $0 * 7 + number) }
        }
        let places = try parts.map { part in try part.withUnsafeBytes { try file.append($0) } }
        #expect(places == [0, 1000, 3000])
        for (part, place) in zip(parts, places).reversed() {
            var read = [UInt8](repeating: 0, count: part.count)
            try read.withUnsafeMutableBytes { try file.read($0, from: place) }
            #expect(read == part)
        }
    }

    @Test("a folder that is none, and bytes beyond the end, are errors that name the folder")
    func failures() throws {
        let folder = try Scratch()
        #expect(throws: SystemError.self) { try ScratchFile(in: folder.path + "/none") }
        let file = try ScratchFile(in: folder.path)
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect {
            try bytes.withUnsafeMutableBytes { try file.read($0, from: 0) }
        } throws: { "\($0)".contains(folder.path) }
    }
}
