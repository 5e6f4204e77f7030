import ArgumentParser
import Foundation
import Pipeline

/// `sluice run`: a pipeline file from beginning to end.
struct Run: Subcommand {
    static let configuration = CommandConfiguration(abstract: "Run a pipeline file.")

    @Argument(help: "The pipeline file.", completion: Completions.pipelines) var pipeline: String
    @Argument(
        help: "KEY=VALUE: an input of the pipeline, or STAGE.PARAMETER.", completion: Completions.keys)
    var settings: [String] = []
    @Flag(help: "Only check, as sluice check does.") var dryRun = false
    @OptionGroup var flags: RunFlags

    func limitThreads() throws { try flags.limitThreads() }

    func execute() async throws -> RunExit {
        let described = try Pipeline(
            PipelineFile(path: pipeline).bound(to: settings), stages: Session.registry)
        guard !dryRun else { return try Check.show(described, flags, json: false, graph: nil) }
        return try await described.runReporting(flags)
    }
}

extension Pipeline {
    /// Runs the pipeline until its end or a signal, and says how it ended.
    func runReporting(_ flags: RunFlags) async throws -> RunExit {
        let options = try flags.options(for: self)
        let run = PipelineRun(self, options)
        let signals = SignalWatch(run)
        defer { signals.cancel() }
        // What the check finds wrong is told by the run, which writes the report too.
        if !flags.quiet, let plan = try? run.check() { print(plan) }
        let result = await run.run()
        if let error = result.error {
            Session.report(error.description)
        } else if !flags.quiet {
            for output in result.outputs { print("wrote \(output.path)") }
        }
        return result.exitCode
    }
}
