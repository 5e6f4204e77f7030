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

    @OptionGroup var options: BenchmarkOptions

    func execute() async throws -> RunExit {
        let plan = try BenchmarkPlan(options, Session.registry)
        // Before the first round: measuring takes minutes.
        let figures = try BenchmarkFigures(options)
        defer { figures.leave() }
        let report = try plan.measure { text in
            if !options.quiet { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
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
