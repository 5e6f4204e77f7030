import Parameters

/// A pipeline with all values in: what its file says, with inputs and overrides from the command line.
public struct BoundPipeline: Sendable {
    /// An input and its value.
    public struct InputValue: Sendable, Hashable {
        /// The input's name.
        public var name: String
        /// Its value; several if it was given several times.
        public var texts: [RawText]
    }

    /// The pipeline's name.
    public var name: String
    /// What it does, in a line.
    public var description: String
    /// What it was given, in the order of its file.
    public var inputs: [InputValue]
    /// Its stages, in the order of its file.
    public var stages: [StageEntry]
    /// The names of its results and their paths, relative to the working directory.
    public var outputs: [RawParameter]
}

extension PipelineFile {
    /// The pipeline with `KEY=VALUE` filled in; KEY is an input or STAGE.PARAMETER.
    /// Throws ``PipelineFileError`` on unknown or ambiguous keys, wrong values and inputs without one.
    public func bound(to overrides: [String] = []) throws -> BoundPipeline {
        try bound(setting: try overrides.map { try RawParameter(assignment: $0) })
    }

    /// The pipeline with values filled in whose names are inputs or STAGE.PARAMETER, from wherever they come.
    /// Throws ``PipelineFileError`` on unknown or ambiguous names, wrong values and inputs without one.
    public func bound(setting overrides: [RawParameter]) throws -> BoundPipeline {
        var given: [String: [RawText]] = [:]
        var parameters: [Int: [RawParameter]] = [:]
        for override in overrides {
            if let dot = override.name.firstIndex(of: ".") {
                var parameter = override
                parameter.name = String(override.name[override.name.index(after: dot)...])
                parameters[try step(addressedBy: override, String(override.name[..<dot])), default: []]
                    .append(parameter)
            } else {
                given[try input(addressedBy: override).name, default: []] += override.texts
            }
        }
        var values = InputValues(inputs: inputs, given: given)
        return BoundPipeline(
            name: name, description: description,
            inputs: try inputs.map {
                BoundPipeline.InputValue(name: $0.name, texts: try values.value(of: $0))
            },
            stages: try steps.indices.map { index in
                var entry = steps[index].entry
                entry.parameters =
                    try entry.parameters.map { try values.filled($0) } + (parameters[index] ?? [])
                return entry
            },
            outputs: try outputs.map { try values.filled($0) })
    }

    private func input(addressedBy override: RawParameter) throws -> PipelineInput {
        let key = canonicalName(override.name)
        if let input = inputs.first(where: { $0.name == key }) { return input }
        if addresses.contains(key) {
            throw PipelineFileError(
                "\(quoted(override.name)) is a stage, not an input", at: override.origin,
                mend: "write \(override.name).PARAMETER=VALUE")
        }
        throw PipelineFileError(
            "pipeline \(name) has no input \(quoted(override.name))", at: override.origin,
            mend: Suggestion.mend(override.name, in: inputs.map(\.name)) ?? "write STAGE.PARAMETER=VALUE")
    }

    private func step(addressedBy override: RawParameter, _ stage: String) throws -> Int {
        let key = canonicalName(stage)
        let found = steps.indices.filter { steps[$0].address == key }
        guard let only = found.first else {
            throw PipelineFileError(
                "pipeline \(name) has no stage \(quoted(stage))", at: override.origin,
                mend: Suggestion.mend(stage, in: addresses))
        }
        guard found.count == 1 else {
            let lines = found.map { steps[$0].entry.origin.description }.joined(separator: ", ")
            throw PipelineFileError(
                "\(found.count) stages are called \(quoted(stage)) (\(lines))", at: override.origin,
                mend: "name them with as: NAME in the file")
        }
        return only
    }
}

/// The values of inputs: given, else the defaults, which may refer to one another.
private struct InputValues {
    let inputs: [PipelineInput]
    let given: [String: [RawText]]
    private var found: [String: [RawText]] = [:]
    private var pending: Set<String> = []

    init(inputs: [PipelineInput], given: [String: [RawText]]) {
        self.inputs = inputs
        self.given = given
    }

    /// The value of an input, checked against its type.
    mutating func value(of input: PipelineInput) throws -> [RawText] {
        if let texts = found[input.name] { return texts }
        guard pending.insert(input.name).inserted else {
            throw PipelineFileError(
                "the default of \(input.name) refers to itself", at: input.origin,
                mend: "write one of the values out")
        }
        defer { pending.remove(input.name) }
        let texts: [RawText]
        if let given = given[input.name] {
            texts = given
        } else if let text = input.default {
            texts = try filled(text)
        } else {
            throw PipelineFileError(
                "input \(input.name) has no value", at: input.origin,
                mend: "add \(input.name)=VALUE" + (input.help.isEmpty ? "" : " (\(input.help))"))
        }
        for text in texts { try input.check(text) }
        found[input.name] = texts
        return texts
    }

    /// A parameter with its references filled in.
    mutating func filled(_ parameter: RawParameter) throws -> RawParameter {
        var result = parameter
        result.texts = []
        for text in parameter.texts { result.texts += try filled(text) }
        result.isList = parameter.isList || result.texts.count > 1
        return result
    }

    /// A text with its references filled in; it comes from where its first piece comes from, which decides what a
    /// path is relative to. A reference alone may stand for several values.
    private mutating func filled(_ text: RawText) throws -> [RawText] {
        let pieces = try Reference.pieces(text)
        var joined = ""
        var origin: Origin?
        for piece in pieces {
            switch piece {
            case .text(let part):
                joined += part
                origin = origin ?? text.origin
            case .reference(let name):
                guard let input = inputs.first(where: { $0.name == canonicalName(name) }) else {
                    throw PipelineFileError(
                        "$(\(name)) is not an input", at: text.origin, mend: "declare it under inputs")
                }
                let texts = try value(of: input)
                if pieces.count == 1 { return texts }
                guard texts.count == 1, let only = texts.first else {
                    throw PipelineFileError(
                        "$(\(name)) has \(texts.count) values, which cannot be part of \(quoted(text.text))",
                        at: texts.first?.origin ?? text.origin, mend: "give one")
                }
                joined += only.text
                guard joined.utf8.count <= YAMLSource.longest else {
                    throw PipelineFileError("\(quoted(text.text)) becomes too long", at: text.origin)
                }
                origin = origin ?? only.origin
            }
        }
        return [RawText(joined, origin ?? text.origin)]
    }
}

extension PipelineInput {
    /// Throws ``PipelineFileError`` if a text is not of this input's type.
    fileprivate func check(_ text: RawText) throws {
        do throws(ValueError) {
            switch type {
            case .file: _ = try InputPath(text, nil)
            case .path: _ = try OutputPath(text, nil)
            case .text: break
            case .number: _ = try Double(text, nil)
            case .integer: _ = try Int(text, nil)
            case .boolean: _ = try Bool(text, nil)
            }
        } catch {
            throw PipelineFileError("\(name): \(error.what)", at: text.origin, mend: error.mend)
        }
    }
}
