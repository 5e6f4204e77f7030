import Parameters

/// The stages a program knows, by name: a value, so that another package can add its own.
///
///     var registry = StageRegistry()
///     registry.add(Autoflag.self)
///     let stage = try registry.make(StageEntry(stage: "autoflag"))
public struct StageRegistry: Sendable {
    private var stages: [(name: String, type: any Stage.Type)] = []

    /// A registry without stages.
    public init() {}

    /// Adds a stage under its name; a stage of the same name is replaced.
    public mutating func add<S: Stage>(_ stage: S.Type) {
        let name = canonicalName(S.name)
        stages.removeAll { $0.name == name }
        stages.append((name, stage))
    }

    /// The names, in the order in which the stages were added.
    public var names: [String] { stages.map(\.name) }

    /// The descriptions of all stages, in the order in which they were added.
    public var descriptions: [StageDescription] { stages.map { describe($0.type, $0.name) } }

    /// Describes a stage. Throws ``PipelineFileError`` with the nearest name if there is none of this one.
    public func description(of name: String) throws -> StageDescription {
        let found = try stage(named: name, at: .program)
        return describe(found.type, found.name)
    }

    /// Makes the stage of an entry from its parameters. Throws ``PipelineFileError`` on an unknown stage,
    /// `ParameterError` on a wrong parameter, and what the stage itself finds wrong.
    public func make(_ entry: StageEntry) throws -> any Stage {
        func open<S: Stage>(_ type: S.Type) throws -> any Stage {
            let settings = try S.Settings(values: entry.parameters, stage: entry.name)
            do {
                return try type.init(settings)
            } catch let error as any ClassifiedError {
                throw error
            } catch {
                throw PipelineFileError("stage \(entry.name): \(error)", at: entry.origin)
            }
        }
        return try open(stage(named: entry.stage, at: entry.origin).type)
    }

    /// The parameters of an entry with their defaults, as text, for plan, report and HISTORY. Throws as ``make(_:)``.
    public func parameters(of entry: StageEntry) throws -> [StageParameter] {
        func open<S: Stage>(_ type: S.Type) throws -> [StageParameter] {
            StageParameter.list(of: try S.Settings(values: entry.parameters, stage: entry.name))
        }
        return try open(stage(named: entry.stage, at: entry.origin).type)
    }

    private func stage(named name: String, at origin: Origin) throws -> (name: String, type: any Stage.Type) {
        let wanted = canonicalName(name)
        guard let found = stages.first(where: { $0.name == wanted }) else {
            throw PipelineFileError(
                "there is no stage \(quoted(name))", at: origin, mend: Suggestion.mend(name, in: names))
        }
        return found
    }

    private func describe(_ stage: any Stage.Type, _ name: String) -> StageDescription {
        func open<S: Stage>(_ type: S.Type) -> StageDescription { StageDescription(type, name: name) }
        return open(stage)
    }
}
