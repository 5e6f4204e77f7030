import Formats
import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Runs a pipeline of `STAGE PARAMETER=VALUE...` lines in a folder of its own and returns the named results.
///
/// - Parameter replace: what takes the place of a stage; it is given that of the line.
func results(
    _ lines: [String], _ change: (inout RunOptions) -> Void = { _ in },
    replacing replace: (any Stage) throws -> [any Stage] = { [$0] }
) async throws -> (result: RunResult, files: [String: Data]) {
    let folder = try Scratch()
    var options = RunOptions()
    change(&options)
    let result = await PipelineRun(try pipeline(lines, in: folder, replacing: replace), options).run()
    var files: [String: Data] = [:]
    for name in try folder.names {
        files[name] = try Data(contentsOf: folder.url.appending(path: name))
    }
    return (result, files)
}

/// The plan of such a pipeline, which is not run.
func plan(_ lines: [String]) throws -> Plan {
    let folder = try Scratch()
    return try PipelineRun(try pipeline(lines, in: folder) { [$0] }, RunOptions()).check()
}

private func pipeline(
    _ lines: [String], in folder: Scratch, replacing replace: (any Stage) throws -> [any Stage]
) throws -> Pipeline {
    var pipeline = Pipeline("test")
    for line in lines {
        let words = line.replacing("DIR", with: folder.path).split(separator: " ").map(String.init)
        let values = try words.dropFirst().map { try RawParameter(assignment: $0) }
        let entry = StageEntry(stage: words[0], parameters: values)
        for stage in try replace(try StageRegistry.builtIn.make(entry)) {
            pipeline.add(
                type(of: stage).name, stage, parameters: try StageRegistry.builtIn.parameters(of: entry))
        }
    }
    return pipeline
}

/// Runs a pipeline with each option that must change no bit of its results, expects that none does, and returns them.
func resultsUnderAllOptions(_ lines: [String]) async throws -> [String: Data] {
    let variants: [(inout RunOptions) -> Void] = [
        { _ in }, { _ in }, { $0.threads = 1 }, { $0.linkCapacity = 1 }, { $0.linkCapacity = 8 },
        { $0.tileBytes = 4096 }, { $0.tileBytes = 1 << 24 }, { $0.fusion = false },
    ]
    var first: [String: Data]?
    for change in variants {
        let (result, files) = try await results(lines, change)
        #expect(result.error == nil, "\(result.error.map(String.init(describing:)) ?? "")")
        if let first { #expect(files == first) }
        first = first ?? files
    }
    return try #require(first)
}

/// The FITS images among the results, by the name of their file without prefix `a-`; of cubes one plane.
func fitsImages(_ files: [String: Data], plane: Int? = nil) throws -> [String: FITSImage] {
    let folder = try Scratch()
    var images: [String: FITSImage] = [:]
    for (name, data) in files where name.hasSuffix(".fits") {
        let path = folder.url.appending(path: name)
        try data.write(to: path)
        let planes = try FITSPlanes(reading: path.path)
        let plane = name.contains("cube") ? plane ?? 0 : 0
        images[String(name.dropFirst(2).dropLast(5))] = FITSImage(
            header: planes.header(plane), pixels: try planes.pixels(plane))
    }
    return images
}

/// What is done with each block on its way.
struct Passing: Pointwise {
    struct Settings: ParameterSet {}
    static let name = "passing"
    static let summary = "does something with blocks that pass"
    private let body: @Sendable (inout VisibilityBlock) throws -> Void

    init(_ settings: Settings) { body = { _ in } }
    init(_ body: @escaping @Sendable (inout VisibilityBlock) throws -> Void) { self.body = body }
    func prepare(_ header: ObservationCut, _ context: StageContext) -> ObservationCut { header }
    func apply(to block: inout VisibilityBlock) throws { try body(&block) }
}

extension VisibilityBlock {
    /// Flags the samples of the channels (of the spectral window) and dumps (of the scan) that meet a condition.
    mutating func flag(where condition: (_ channel: Int, _ dump: Int) -> Bool) {
        let (shape, context) = (shape, context)
        withMutableArrays { _, _, flags, _, _ in
            for sample in flags.indices {
                let (channel, time) = (sample % shape.channels, sample / shape.channels % shape.times)
                if condition(context.channels.lowerBound + channel, context.dumps.lowerBound + time) {
                    flags[sample] |= 1
                }
            }
        }
    }
}
