import ArgumentParser
import Foundation
import Parameters
import Pipeline
import Synchronization

/// Runs parts of a benchmark in processes of this same program: threads are limited before a process starts its pool of
/// them, and memory is that of one stage.
final class BenchmarkChild: Sendable {
    private let scratch: URL
    private struct State {
        var running: pid_t?
        var interruption: RunExit?
    }

    private let state = Mutex(State())

    init(scratch: URL) { self.scratch = scratch }

    /// Does a job and waits for its figures.
    ///
    /// - Throws: when the process cannot be started or gives no answer; `Interruption`.
    func run(_ job: BenchmarkJob) throws -> BenchmarkPart {
        let process = Process()
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        process.executableURL = URL(filePath: program)
        process.arguments = [
            BenchmarkWorker.name, String(decoding: try JSONEncoder().encode(job), as: UTF8.self),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch {
            throw PipelineError(
                "the measuring process cannot be started", at: program, mend: "check the machine's limits",
                fault: .machine)
        }
        state.withLock { $0.running = process.processIdentifier }
        let answer = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let interruption = state.withLock { state in
            state.running = nil
            return state.interruption
        }
        if let interruption { throw Interruption(exitCode: interruption) }
        guard let part = try? JSONDecoder().decode(BenchmarkPart.self, from: answer) else {
            throw PipelineError(
                "the measuring process ended with \(process.terminationStatus) and no figures",
                at: job.subject.name, mend: "see what it said above", fault: .machine)
        }
        return part
    }

    /// Ends the process that measures, and so the benchmark; false if that was done before.
    func interrupt(_ code: RunExit) -> Bool {
        state.withLock { state in
            guard state.interruption == nil else { return false }
            state.interruption = code
            if let process = state.running { kill(process, SIGKILL) }
            return true
        }
    }

    /// Removes what stages wrote.
    func removeScratch() { try? FileManager.default.removeItem(at: scratch) }
}

/// One part of a benchmark, started by `sluice benchmark` and by nobody else: figures go to standard output.
struct BenchmarkWorker: Subcommand {
    static let name = "benchmark-worker"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "A part of sluice benchmark.", shouldDisplay: false)

    @Argument(help: "The job, as JSON.") var job: String

    func limitThreads() throws { try Resources.limitCPUs(to: decoded().threads) }

    func execute() async throws -> RunExit {
        let part = try await decoded().run(Session.registry, inspection: FileWalker().inspection)
        FileHandle.standardOutput.write(try JSONEncoder().encode(part))
        return .success
    }

    private func decoded() throws -> BenchmarkJob {
        do { return try JSONDecoder().decode(BenchmarkJob.self, from: Data(job.utf8)) } catch {
            throw PipelineError("no job", at: Self.name, mend: "use sluice benchmark")
        }
    }
}
