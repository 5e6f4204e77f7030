import Parameters

/// A value that whoever runs the pipeline gives it.
public struct PipelineInput: Sendable, Hashable {
    /// What an input is.
    public enum Kind: String, Sendable, CaseIterable, ParameterChoice, Codable {
        /// Data that are read; a default is relative to the pipeline file.
        case file
        /// A result or the start of the names of results, relative to the working directory.
        case path
        /// Any text; whoever uses it checks it.
        case text
        /// A number.
        case number
        /// A whole number.
        case integer
        /// Yes or no.
        case boolean
    }

    /// The name, as KEY=VALUE and references have it.
    public var name: String
    /// What it is.
    public var type: Kind
    /// Its value if none is given; may refer to other inputs.
    public var `default`: RawText?
    /// What it is for.
    public var help: String
    /// Where it was written.
    public var origin: Origin
}
