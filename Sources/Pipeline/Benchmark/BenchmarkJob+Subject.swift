import Foundation
import Logging
import Parameters

extension BenchmarkJob {
    /// Everything needed for rounds of this job; a stage alone gets its recorded data here.
    ///
    /// - Parameter inspection: looks at the files that the data come from.
    /// - Throws: errors of usage about names and values; `PipelineError` for a stage that nothing can be fed to.
    func subject(
        _ registry: StageRegistry, _ inspection: InputInspection?
    ) async throws -> BenchmarkSubject {
        switch subject {
        case .stage(let name):
            return try await stageAlone(registry.description(of: name), registry, inspection)
        case .pipeline(let path):
            var bound = try PipelineFile(path: path).bound(to: settings)
            bound.stages = try bound.stages.map { try inScratch($0, registry) }
            let ready = bound
            return BenchmarkSubject(
                pipeline: { try Pipeline(ready, stages: registry) }, stage: nil, input: nil)
        case .simulatedFile(let path):
            let source = try dataEntry(registry)
            let write = StageEntry(stage: "write", parameters: [RawParameter("output", path)])
            return BenchmarkSubject(
                pipeline: { try Pipeline("simulated file", [source, write], registry) }, stage: nil,
                input: nil)
        }
    }

    private func stageAlone(
        _ description: StageDescription, _ registry: StageRegistry, _ inspection: InputInspection?
    ) async throws -> BenchmarkSubject {
        let entry = try entry(for: description, registry)
        let stage = try registry.make(entry)
        let drain = drain(behind: stage)
        let input = entry.parameters.first { parameter in
            description.parameters.contains { $0.name == parameter.name && $0.role == .input }
        }
        let recording =
            description.kind == .source
            ? nil : try await recording(for: stage, description, registry, options(inspection))
        return BenchmarkSubject(
            pipeline: {
                var pipeline = Pipeline(description.name)
                if let recording { pipeline.add(Replay.name, Replay(recording)) }
                pipeline.add(
                    entry.name, try registry.make(entry), parameters: try registry.parameters(of: entry))
                if let drain { pipeline.add("drain", drain) }
                return pipeline
            }, stage: entry.name, input: input?.texts.first?.text)
    }

    /// The stage with what was set, and for the rest what is typical of it.
    private func entry(for stage: StageDescription, _ registry: StageRegistry) throws -> StageEntry {
        let given = try settings.map { setting in
            var parameter = try RawParameter(assignment: setting)
            if canonicalName(parameter.name).hasPrefix(stage.name + ".") {
                parameter.name.removeFirst(stage.name.count + 1)
            }
            parameter.name = stage.parameter(parameter.name)?.name ?? parameter.name
            return parameter
        }
        var parameters = given
        func add(_ more: [RawParameter]) {
            parameters += more.filter { new in !parameters.contains { $0.name == new.name } }
        }
        // Typical choices may contradict others, so that they stand together or not at all.
        let typical = try stage.typical.map { try RawParameter(assignment: $0) }
        add(typical.filter { given.isEmpty || stage.parameter($0.name)?.isRequired == true })
        if case .simulated(let size) = data, stage.name == "simulate" { add(size.simulation) }
        for parameter in stage.parameters where parameter.isRequired {
            switch parameter.role {
            case .input: if let inputFile { add([RawParameter(parameter.name, inputFile)]) }
            case .output: add([RawParameter(parameter.name, parameter.example)])
            default: break
            }
        }
        return try inScratch(StageEntry(stage: stage.name, parameters: parameters), registry)
    }

    /// A stage whose results go to the scratch folder under their own names.
    private func inScratch(_ entry: StageEntry, _ registry: StageRegistry) throws -> StageEntry {
        let description = try registry.description(of: entry.stage)
        var entry = entry
        for index in entry.parameters.indices
        where description.parameter(entry.parameters[index].name)?.role == .output {
            entry.parameters[index].texts = entry.parameters[index].texts.map { text in
                let name = URL(filePath: text.text).lastPathComponent
                return RawText("\(scratch)/\(entry.name)-\(name)", text.origin)
            }
        }
        return entry
    }

    /// The source of the data.
    private func dataEntry(_ registry: StageRegistry) throws -> StageEntry {
        switch data {
        case .simulated(let size): return StageEntry(stage: "simulate", parameters: size.simulation)
        case .file(let path): return StageEntry(stage: "read", parameters: [RawParameter("input", path)])
        }
    }

    /// The first blocks of the data, cut as the stage asks for.
    private func recording(
        for stage: any Stage, _ description: StageDescription, _ registry: StageRegistry,
        _ options: RunOptions
    ) async throws -> Recording {
        guard description.reads == StageDescription.visibilities else {
            throw PipelineError(
                "it reads \(description.reads ?? "nothing"), which is not simulated",
                at: "stage \(description.name)", mend: "benchmark a pipeline that it is part of")
        }
        let tape = Recorder.Tape()
        var pipeline = try Pipeline("recording", [dataEntry(registry)], registry)
        pipeline.add(Recorder.name, Recorder(for: stage, on: tape))
        if let error = await PipelineRun(pipeline, options).run().error { throw error }
        guard let recording = tape.recording else {
            throw PipelineError(
                "nothing was recorded", at: "stage \(description.name)", mend: "choose other data",
                fault: .data)
        }
        return recording
    }

    /// How every round runs: results of earlier rounds are replaced, only errors are logged.
    ///
    /// - Parameter inspection: looks at files before they are opened; rounds are timed without.
    func options(_ inspection: InputInspection?) -> RunOptions {
        var options = RunOptions()
        options.inspection = inspection
        options.threads = threads
        options.overwrite = true
        options.logLevel = .error
        return options
    }
}

extension Pipeline {
    fileprivate init(_ name: String, _ entries: [StageEntry], _ registry: StageRegistry) throws {
        self.init(name)
        for entry in entries {
            add(entry.name, try registry.make(entry), parameters: try registry.parameters(of: entry))
        }
    }
}

extension StageDescription {
    /// A parameter by one of its names.
    fileprivate func parameter(_ name: String) -> ParameterDescription? {
        let name = canonicalName(name)
        return parameters.first { $0.name == name || $0.also.contains(name) }
    }
}
