import Foundation
import Parameters
import Pipeline

/// What a benchmark measures, checked as far as that is possible beforehand.
struct BenchmarkPlan {
    let subjects: [BenchmarkJob.Subject]
    let threads: [Int]
    let data: BenchmarkJob.Data
    let observation: ObservationSize?
    private let settings: [String]
    private let rounds: Int
    private let copyBytes: Int
    private let scratch: URL
    private let registry: StageRegistry

    /// Understands the command line.
    ///
    /// - Throws: errors of usage.
    init(_ options: BenchmarkOptions, _ registry: StageRegistry) throws {
        self.registry = registry
        var (subject, settings) = (options.subject ?? "all", options.settings)
        if subject.contains("=") { (subject, settings) = ("all", [subject] + settings) }
        subjects = try Self.subjects(subject, registry)
        self.settings = settings
        if subjects.count > 1 { try Self.check(settings, registry) }
        threads = try Self.counts(options.threads)
        guard (1...1000).contains(options.rounds) else {
            throw PipelineError("\(options.rounds) rounds", at: "--rounds", mend: "use 1 to 1000")
        }
        rounds = options.rounds
        if let input = options.input {
            data = .file(input)
        } else {
            let size = try ObservationSize(options.simulate, at: "--simulate")
            guard size.samples < 1e11 else {
                throw PipelineError(
                    "\(quoted(options.simulate)) is more than 1 TB", at: "--simulate", mend: "choose less")
            }
            data = .simulated(size)
        }
        observation = try options.observation.map { try ObservationSize($0, at: "--observation") }
        let size = try RunFlags.bytes(options.copyBuffer, "--copy-buffer")
        guard (1 << 20...1 << 36).contains(size) else {
            throw PipelineError("\(size) bytes", at: "--copy-buffer", mend: "use 1MiB to 64GiB")
        }
        copyBytes = size
        let folder = options.scratch.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
        scratch = folder.appending(path: "sluice-benchmark-\(UUID().uuidString)")
    }

    /// Measures one after the other, each in a process of its own.
    ///
    /// - Parameter say: gets a line before each.
    /// - Throws: when processes cannot be started or do not answer.
    func measure(_ say: (String) -> Void) throws -> BenchmarkReport {
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch {
            throw PipelineError(
                "the scratch folder cannot be made", at: scratch.path, mend: "choose another with --scratch")
        }
        let child = BenchmarkChild(scratch: scratch)
        let signals = SignalWatch { child.interrupt($0) }
        defer {
            signals.cancel()
            child.removeScratch()
        }
        let load = BenchmarkReport.load
        let file = try fileForReaders(child, say)
        var parts: [BenchmarkPart] = []
        for subject in subjects {
            for count in threads {
                say("measuring \(subject.name) on \(count) \(count == 1 ? "thread" : "threads")")
                parts.append(try child.run(job(subject, threads: count, file: file)))
            }
        }
        return BenchmarkReport(
            data: dataText, rounds: rounds, parts: parts, loadBefore: load, observation: observation)
    }

    /// The file that stages read which need one: the one given, or the simulated data written to scratch.
    private func fileForReaders(_ child: BenchmarkChild, _ say: (String) -> Void) throws -> String? {
        if case .file(let path) = data { return path }
        let reads = try subjects.contains { subject in
            guard case .stage(let name) = subject else { return false }
            let stage = try registry.description(of: name)
            let given = try settings(of: name).map { try RawParameter(assignment: $0).name }
            return stage.kind == .source
                && stage.parameters.contains { parameter in
                    parameter.isRequired && parameter.role == .input
                        && !given.contains { $0.split(separator: ".").last == Substring(parameter.name) }
                }
        }
        guard reads, registry.names.contains("simulate"), registry.names.contains("write") else { return nil }
        say("simulating a file to read")
        let path = scratch.appending(path: "simulated.h5").path
        let part = try child.run(job(.simulatedFile(path), threads: threads.max() ?? 1, file: nil))
        if let error = part.error {
            throw PipelineError(
                "the simulated data cannot be written (\(error))", at: path,
                mend: "choose another --scratch or less with --simulate",
                fault: part.exitCode == RunExit.machine.rawValue ? .machine : .usage)
        }
        return path
    }

    private func job(_ subject: BenchmarkJob.Subject, threads: Int, file: String?) -> BenchmarkJob {
        var isSimulation = false
        if case .simulatedFile = subject { isSimulation = true }
        return BenchmarkJob(
            subject, settings: isSimulation ? [] : settings(of: subject.name), data: data, inputFile: file,
            threads: threads, rounds: isSimulation ? 0 : rounds, copyBytes: copyBytes, scratch: scratch.path)
    }

    /// The settings that concern a subject: all of them unless there are several subjects.
    private func settings(of name: String) -> [String] {
        subjects.count == 1 ? settings : settings.filter { canonicalName($0).hasPrefix(name + ".") }
    }

    private var dataText: String {
        if case .pipeline? = subjects.first { return "the pipeline's own inputs" }
        switch data {
        case .file(let path): return "samples of \(path)"
        case .simulated(let size):
            return
                "simulated: \(size.antennas) antennas, \(size.channels) channels, \(size.products) products, "
                + "\(size.dumps) dumps of \(Quantity.text(size.dumpSeconds, .time)), interference of all kinds"
        }
    }

    private static func subjects(_ name: String, _ registry: StageRegistry) throws -> [BenchmarkJob.Subject] {
        if name == "all" { return registry.names.map { .stage($0) } }
        let isPath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        if isPath
            || !registry.names.contains(canonicalName(name)) && FileManager.default.fileExists(atPath: name)
        {
            _ = try PipelineFile(path: name)
            return [.pipeline(path: name)]
        }
        return [.stage(try registry.description(of: name).name)]
    }

    /// With all stages, every setting says whose it is.
    private static func check(_ settings: [String], _ registry: StageRegistry) throws {
        for setting in settings {
            let name = try RawParameter(assignment: setting).name
            guard let dot = name.firstIndex(of: ".") else {
                throw PipelineError(
                    "\(quoted(setting)) names no stage", at: "command line", mend: "write STAGE.\(setting)")
            }
            _ = try registry.description(of: String(name[..<dot]))
        }
    }

    private static func counts(_ texts: [String]) throws -> [Int] {
        let resources = Resources()
        let all = try resources.threads(nil).value
        guard !texts.isEmpty else { return all > 1 ? [1, all] : [1] }
        return try texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { text in
            guard let count = Int(text) else {
                throw PipelineError(
                    "\(quoted(String(text))) is no number of threads", at: "--threads", mend: "write 1,\(all)"
                )
            }
            return try resources.threads(count).value
        }
    }
}
