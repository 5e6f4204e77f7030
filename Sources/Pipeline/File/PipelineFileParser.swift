import Parameters

/// Takes the parts of a pipeline file from its YAML.
struct PipelineFileParser {
    private let source: YAMLSource
    private let top: [YAMLPair]
    private static let version = "1"
    /// The most stages, inputs and outputs.
    private static let most = 500
    private static let keys = ["sluice", "name", "description", "inputs", "stages", "outputs"]

    init(_ source: YAMLSource) throws {
        self.source = source
        guard case .map(let pairs, _) = try YAMLReader(source).value() else {
            throw source.error("this is no pipeline file", line: 1, mend: "begin with sluice: 1")
        }
        top = pairs
        try source.check(top, against: Self.keys, of: "a pipeline file")
        guard let version = try text("sluice") else {
            throw source.error("the version of the format is missing", line: 1, mend: "begin with sluice: 1")
        }
        guard version.text == Self.version else {
            throw PipelineFileError(
                "version \(quoted(version.text)) of the format is not known here", at: version.origin,
                mend: "write sluice: 1, or use a newer program")
        }
    }

    /// The text of a key at the top, nil if it is not there.
    func text(_ key: String) throws -> RawText? {
        try top.first { $0.key == key }.map { try source.text($0) }
    }

    func name() throws -> String {
        guard let name = try text("name") else {
            let file = source.path.split(separator: "/").last ?? "pipeline"
            let base = file.prefix { $0 != "." }
            return base.isEmpty ? "pipeline" : String(base)
        }
        guard !name.text.isEmpty, name.text.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
        else {
            throw PipelineFileError(
                "name: \(quoted(name.text)) cannot begin the names of files", at: name.origin,
                mend: "write letters, digits and -")
        }
        return name.text
    }

    func inputs() throws -> [PipelineInput] {
        var inputs: [PipelineInput] = []
        for pair in try map("inputs") {
            try source.checkName(pair.key, line: pair.line)
            guard !inputs.contains(where: { $0.name == canonicalName(pair.key) }) else {
                throw source.error(
                    "input \(quoted(pair.key)) stands twice", line: pair.line, mend: "remove one")
            }
            inputs.append(try input(pair))
        }
        return inputs
    }

    private func input(_ pair: YAMLPair) throws -> PipelineInput {
        guard case .map(let fields, _) = pair.value else {
            throw source.error(
                "input \(pair.key) is \(pair.value.kind)", line: pair.line,
                mend: "write \(pair.key): {type: file, help: what it is for}")
        }
        try source.check(fields, against: ["type", "default", "help"], of: "an input")
        func field(_ key: String) throws -> RawText? {
            try fields.first { $0.key == key }.map { try source.text($0) }
        }
        guard let type = try field("type") else {
            throw source.error(
                "input \(pair.key) has no type", line: pair.line,
                mend: "add type: " + PipelineInput.Kind.choices.joined(separator: " | "))
        }
        let kind: PipelineInput.Kind
        do throws(ValueError) {
            kind = try PipelineInput.Kind(type, nil)
        } catch {
            throw PipelineFileError("type: \(error.what)", at: type.origin, mend: error.mend)
        }
        return PipelineInput(
            name: canonicalName(pair.key), type: kind, default: try field("default"),
            help: try field("help")?.text ?? "", origin: source.place(pair.line))
    }

    func outputs() throws -> [RawParameter] {
        try map("outputs").map { pair in
            let path = try source.text(pair)
            return RawParameter(canonicalName(pair.key), texts: [path], isList: false, origin: path.origin)
        }
    }

    func steps() throws -> [PipelineStep] {
        guard let pair = top.first(where: { $0.key == "stages" }) else {
            throw source.error(
                "stages are missing", line: 1, mend: "add stages: and a list of - STAGE: {...}")
        }
        guard case .list(let items, _) = pair.value, !items.isEmpty else {
            throw source.error(
                "stages is \(pair.value.kind)", line: pair.line,
                mend: "write a list of - STAGE: {PARAMETER: VALUE}")
        }
        guard items.count <= Self.most else {
            throw source.error("\(items.count) stages are more than \(Self.most)", line: pair.line)
        }
        var steps: [PipelineStep] = []
        for item in items {
            var step = try StepParser(source, item).step()
            let repeats = steps.filter { $0.address == step.address }.count
            if repeats > 0 { step.entry.name += "-\(repeats + 1)" }
            step.entry.from = try step.from.map { try entry(named: $0, above: steps) }
            steps.append(step)
        }
        return steps
    }

    /// The entry that a `from` means: one that stands above.
    private func entry(
        named name: RawText, above steps: [PipelineStep]
    ) throws -> String {
        let wanted = canonicalName(name.text)
        let found = steps.filter { $0.address == wanted }
        guard let only = found.first else {
            throw PipelineFileError(
                "no stage above is called \(quoted(name.text))", at: name.origin,
                mend: Suggestion.mend(name.text, in: steps.map(\.address))
                    ?? "the first stage reads from nothing")
        }
        guard found.count == 1 else {
            throw PipelineFileError(
                "\(found.count) stages above are called \(quoted(name.text))", at: name.origin,
                mend: "name them with as: NAME")
        }
        return only.entry.name
    }

    /// The pairs of a map at the top; none if it is missing or empty.
    private func map(_ key: String) throws -> [YAMLPair] {
        guard let pair = top.first(where: { $0.key == key }), !pair.value.isEmpty else { return [] }
        guard case .map(let pairs, _) = pair.value else {
            throw source.error(
                "\(key) is \(pair.value.kind)", line: pair.line, mend: "write NAME: VALUE below it")
        }
        guard pairs.count <= Self.most else {
            throw source.error("\(pairs.count) \(key) are more than \(Self.most)", line: pair.line)
        }
        return pairs
    }
}
