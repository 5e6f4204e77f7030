import ArgumentParser
import Foundation
import Pipeline

/// `sluice check`: the plan of a run; nothing is written.
struct Check: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a pipeline would do: stages, links, blocks, memory, results. Writes nothing.")

    @Argument(help: "The pipeline file.", completion: Completions.pipelines) var pipeline: String
    @Argument(
        help: "KEY=VALUE: an input of the pipeline, or STAGE.PARAMETER.", completion: Completions.keys)
    var settings: [String] = []
    @Flag(help: "Print the plan as JSON.") var json = false
    @Option(help: "Write the graph for Graphviz.", completion: .file(extensions: ["dot"])) var graph: String?
    @OptionGroup var flags: RunFlags

    func limitThreads() throws { try flags.limitThreads() }

    func execute() async throws -> RunExit {
        let described = try Pipeline(
            PipelineFile(path: pipeline).bound(to: settings), stages: Session.registry)
        return try Self.show(described, flags, json: json, graph: graph)
    }

    static func show(
        _ pipeline: Pipeline, _ flags: RunFlags, json: Bool, graph: String?
    ) throws -> RunExit {
        let plan = try PipelineRun(pipeline, flags.options(for: pipeline)).check()
        print(json ? try plan.json() : plan.description)
        if let graph {
            do {
                try plan.dot.write(toFile: graph, atomically: true, encoding: .utf8)
            } catch {
                throw PipelineError("the graph cannot be written", at: graph, mend: "check the folder")
            }
        }
        return .success
    }
}
