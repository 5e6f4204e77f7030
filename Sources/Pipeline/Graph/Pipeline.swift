/// Stages in a tree, ready to be checked and run: what a pipeline file describes.
///
///     var pipeline = Pipeline("quicklook")
///     pipeline.add("read", Read(...))
///     pipeline.add("autoflag", Autoflag(...))
///     pipeline.add("image", Image(...))
///     let result = await PipelineRun(pipeline).run()
public struct Pipeline: Sendable {
    struct Step: Sendable {
        let name: String
        let stage: any Stage
        let from: String?
        let parameters: [StageParameter]
    }

    /// Its name, which results remember.
    public var name: String
    private(set) var steps: [Step] = []

    /// A pipeline without stages.
    public init(_ name: String) { self.name = name }

    /// Adds a stage; names, types and outputs are checked when the pipeline is.
    ///
    /// - Parameters:
    ///   - name: How plan, report and `from` call it.
    ///   - stage: The stage.
    ///   - from: The stage it reads; without it the one above, or, after a sink, what that sink read.
    ///   - parameters: Its parameters as text, for the record of the run.
    public mutating func add(
        _ name: String, _ stage: any Stage, from: String? = nil, parameters: [StageParameter] = []
    ) {
        steps.append(Step(name: name, stage: stage, from: from, parameters: parameters))
    }

    /// Makes a stage from its settings and adds it with its parameters, under its own name unless it is given another.
    ///
    /// - Throws: what the stage says against its settings.
    public mutating func add<S: Stage>(
        _ type: S.Type, _ settings: S.Settings, as name: String? = nil, from: String? = nil
    ) throws {
        add(name ?? S.name, try S(settings), from: from, parameters: StageParameter.list(of: settings))
    }

    /// Where the report goes unless another place is asked for: after the first sink's prefix, or its output without
    /// suffix, or the pipeline's name.
    public var defaultReportPath: String {
        let sink = steps.first { $0.stage is any Sink }
        func text(_ name: String) -> String? { sink?.parameters.first { $0.name == name }?.text }
        if let prefix = text("prefix") { return prefix + "-report.json" }
        guard let output = text("output") else { return name + "-report.json" }
        let path = PathParts(output)
        let dot = path.name.lastIndex(of: ".").flatMap { $0 == path.name.startIndex ? nil : $0 }
        return path.folderPrefix + path.name[..<(dot ?? path.name.endIndex)] + "-report.json"
    }
}
