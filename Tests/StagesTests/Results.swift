import Foundation
import Parameters
import TestSupport

@testable import Pipeline
@testable import Stages

/// Runs a pipeline of `STAGE PARAMETER=VALUE...` lines in a folder of its own and returns the named results.
func results(
    _ lines: [String], _ change: (inout RunOptions) -> Void = { _ in }
) async throws -> (result: RunResult, files: [String: Data]) {
    let folder = try Scratch()
    var pipeline = Pipeline("test")
    for line in lines {
        let words = line.replacing("DIR", with: folder.path).split(separator: " ").map(String.init)
        let values = try words.dropFirst().map { try RawParameter(assignment: $0) }
        let entry = StageEntry(stage: words[0], parameters: values)
        pipeline.add(
            entry.name, try StageRegistry.builtIn.make(entry),
            parameters: try StageRegistry.builtIn.parameters(of: entry))
    }
    var options = RunOptions()
    change(&options)
    let result = await PipelineRun(pipeline, options).run()
    var files: [String: Data] = [:]
    for name in try folder.names {
        files[name] = try Data(contentsOf: folder.url.appending(path: name))
    }
    return (result, files)
}
