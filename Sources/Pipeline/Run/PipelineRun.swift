import Foundation
import Logging
import Synchronization
import Tiles

/// One run of a pipeline: checked, planned, run, reported.
///
/// `check` is enough for a plan and writes nothing; `run` checks first if nobody has. A run object runs once.
public final class PipelineRun: Sendable {
    struct Prepared: Sendable {
        let preparation: Preparation
        let layout: Layout
        let plan: Plan
    }

    private struct State {
        var prepared: Result<Prepared, any Error>?
        var live: LiveRun?
        var last: RunSnapshot?
        var task: Task<Void, any Error>?
        var interruption: ExitCode?
        var hasRun = false
    }

    /// What is run.
    public let pipeline: Pipeline
    /// How it is run.
    public let options: RunOptions
    private let state = Mutex(State())

    /// A run that has not started.
    public init(_ pipeline: Pipeline, _ options: RunOptions = RunOptions()) {
        self.pipeline = pipeline
        self.options = options
    }

    /// Sends the headers through all stages and tells what a run would do; nothing is written.
    ///
    /// Stages prepare, and warn, once: asked again, and by `run`, it says what it said before.
    ///
    /// - Throws: `RunError` for everything that can be known to be wrong before data flow, a plan above the limit of
    ///   memory included.
    @discardableResult public func check() throws(RunError) -> Plan {
        do {
            let prepared = try prepared()
            if let report = options.report { try prepared.preparation.outputs.check(report: report) }
            try prepared.plan.memory.check(against: prepared.plan.memoryLimit)
            return prepared.plan
        } catch {
            throw RunError(stage: nil, cause: error)
        }
    }

    /// The live numbers; nil before data flow.
    public var snapshot: RunSnapshot? {
        let (live, last) = state.withLock { ($0.live, $0.last) }
        return live?.snapshot ?? last
    }

    /// Stops the run from outside: every stage ends, nothing is committed, the report says so.
    ///
    /// - Returns: false if it had been told before.
    @discardableResult public func interrupt(_ code: ExitCode = .interrupted) -> Bool {
        let (task, first) = state.withLock { state in
            let first = state.interruption == nil
            state.interruption = state.interruption ?? code
            return (state.task, first)
        }
        task?.cancel()
        return first
    }

    /// Runs the pipeline to its end; cancelling the calling task interrupts it.
    public func run() async -> RunResult {
        let start = Date()
        let clock = ContinuousClock.now
        var outputs: [OutputReport] = []
        var error: RunError?
        do {
            try begin()
            try check()
            outputs = try await flow()
        } catch let cause {
            error = runError(cause)
        }
        let times = RunReport.Times(
            started: utcText(start), ended: utcText(Date()), seconds: (ContinuousClock.now - clock).seconds)
        let report = report(error: error, times: times, outputs: outputs)
        var result = RunResult(exitCode: error?.exitCode ?? .success, error: error, report: report)
        // A report that is there beside results that stay belongs to the run that made them.
        let isKept = (error?.cause as? OutputError)?.leavesOthersResults ?? false
        if let path = options.report, !(isKept && FileManager.default.fileExists(atPath: path)) {
            do {
                try ready?.preparation.outputs.check(report: path)
                try report.write(to: path)
            } catch {
                result.reportError = RunError(stage: nil, cause: error)
                options.logger(for: "report").warning("\(errorLine(error))")
            }
        }
        return result
    }

    private func begin() throws {
        let again = state.withLock { state in
            defer { state.hasRun = true }
            return state.hasRun
        }
        if again {
            throw PipelineError(
                "it has run already", at: "pipeline \(pipeline.name)", mend: "make a new PipelineRun")
        }
    }

    /// What has been prepared well.
    private var ready: Prepared? { try? state.withLock { $0.prepared }?.get() }

    private func prepared() throws -> Prepared {
        if let known = state.withLock({ $0.prepared }) { return try known.get() }
        let made = Result { try prepare() }
        state.withLock { $0.prepared = made }
        return try made.get()
    }

    private func prepare() throws -> Prepared {
        try options.check()
        let threads = try options.resources.threads(options.threads)
        // Kernels plan their work memory for the width that they will run with.
        Threads.width = threads.value
        let memory = try options.resources.memory(options.memory)
        let preparation = try Preparation(
            pipeline, options: options, threads: threads.value, memory: memory.value)
        let layout = Layout(
            preparation, threads: threads.value, linkCapacity: options.linkCapacity, fusion: options.fusion)
        let plan = Plan(preparation, layout, options: options, threads: threads, memoryLimit: memory)
        return Prepared(preparation: preparation, layout: layout, plan: plan)
    }

    /// Lets data flow, then commits the results.
    private func flow() async throws -> [OutputReport] {
        let prepared = try prepared()
        let outputs = prepared.preparation.outputs
        defer { outputs.leave() }
        try outputs.open()
        // Another run of this process may have been checked in between.
        Threads.width = prepared.plan.threads.value
        let live = try LiveRun(prepared.preparation, prepared.layout, linkCapacity: options.linkCapacity)
        let interrupted = state.withLock { state in
            state.live = live
            return state.interruption != nil
        }
        if interrupted { throw CancellationError() }
        try await withProgress { try await execute(live) }
        try live.checkAccounts()
        return try outputs.commit()
    }

    private func execute(_ live: LiveRun) async throws {
        let task = Task { try await live.execute() }
        let interrupted = state.withLock { state in
            state.task = task
            return state.interruption != nil
        }
        if interrupted { task.cancel() }
        defer {
            state.withLock { state in
                state.last = live.snapshot
                state.live = nil
                state.task = nil
            }
        }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            interrupt()
        }
        if state.withLock({ $0.interruption != nil }) { throw CancellationError() }
    }

    private func withProgress(_ body: () async throws -> Void) async throws {
        guard let progress = Progress(options.progress, snapshot: { [weak self] in self?.snapshot }) else {
            return try await body()
        }
        let task = Task { await progress.run() }
        // Live lines must be gone before anybody writes why the run ended.
        let ended: Result<Void, any Error>
        do { ended = .success(try await body()) } catch { ended = .failure(error) }
        task.cancel()
        await task.value
        try ended.get()
    }

    private func runError(_ cause: any Error) -> RunError {
        let interruption = state.withLock { $0.interruption }
        if cause is CancellationError {
            return RunError(stage: nil, cause: Interruption(exitCode: interruption ?? .interrupted))
        }
        return RunError(stage: nil, cause: cause)
    }

    private func report(error: RunError?, times: RunReport.Times, outputs: [OutputReport]) -> RunReport {
        let prepared = ready
        return RunReport(
            pipeline: pipeline.name, exitCode: error?.exitCode.rawValue ?? 0, error: error?.description,
            stage: error?.stage, host: RunReport.Host(options.resources), times: times,
            peakResidentBytes: RunReport.peakResidentBytes,
            options: RunReport.Options(
                linkCapacity: options.linkCapacity, tileBytes: options.tileBytes, fusion: options.fusion,
                overwrite: options.overwrite),
            plan: prepared?.plan, run: snapshot, inputs: prepared?.preparation.ledger.inputs ?? [],
            outputs: outputs)
    }
}
