import Parameters

/// A pipeline file as it was written: checked as a whole, its references not yet filled in.
///
///     let file = try PipelineFile(path: "quicklook.yaml")
///     let pipeline = try file.bound(to: ["observation=night.h5", "image.size=4096"])
public struct PipelineFile: Sendable {
    /// The path of the file, as it was given.
    public let path: String
    /// The pipeline's name; without one, the file's without its suffix.
    public let name: String
    /// What it does, in a line.
    public let description: String
    /// What it is given.
    public let inputs: [PipelineInput]
    /// Names of its results, and where they will be, with references.
    let outputs: [RawParameter]
    let steps: [PipelineStep]

    /// Reads and checks a file. Throws ``PipelineFileError`` with the line.
    public init(path: String) throws {
        try self.init(YAMLSource(path: path))
    }

    /// Checks the text of a file; `path` stands in messages, and input paths are relative to its folder.
    public init(text: String, path: String) throws {
        try self.init(YAMLSource(text: text, path: path))
    }

    /// Checks the bytes of a file; `path` stands in messages, and input paths are relative to its folder.
    public init(bytes: some Collection<UInt8>, path: String) throws {
        try self.init(YAMLSource(bytes: bytes, path: path))
    }

    private init(_ source: YAMLSource) throws {
        let parser = try PipelineFileParser(source)
        path = source.path
        name = try parser.name()
        description = try parser.text("description")?.text ?? ""
        inputs = try parser.inputs()
        steps = try parser.steps()
        outputs = try parser.outputs()
        try checkNames()
        try checkReferences()
    }

    /// Its stages as they were written: their values may hold references, overrides are not in yet.
    public var stages: [StageEntry] { steps.map(\.entry) }

    /// Whether STAGE.PARAMETER can mean a stage: not if it shares its name with another that has no `as` either.
    public func isAddressable(_ stage: StageEntry) -> Bool {
        steps.count { $0.address == stage.name } == 1
    }

    /// The names of the inputs that a value of a pipeline file refers to.
    public static func references(in text: RawText) throws -> [String] {
        try Reference.pieces(text).compactMap { piece in
            guard case .reference(let name) = piece else { return nil }
            return canonicalName(name)
        }
    }

    /// The names that KEY=VALUE may begin with.
    var addresses: [String] { steps.map(\.address) }

    private func checkNames() throws {
        var named: [String: Bool] = [:]
        for step in steps {
            let isNamed = step.address != step.entry.stage
            if let other = named[step.address], other || isNamed {
                throw PipelineFileError(
                    "two stages are called \(quoted(step.address))", at: step.entry.origin,
                    mend: "name one with as: NAME")
            }
            named[step.address] = isNamed
        }
        for step in steps where step.entry.name != step.address && named[step.entry.name] != nil {
            throw PipelineFileError(
                "two stages are called \(quoted(step.entry.name))", at: step.entry.origin,
                mend: "name one with as: NAME")
        }
    }

    /// References are checked before any value is known, so that a file is right or wrong by itself.
    private func checkReferences() throws {
        let names = inputs.map(\.name)
        let values = steps.flatMap { $0.entry.parameters.flatMap(\.texts) } + outputs.flatMap(\.texts)
        for text in inputs.compactMap(\.default) + values {
            for piece in try Reference.pieces(text) {
                guard case .reference(let name) = piece, !names.contains(canonicalName(name)) else {
                    continue
                }
                throw PipelineFileError(
                    "$(\(name)) is not an input of this pipeline", at: text.origin,
                    mend: Suggestion.mend(name, in: names) ?? "declare it under inputs")
            }
        }
    }
}
