/// The stages of a pipeline with who reads whom, every name resolved and every output read.
struct Graph: Sendable {
    struct Node: Sendable {
        let name: String
        let kind: StageKind
        let parameters: [StageParameter]
        var stage: any Stage
        /// The stage it reads.
        var parent: Int?
        /// The stages that read it.
        var children: [Int] = []
        /// The source that does this stage's work while reading.
        var absorbedBy: Int?
    }

    private(set) var nodes: [Node] = []

    /// Resolves a pipeline's names.
    ///
    /// - Throws: `PipelineError` for an unknown or ambiguous name, a stage without input, an output nobody reads.
    init(_ pipeline: Pipeline) throws {
        guard !pipeline.steps.isEmpty else {
            throw PipelineError(
                "no stages", at: "pipeline \(pipeline.name)", mend: "start with a source such as read")
        }
        let names = Self.uniqueNames(pipeline.steps.map(\.name))
        for (index, step) in pipeline.steps.enumerated() {
            guard let kind = StageKind(step.stage) else {
                throw PipelineError(
                    "not a source, transform, pointwise stage or sink", at: "stage \(step.name)",
                    mend: "conform \(type(of: step.stage)) to one of them")
            }
            let parent = try parent(of: step, kind: kind, steps: pipeline.steps)
            nodes.append(
                Node(
                    name: names[index], kind: kind, parameters: step.parameters, stage: step.stage,
                    parent: parent))
            if let parent { nodes[parent].children.append(index) }
        }
        for node in nodes where node.kind != .sink && node.children.isEmpty {
            throw PipelineError(
                "nobody reads its output", at: "stage \(node.name)",
                mend: "add a sink such as write or image after it")
        }
        // A link has seats for 63 readers.
        for node in nodes where node.children.count > 63 {
            throw PipelineError(
                "\(node.children.count) stages read it", at: "stage \(node.name)",
                mend: "use at most 63 branches")
        }
        absorb()
    }

    /// Indices of the stages above one, from the source down to the stage itself, absorbed ones included.
    func lineage(of index: Int) -> [Int] {
        var source = index
        var below: [Int] = []
        while let parent = nodes[source].parent {
            below.insert(source, at: 0)
            source = parent
        }
        return [source] + nodes.indices.filter { nodes[$0].absorbedBy == source } + below
    }

    /// Indices of the stages that run, in pipeline order.
    var running: [Int] { nodes.indices.filter { nodes[$0].absorbedBy == nil } }

    private func parent(of step: Pipeline.Step, kind: StageKind, steps: [Pipeline.Step]) throws -> Int? {
        if kind == .source {
            guard step.from == nil else {
                throw PipelineError(
                    "a source reads no stage", at: "stage \(step.name)", mend: "leave out its from")
            }
            return nil
        }
        if let from = step.from { return try find(from, for: step, in: steps) }
        guard let last = nodes.indices.last else {
            throw PipelineError(
                "nothing to read", at: "stage \(step.name)", mend: "start with a source such as read")
        }
        return nodes[last].kind == .sink ? nodes[last].parent : last
    }

    private func find(_ from: String, for step: Pipeline.Step, in steps: [Pipeline.Step]) throws -> Int {
        let key = Self.normal(from)
        let found = steps.indices.filter { Self.normal(steps[$0].name) == key }
        let place = "from of stage \(step.name)"
        guard let index = found.first else {
            let known = nodes.filter { $0.kind != .sink }.map(\.name).joined(separator: ", ")
            throw PipelineError("no stage '\(from)'", at: place, mend: "stages above are: \(known)")
        }
        guard found.count == 1 else {
            throw PipelineError(
                "\(found.count) stages are called '\(from)'", at: place, mend: "name them with as")
        }
        guard index < nodes.count else {
            throw PipelineError("'\(from)' stands below its reader", at: place, mend: "move it above")
        }
        guard nodes[index].kind != .sink else {
            throw PipelineError(
                "'\(from)' is a sink and makes no stream", at: place, mend: "name what it reads")
        }
        return index
    }

    /// Lets each source take over the work of the stages right behind it, as long as nobody else reads it.
    private mutating func absorb() {
        for index in nodes.indices {
            guard var source = nodes[index].stage as? any Source else { continue }
            while let next = nodes[index].children.first, nodes[index].children.count == 1,
                nodes[next].kind == .pointwise || nodes[next].kind == .transform,
                source.absorb(nodes[next].stage)
            {
                nodes[next].absorbedBy = index
                nodes[index].children = nodes[next].children
                for child in nodes[next].children { nodes[child].parent = index }
            }
            nodes[index].stage = source
        }
    }

    /// Names accept `-` and `_` alike.
    private static func normal(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }

    private static func uniqueNames(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.map { name in
            var unique = name
            var number = 2
            while !seen.insert(normal(unique)).inserted {
                unique = "\(name)-\(number)"
                number += 1
            }
            return unique
        }
    }
}
