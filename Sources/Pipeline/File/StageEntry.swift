import Parameters

/// A stage of a pipeline as it was written, with all references and overrides filled in.
public struct StageEntry: Sendable, Hashable {
    /// The stage's name in the registry, as written (`-` and `_` alike).
    public var stage: String
    /// What plan, report and KEY=VALUE call it: `as`, else the stage's name; a repeated one gets `-2`, `-3`.
    public var name: String
    /// The name of the entry it reads from, nil for the one above (or what that one read, if it is a sink).
    public var from: String?
    /// Its parameters, with where each was written.
    public var parameters: [RawParameter]
    /// Where the stage was written.
    public var origin: Origin

    /// A stage with parameters; the name is the stage's if none is given.
    public init(
        stage: String, name: String? = nil, from: String? = nil, parameters: [RawParameter] = [],
        origin: Origin = .program
    ) {
        self.stage = stage
        self.name = name ?? stage
        self.from = from
        self.parameters = parameters
        self.origin = origin
    }
}
