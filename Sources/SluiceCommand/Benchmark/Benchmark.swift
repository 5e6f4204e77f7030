import ArgumentParser
import Foundation
import Pipeline

/// `sluice benchmark`: how fast stages are on this machine, and what limits them.
struct Benchmark: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the throughput of a stage alone, of all stages, or of a pipeline's.",
        discussion: """
            A stage is fed from memory with simulated data, or with data like those of --input; what it makes is dropped. \
            A pipeline runs with inputs of its own. Results go to a scratch folder and are removed. Sizes are written \
            ANTENNASxCHANNELSxPRODUCTSxLENGTH@DUMP. Documentation/benchmarking.md explains the table.
            """)

    @Argument(help: "A stage, a pipeline file, or all (the default).", completion: Completions.subjects)
    var subject: String?
    @Argument(
        help: "KEY=VALUE: a parameter of the stage; STAGE.PARAMETER, or an input of the pipeline.",
        completion: Completions.keys)
    var settings: [String] = []
    @Option(
        name: [.customShort("j"), .long], parsing: .singleValue,
        help: "Numbers of threads, each measured by itself, such as 1,4; default: 1 and all CPUs.")
    var threads: [String] = []
    @Option(help: "Timed rounds, after a first one that is not timed.") var rounds = 3
    @Option(help: "The size of the simulated data.") var simulate = "16x512x4x1536s@8s"
    @Option(
        help: "Measure with the samples of this observation instead of simulated ones.",
        completion: Completions.observations)
    var input: String?
    @Option(help: "Estimate hours for an observation of this size, such as 64x4096x4x8h@8s.")
    var observation: String?
    @Option(help: "Write all figures as JSON.", completion: .file(extensions: ["json"])) var json: String?
    @Option(help: "Draw them as a PNG file.", completion: .file(extensions: ["png"])) var picture: String?
    @Option(
        help: "The folder for results that are thrown away; default: the temporary folder.",
        completion: .directory)
    var scratch: String?
    @Option(help: "Each of the two buffers that the machine copies between.") var copyBuffer = "256MiB"
    @Flag(help: "Replace existing files of figures.") var overwrite = false
    @Flag(name: .shortAndLong, help: "Do not say what is being measured.") var quiet = false

    func execute() async throws -> RunExit {
        let plan = try BenchmarkPlan(self, Session.registry)
        // Before the first round: measuring takes minutes.
        let figures = try BenchmarkFigures(self)
        defer { figures.leave() }
        let report = try plan.measure { text in
            if !quiet { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
        }
        // A stage that was asked for by name must have been measured; among all, some may need what is not there.
        if plan.subjects.count == 1, let failed = report.parts.first(where: { $0.error != nil }) {
            Session.report(failed.error ?? "")
            return RunExit(rawValue: failed.exitCode)
        }
        print(BenchmarkTable(report).text)
        try figures.write(report)
        let failures = report.parts.map { RunExit(rawValue: $0.exitCode) }
        return failures.first { $0 != .success && $0 != .usage } ?? .success
    }
}
