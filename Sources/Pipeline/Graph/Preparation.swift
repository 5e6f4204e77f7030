import Logging
import Rings
import Visibilities

/// A pipeline whose stages have all seen their headers.
struct Preparation: Sendable {
    let graph: Graph
    let ledger: RunLedger
    let outputs: OutputLedger
    /// The stages that run, in pipeline order.
    let stages: [PreparedStage]

    /// Sends the headers through all stages; no data flow.
    ///
    /// - Throws: `RunError` with the stage that refused, `PipelineError` for types or orders that do not fit.
    init(_ pipeline: Pipeline, options: RunOptions, threads: Int, memory: Int) throws {
        let graph = try Graph(pipeline)
        self.graph = graph
        ledger = RunLedger(
            pipeline: pipeline.name,
            entries: graph.nodes.map { RunLedger.Entry(name: $0.name, parameters: $0.parameters) })
        outputs = OutputLedger(overwrite: options.overwrite)
        var done: [Int: PreparedStage] = [:]
        for index in graph.running {
            let node = graph.nodes[index]
            let context = StageContext(
                name: node.name, threads: threads, memory: memory, tileBytes: options.tileBytes,
                digestInputs: options.digestInputs,
                logger: options.logger(for: node.name), outputs: Outputs(ledger: outputs, stage: node.name),
                record: Record(ledger: ledger, stage: index, lineage: graph.lineage(of: index)),
                inspection: options.inspection,
                demands: { try graph.demandBelow(index, on: $0) })
            do {
                let stage = try Self.prepare(node, index, context, done)
                try Self.checkOrder(stage)
                // Behind `prepare`, which says better what is wrong with a file.
                try Self.record(node.parameters, context)
                done[index] = stage
            } catch {
                throw RunError(stage: node.name, cause: error)
            }
        }
        stages = graph.running.compactMap { done[$0] }
    }

    private static func prepare(
        _ node: Graph.Node, _ index: Int, _ context: StageContext, _ done: [Int: PreparedStage]
    ) throws -> PreparedStage {
        if let source = node.stage as? any Source { return try PreparedStage(source, index, context) }
        guard let parent = node.parent, let above = done[parent], let stream = above.output else {
            throw WiringError.missingLink(index)
        }
        let upstream = Upstream(index: parent, name: above.name, stream: stream)
        switch node.stage {
        case let stage as any Transform: return try PreparedStage(stage, index, context, reads: upstream)
        case let stage as any Pointwise: return try PreparedStage(stage, index, context, reads: upstream)
        case let stage as any Sink: return try PreparedStage(stage, index, context, reads: upstream)
        default: throw WiringError.missingLink(index)
        }
    }

    /// Names the files of parameters among the inputs, as their content decides the bits of results. What is no file
    /// is ready made, or the start of names, which the stage that knows them records.
    private static func record(_ parameters: [StageParameter], _ context: StageContext) throws {
        var files: [String] = []
        for parameter in parameters where parameter.mayBeFile && !files.contains(parameter.text) {
            if FileIdentity.size(ofFile: parameter.text) != nil { files.append(parameter.text) }
        }
        try context.recordInputs(files, digested: true)
    }

    private static func checkOrder(_ stage: PreparedStage) throws {
        guard let order = stage.input?.order, !stage.needs.accepts.contains(order) else { return }
        let accepted = stage.needs.accepts.map(\.rawValue).joined(separator: " or ")
        throw PipelineError(
            "blocks come \(order.rawValue), it takes them \(accepted)", at: "stage \(stage.name)",
            mend: "choose a source or a stage before it that makes this order")
    }
}
