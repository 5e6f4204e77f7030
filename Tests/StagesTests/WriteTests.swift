import Formats
import Foundation
import Parameters
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// What the stage `write` leaves behind, by the suffix of its result.
struct WriteTests {
    /// Simulates, averages and writes; the error if there is one, and the names of the files.
    private func write(
        _ name: String, times: Int = 1, products: String = "XX,XY,YX,YY"
    ) async throws -> (error: (any Error)?, names: [String], folder: Scratch) {
        let folder = try Scratch()
        let entries = [
            "simulate antennas=4 channels=24 dump=8s bandwidth=20MHz frequency=1.39GHz window=16 pol=\(products)",
            "average times=\(times) channels=2", "write output=\(folder[name])",
        ]
        var pipeline = Pipeline("test")
        for line in entries {
            let words = line.split(separator: " ").map(String.init)
            let values = try words.dropFirst().map { try RawParameter(assignment: $0) }
            let entry = StageEntry(stage: words[0], parameters: values)
            pipeline.add(
                entry.name, try StageRegistry.builtIn.make(entry),
                parameters: try StageRegistry.builtIn.parameters(of: entry))
        }
        let result = await PipelineRun(pipeline, RunOptions()).run()
        return (result.error, try folder.names, folder)
    }

    @Test(
        "the suffix chooses the format", arguments: [("a.h5", "HDF"), ("a.uvh5", "HDF"), ("A.UVH5", "HDF")])
    func formats(_ name: String, _ start: String) async throws {
        let (error, names, folder) = try await write(name, times: 4)
        #expect(error == nil, "\(String(describing: error))")
        #expect(names.filter { !$0.hasSuffix("-report.json") } == [name])
        let bytes = try Data(contentsOf: folder.url.appending(path: name))
        #expect(bytes.dropFirst().prefix(3) == Data(start.utf8))
    }

    @Test("the same run gives the same UVH5 file")
    func sameBits() async throws {
        let (one, two) = (
            try await write("a.uvh5", products: "XX,YY"), try await write("a.uvh5", products: "XX,YY")
        )
        #expect(
            try Data(contentsOf: one.folder.url.appending(path: "a.uvh5"))
                == Data(contentsOf: two.folder.url.appending(path: "a.uvh5")))
    }

    @Test("a suffix that tells no format is refused, with those that do")
    func unknownSuffix() async throws {
        let text = await complaintOf { try await write("a.ms") }
        #expect(text.contains("the suffix tells no format") && text.contains(".uvh5 (UVH5)"), "\(text)")
    }

    private func complaintOf(_ body: () async throws -> some Any) async -> String {
        do {
            _ = try await body()
            return ""
        } catch {
            return "\(error)"
        }
    }
}
