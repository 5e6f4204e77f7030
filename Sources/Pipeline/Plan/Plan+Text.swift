import Foundation

extension Plan: CustomStringConvertible {
    /// The plan for people.
    public var description: String {
        var lines = ["pipeline \(pipeline)"]
        lines.append("  threads \(threads.value) (\(threads.origin))")
        lines.append("  memory limit \(byteText(memoryLimit.value)) (\(memoryLimit.origin))")
        if !inputs.isEmpty {
            lines.append("reads \(byteText(inputs.reduce(0) { saturatingSum($0, $1.bytes) }))")
            lines += inputs.map { "  \($0.name)  \(byteText($0.bytes))" }
        }
        lines.append("stages")
        lines += stages.flatMap(stageLines)
        lines.append("tasks")
        lines += tasks.map(taskLine)
        lines.append("links")
        lines += links.map(linkLine)
        lines.append("memory")
        lines += memoryLines
        if !outputs.isEmpty { lines += ["writes"] + outputs.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }

    private func stageLines(_ stage: Stage) -> [String] {
        let parameters = stage.parameters.filter { !$0.isDefault }.map { " \($0.name)=\($0.text)" }.joined()
        let from = stage.reads.map { " < \($0)" } ?? ""
        return ["  \(stage.name)\(from)\(parameters)"]
            + stage.absorbs.map { "    does the work of \($0) while reading" }
            + stage.notes.map { "    \($0)" }
    }

    private func taskLine(_ task: Task) -> String {
        var line = "  " + task.stages.joined(separator: " + ")
        if task.stages.count > 1 { line += "  (fused)" }
        if task.width > 1 { line += "  \(task.width) blocks at once" }
        if task.blocking { line += "  on a thread of its own" }
        return line
    }

    private func linkLine(_ link: Link) -> String {
        let flow = link.schedule.map { "\($0.blocks) blocks, \($0.samples) samples" } ?? "until it ends"
        return
            "  \(link.from) > \(link.to.joined(separator: ", "))  \(link.capacity) x \(byteText(link.blockBytes))"
            + "  (\(link.block)); \(flow)"
    }

    private var memoryLines: [String] {
        var lines = ["  process \(byteText(MemoryPlan.processBytes))"]
        if memory.headerBytes > 1 << 20 { lines.append("  headers \(byteText(memory.headerBytes))") }
        lines += pools.map { pool in
            let bytes = saturatingProduct(pool.slabs, pool.slabBytes)
            return
                "  blocks of \(pool.maker) \(byteText(bytes)) (\(pool.slabs) x \(byteText(pool.slabBytes)))"
        }
        lines += stages.filter { $0.workBytes > 0 }.map { "  work of \($0.name) \(byteText($0.workBytes))" }
        lines.append("  streaming \(byteText(memory.streamingBytes))")
        if memory.finalBytes > 0 {
            lines.append("  final phase \(byteText(memory.finalBytes))")
        }
        return lines + ["  peak \(byteText(memory.peakBytes)), the largest phase"]
    }

    /// The plan for programs.
    public func json() throws -> String { try jsonText(self) }

    /// The plan as a graph in the language of Graphviz: tasks as boxes, links with what flows in them.
    public var dot: String {
        var lines = ["digraph \(quoted(pipeline)) {", "  rankdir=LR;", "  node [shape=box];"]
        for (number, task) in tasks.enumerated() where task.stages.count > 1 {
            let names = task.stages.map(quoted).joined(separator: "; ")
            lines.append("  subgraph cluster_\(number) { label=\"fused\"; \(names); }")
            for (a, b) in zip(task.stages, task.stages.dropFirst()) {
                lines.append("  \(quoted(a)) -> \(quoted(b)) [style=dotted];")
            }
        }
        lines += stages.map { "  \(quoted($0.name)) [tooltip=\(quoted($0.kind.rawValue))];" }
        for link in links {
            for reader in link.to {
                let label = "\(link.capacity) x \(byteText(link.blockBytes))"
                lines.append("  \(quoted(link.from)) -> \(quoted(reader)) [label=\(quoted(label))];")
            }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: " ")
        return "\"\(escaped)\""
    }
}
