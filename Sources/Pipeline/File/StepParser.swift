import Parameters

/// Reads one entry of `stages`: `- STAGE:`, `- STAGE: {...}`, with `as` and `from` inside or beside.
struct StepParser {
    private let source: YAMLSource
    private let item: YAMLValue
    private static let reserved = ["as", "from"]

    init(_ source: YAMLSource, _ item: YAMLValue) {
        self.source = source
        self.item = item
    }

    func step() throws -> PipelineStep {
        let (stage, beside) = try head()
        try source.checkName(stage.key, line: stage.line)
        var inside: [YAMLPair] = []
        switch stage.value {
        case .map(let pairs, _): inside = pairs
        case _ where stage.value.isEmpty: break
        default:
            throw source.error(
                "stage \(stage.key) is \(stage.value.kind)", line: stage.line,
                mend: "write - \(stage.key): {PARAMETER: VALUE}")
        }
        let marks = (inside + beside).filter { Self.reserved.contains($0.key) }
        func mark(_ key: String) throws -> RawText? {
            let found = marks.filter { $0.key == key }
            guard found.count <= 1 else {
                throw source.error("\(key) stands twice", line: found[1].line, mend: "remove one")
            }
            return try found.first.map { try source.text($0) }
        }
        let name = try mark("as")
        if let name, case .file(_, let line) = name.origin { try source.checkName(name.text, line: line) }
        let address = canonicalName(name?.text ?? stage.key)
        let entry = StageEntry(
            stage: canonicalName(stage.key), name: address,
            parameters: try inside.filter { !Self.reserved.contains($0.key) }.map(parameter),
            origin: source.place(stage.line))
        return PipelineStep(entry: entry, from: try mark("from"), address: address)
    }

    /// The stage of the entry, and the keys beside it.
    private func head() throws -> (stage: YAMLPair, beside: [YAMLPair]) {
        switch item {
        case .text(let name, let line, false):
            return (YAMLPair(key: name, line: line, value: .text("", line: line, isEmpty: true)), [])
        case .map(let pairs, _):
            let stages = pairs.filter { !Self.reserved.contains($0.key) }
            guard let stage = stages.first else { fallthrough }
            if stages.count > 1 {
                throw source.error(
                    "\(quoted(stages[1].key)) stands beside stage \(stage.key)", line: stages[1].line,
                    mend: stage.value.isEmpty
                        ? "indent it under \(stage.key) if it is a parameter, or begin its line with -"
                        : "begin its line with - if it is a stage")
            }
            return (stage, pairs.filter { Self.reserved.contains($0.key) })
        default:
            throw source.error(
                "\(item.kind) stands where a stage should", line: item.line, mend: "write - STAGE: {...}")
        }
    }

    private func parameter(_ pair: YAMLPair) throws -> RawParameter {
        let origin = source.place(pair.line)
        switch pair.value {
        case .text(let text, let line, false):
            return RawParameter(
                pair.key, texts: [RawText(text, source.place(line))], isList: false, origin: origin)
        case .list(let items, _):
            let texts = try items.map { item in
                guard case .text(let text, let line, false) = item else {
                    throw source.error(
                        "\(pair.key) holds \(item.kind)", line: item.line, mend: "write a list of texts")
                }
                return RawText(text, source.place(line))
            }
            return RawParameter(pair.key, texts: texts, isList: true, origin: origin)
        default:
            throw source.error(
                "\(pair.key) is \(pair.value.kind)", line: pair.line,
                mend: "write \(pair.key): VALUE, or remove it for its default")
        }
    }
}
