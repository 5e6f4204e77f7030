import Foundation
import Parameters
import Pipeline
import TestSupport
import Testing

@testable import Kliko

/// What a container takes for the observations of its input folder.
@Suite struct InputFolderTests {
    /// A folder with a text and files of HDF5 by their first bytes alone, which nothing can read.
    private func folder(_ scratch: Scratch, damaged names: [String]) throws {
        try scratch.write("notes", to: "notes.txt")
        for name in names {
            try Data([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]).write(
                to: URL(filePath: scratch[name]))
        }
    }

    @Test("What a pattern chooses is read, damaged or not: no part vanishes from a join")
    func chosen() throws {
        let scratch = try Scratch()
        try folder(scratch, damaged: ["a.h5", "b.h5", "c.uvh5"])
        let input = InputFolder(path: scratch.url.path) { _, _ in
            throw PipelineError("crashed", at: "a.h5", mend: "fetch it again", fault: .data)
        }
        let found = try input.observations(pattern: "*.h5", several: true)
        #expect(found == [scratch["a.h5"], scratch["b.h5"]])
        #expect(complaint { try input.observations(pattern: "*.txt", several: true) }.contains("'*.txt'"))
    }

    @Test("Without a pattern only damage makes a file no observation")
    func inspected() throws {
        let scratch = try Scratch()
        try folder(scratch, damaged: ["a.h5"])
        func observations(_ error: any Error & Sendable) throws -> [String] {
            try InputFolder(path: scratch.url.path) { _, _ in throw error }
                .observations(pattern: nil, several: false)
        }
        let damage = PipelineError("crashed", at: "a.h5", mend: "fetch it again", fault: .data)
        #expect(try observations(damage) == [scratch["a.h5"]], "whoever reads it says what it is")
        let machine = PipelineError("no memory", at: "a.h5", mend: "try again", fault: .machine)
        #expect(throws: machine) { try observations(machine) }
        #expect(throws: CancellationError.self) { try observations(CancellationError()) }
    }
}
