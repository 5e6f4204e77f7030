import CPlatform
import Foundation
import Parameters

extension BenchmarkJob {
    /// Does the job in this process: a first round, which shows memory and allocations, then the timed ones.
    ///
    /// - Parameter inspection: looks at files before they are opened, once and before anything is measured.
    /// - Returns: the figures, or why there are none.
    public func run(_ registry: StageRegistry, inspection: InputInspection? = nil) async -> BenchmarkPart {
        var part = BenchmarkPart(subject: subject.name, threads: threads)
        do {
            try await measure(&part, registry, inspection)
        } catch {
            part.error = errorLine(error)
            part.exitCode = ExitCode(error).rawValue
        }
        return part
    }

    private func measure(
        _ part: inout BenchmarkPart, _ registry: StageRegistry, _ inspection: InputInspection?
    ) async throws {
        let subject = try await subject(registry, inspection)
        try PipelineRun(subject.pipeline(), options(inspection)).check()
        sluice_heap_count(1)
        let before = sluice_heap_allocations()
        let first = try await round(subject)
        if before >= 0 { part.heapAllocations = Int(sluice_heap_allocations() - before) }
        sluice_heap_count(0)
        part.peakResidentBytes = RunReport.peakResidentBytes
        guard rounds > 0, let plan = first.plan else { return }

        let copy = MachineCopy(bufferBytes: copyBytes)
        var snapshots: [(run: RunSnapshot, copy: Double)] = []
        for _ in 0..<rounds {
            let speed = try await copy.bytesPerSecond(threads: threads)
            guard let run = try await round(subject).run else { continue }
            snapshots.append((run, speed))
        }
        part.plannedBytes = plan.memory.peakBytes
        part.seconds = snapshots.map(\.run.seconds)
        part.copyBytesPerSecond = Spread(snapshots.map(\.copy))
        part.blocksLeased = snapshots.last?.run.pools.reduce(0) { $0 + $1.leases } ?? 0
        part.blocksCopied = snapshots.last?.run.pools.reduce(0) { $0 + $1.copies } ?? 0
        let written = first.outputs.reduce(0) { $0 + $1.bytes }
        part.stages = figures(subject, plan, snapshots, written: written)
        let sources = Set(plan.stages.filter { $0.kind == .source }.map(\.name))
        part.sourceSamples =
            snapshots.last?.run.stages.reduce(0) { $0 + (sources.contains($1.name) ? $1.samplesOut : 0) } ?? 0
        part.file = try await fileSpeed(subject, part.stages.first, written: written)
    }

    /// One run to its end.
    private func round(_ subject: BenchmarkSubject) async throws -> RunReport {
        let result = await PipelineRun(try subject.pipeline(), options(nil)).run()
        if let error = result.error { throw error }
        return result.report
    }

    private func figures(
        _ subject: BenchmarkSubject, _ plan: Plan, _ snapshots: [(run: RunSnapshot, copy: Double)],
        written: Int
    ) -> [StageFigures] {
        plan.stages.filter { subject.stage == nil || $0.name == subject.stage }.map { stage in
            let width = plan.tasks.indices.contains(stage.task) ? plan.tasks[stage.task].width : 1
            let rounds = snapshots.compactMap { snapshot in
                snapshot.run.stages.first { $0.name == stage.name }.map { (stage: $0, copy: snapshot.copy) }
            }
            let hasFiles =
                stage.kind == .source && stage.parameters.contains { $0.name == "input" }
                || stage.kind == .sink && Self.isLarge(written, rounds.last?.stage.samplesIn)
            return StageFigures(stage, width: width, rounds: rounds, hasFiles: hasFiles)
        }
    }

    /// Whether a stage writes its data and not just a summary: a byte a sample.
    private static func isLarge(_ written: Int, _ samples: Int?) -> Bool {
        written > 0 && written >= samples ?? 0
    }

    /// The same bytes as the stage's file, read or written raw.
    private func fileSpeed(
        _ subject: BenchmarkSubject, _ figures: StageFigures?, written: Int
    ) async throws -> FileSpeed? {
        guard subject.stage != nil, let figures else { return nil }
        let work = max(Spread(figures.rounds.map(\.busySeconds)).median, 1e-9)
        func speed(_ bytes: Int, _ raw: [Double]) -> FileSpeed {
            FileSpeed(
                bytes: bytes, bytesPerSecond: Double(bytes) / work,
                rawBytesPerSecond: Double(bytes) / max(Spread(raw).median, 1e-9))
        }
        if figures.kind == .source, let path = subject.input, let size = FileIdentity.size(ofFile: path) {
            var raw: [Double] = []
            for _ in 0..<rounds {
                raw.append(try await FileSpeed.secondsToRead(path, bytes: size, threads: threads))
            }
            return speed(size, raw)
        }
        guard figures.kind == .sink, Self.isLarge(written, figures.samples) else { return nil }
        let raw = try (0..<rounds).map { _ in
            try FileSpeed.secondsToWrite("\(scratch)/raw", bytes: written)
        }
        return speed(written, raw)
    }
}

extension BenchmarkJob.Subject {
    /// The stage, or the pipeline's file without folder and suffix.
    public var name: String {
        switch self {
        case .stage(let name): name
        case .pipeline(let path): URL(filePath: path).deletingPathExtension().lastPathComponent
        case .simulatedFile: "simulated file"
        }
    }
}
